//! The slot of the newest frame.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use crate::{
    frame::{FrameReader, NoFrame, frame_slot},
    run::LONG,
};

/// Frames until the slot is closed, with waits of this length.
fn frames_until_closed<F>(reader: &FrameReader<F>, wait: Duration) -> Vec<F> {
    let mut frames = Vec::new();
    loop {
        match reader.wait(wait) {
            Ok(frame) => frames.push(frame),
            Err(NoFrame::Pending) => {
                assert!(wait < LONG, "a wait without an end ends");
                thread::yield_now();
            }
            Err(NoFrame::Closed) => return frames,
        }
    }
}

fn is_rising<F: PartialOrd>(frames: &[F]) -> bool {
    frames.windows(2).all(|pair| pair[0] < pair[1])
}

/// One writer beside a reader that doesn't wait: no older frame after a newer one, the last one is never lost, and each
/// is either taken or reported as replaced.
pub fn the_newest_frame_wins() {
    let (writer, reader) = frame_slot();
    let writing = thread::spawn(move || {
        let replaced = (1..=4).filter(|frame| writer.put(*frame)).count();
        (writer, replaced)
    });
    let mut taken: Vec<i32> = (0..3).filter_map(|_| reader.take()).collect();
    let (_writer, replaced) = writing.join().expect("it only writes");
    taken.extend(reader.take());
    assert!(is_rising(&taken) && taken.last() == Some(&4), "{taken:?}");
    assert_eq!(taken.len() + replaced, 4, "{taken:?}");
    assert_eq!(reader.take(), None);
}

/// A waiting reader gets the last frame of a slot that is closed, and then the end.
pub fn a_closed_slot_gives_its_last_frame_first() {
    for wait in [LONG, Duration::from_millis(1), Duration::ZERO] {
        let (writer, reader) = frame_slot();
        let reading = thread::spawn(move || frames_until_closed(&reader, wait));
        writer.put(1);
        writer.put(2);
        writer.close();
        let frames = reading.join().expect("it only reads");
        assert!(is_rising(&frames) && frames.last() == Some(&2), "{frames:?}");
    }
}

/// The same if the writers are dropped instead.
pub fn dropped_writers_end_the_wait() {
    let (writer, reader) = frame_slot();
    let reading = thread::spawn(move || frames_until_closed(&reader, LONG));
    let clone = writer.clone();
    let dropping = thread::spawn(move || drop(clone));
    writer.put(1);
    drop(writer);
    assert_eq!(reading.join().expect("it only reads"), [1]);
    dropping.join().expect("it only drops");
}

/// All readers that wait are woken by the end, and one of them has the last frame.
pub fn the_end_wakes_every_reader() {
    let (writer, reader) = frame_slot();
    let readers = [reader.clone(), reader];
    let reading = readers.map(|reader| thread::spawn(move || frames_until_closed(&reader, LONG)));
    writer.put(1);
    writer.put(2);
    writer.close();
    let frames = reading.map(|reading| reading.join().expect("it only reads"));
    assert!(frames.iter().all(|frames| is_rising(frames)), "{frames:?}");
    assert_eq!(frames.iter().flatten().filter(|frame| **frame == 2).count(), 1, "{frames:?}");
}

/// A frame that counts how often it is dropped.
struct Counted {
    writer: usize,
    number: usize,
    dropped: Arc<AtomicUsize>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, SeqCst);
    }
}

/// Two writers and two readers: each reader sees the frames of each writer in their order, the last frame in the slot
/// is the last of a writer, and each frame is dropped once.
pub fn several_writers_and_readers() {
    let dropped = Arc::new(AtomicUsize::new(0));
    let (writer, reader) = frame_slot();
    let writing = [0, 1].map(|name| {
        let (writer, dropped) = (writer.clone(), dropped.clone());
        thread::spawn(move || {
            for number in 0..3 {
                writer.put(Counted { writer: name, number, dropped: dropped.clone() });
            }
        })
    });
    let other = reader.clone();
    let reading = thread::spawn(move || check_order((0..3).filter_map(|_| other.take()).collect()));
    check_order((0..3).filter_map(|_| reader.take()).collect());
    writing.into_iter().for_each(|writing| writing.join().expect("it only writes"));
    reading.join().expect("the order is right");
    if let Some(last) = reader.take() {
        assert_eq!(last.number, 2);
    }
    assert!(reader.take().is_none());
    assert_eq!(dropped.load(SeqCst), 6);
}

fn check_order(frames: Vec<Counted>) {
    for writer in [0, 1] {
        let frames = frames.iter().filter(|frame| frame.writer == writer);
        assert!(is_rising(&frames.map(|frame| frame.number).collect::<Vec<_>>()));
    }
}
