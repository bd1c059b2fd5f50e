//! The newest frame of a tap, and the thread that works on it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::Duration,
};

use bevy::math::UVec2;

use super::{
    reader::{TapReader, TapSlot},
    worker::{FrameWork, Worker},
};
use crate::{
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool, PixelFormat},
    render::FrameSink,
    run::{LONG, eventually},
};

fn frame(pool: &FramePool, sequence: u64) -> Frame {
    Frame { sequence, ..Frame::packed(PixelFormat::Gray, UVec2::ONE, pool.take(1)) }
}

/// The numbers of the frames that a reader sees until the tap is closed, with waits of this length.
fn read(mut reader: TapReader, wait: Duration) -> Vec<u64> {
    let mut seen = Vec::new();
    loop {
        // Read before the frame: the last one comes before the end.
        let is_closed = reader.is_closed();
        match reader.wait(wait) {
            Some(frame) => seen.push(frame.sequence),
            None if is_closed => return seen,
            None => {}
        }
    }
}

/// Each reader sees the newest frame, none twice and none after a newer one, and is woken by the end.
pub fn each_reader_sees_the_newest_frame() {
    for wait in [LONG, Duration::from_millis(1)] {
        let pool = FramePool::default();
        let slot = Arc::new(TapSlot::default());
        let reader = TapReader::new(slot.clone());
        let readers = [reader.clone(), reader];
        let reading = readers.map(|reader| thread::spawn(move || read(reader, wait)));
        (1..=3).for_each(|number| slot.deliver(frame(&pool, number)));
        slot.set_closed(true);
        for reading in reading {
            let seen = reading.join().expect("it only reads");
            assert!(seen.is_sorted_by(|one, next| one < next) && seen.last() == Some(&3), "{seen:?}");
        }
    }
}

/// Work that keeps the number of the frame, and panics at one.
#[derive(Debug)]
struct Keep {
    panics_at: u64,
    dropped: Arc<AtomicUsize>,
}

impl FrameWork for Keep {
    type Settings = ();
    type Output = u64;

    const NAME: &'static str = "the test";

    fn set_settings(&mut self, _: &Arc<()>) {}

    fn run(&mut self, frame: &Frame) -> u64 {
        assert_ne!(frame.sequence, self.panics_at, "it panics, as it should");
        frame.sequence
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        self.dropped.fetch_add(1, SeqCst);
    }
}

fn start(slot: &Arc<TapSlot>, panics_at: u64) -> (Worker<Keep>, Arc<AtomicUsize>) {
    let dropped = Arc::new(AtomicUsize::new(0));
    let work = Keep { panics_at, dropped: dropped.clone() };
    let worker = Worker::start(TapReader::new(slot.clone()), Arc::new(()), |_| Ok(work));
    (worker.expect("a thread can be started"), dropped)
}

/// The newest output of a worker.
fn output(worker: &mut Worker<Keep>, newest: u64) -> Result<(), MediaError> {
    loop {
        match worker.take() {
            Some(Ok(number)) if number == newest => return Ok(()),
            Some(Err(error)) => return Err(error),
            _ => thread::sleep(Duration::from_millis(1)),
        }
    }
}

/// The newest frame is worked on, and the thread ends once the worker is dropped, also if the tap is closed meanwhile.
pub fn a_dropped_worker_ends() {
    let pool = FramePool::default();
    let slot = Arc::new(TapSlot::default());
    let (mut worker, dropped) = start(&slot, 0);
    let closing = {
        let slot = slot.clone();
        thread::spawn(move || {
            (1..=2).for_each(|number| slot.deliver(frame(&pool, number)));
            slot.set_closed(true);
        })
    };
    assert_eq!(output(&mut worker, 2), Ok(()));
    drop(worker);
    closing.join().expect("it only delivers");
    eventually(|| dropped.load(SeqCst) == 1 && Arc::strong_count(&slot) == 1);
}

/// The panic of work is its last output.
pub fn the_panic_of_work_is_told() {
    let pool = FramePool::default();
    let slot = Arc::new(TapSlot::default());
    let (mut worker, dropped) = start(&slot, 2);
    let delivering = {
        let slot = slot.clone();
        thread::spawn(move || (1..=2).for_each(|number| slot.deliver(frame(&pool, number))))
    };
    assert_eq!(output(&mut worker, 2).map_err(|error| error.name), Err(ErrorName::Operation));
    delivering.join().expect("it only delivers");
    eventually(|| dropped.load(SeqCst) == 1 && Arc::strong_count(&slot) == 1);
    assert!(worker.take().is_none());
}
