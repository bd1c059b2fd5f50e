//! The slot between a writer and a reader of frames, such as a capture thread and the renderer. It holds the newest
//! frame only.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender, TryRecvError, TrySendError, bounded, select};

use super::Frame;

/// Makes a slot for one frame, of the type `F`: the writer's and the reader's end.
pub fn frame_slot<F>() -> (FrameWriter<F>, FrameReader<F>) {
    let (sender, receiver) = bounded(1);
    let (wake, woken) = bounded(1);
    let closed = Arc::new(AtomicBool::new(false));
    let writer = FrameWriter { sender, stale: receiver.clone(), wake: wake.clone(), closed: closed.clone() };
    (writer, FrameReader { receiver, wake, woken, closed })
}

/// The writer's end. Writing never waits. Clones write to the same slot.
#[derive(Debug)]
pub struct FrameWriter<F = Frame> {
    sender: Sender<F>,
    stale: Receiver<F>,
    wake: Sender<()>,
    closed: Arc<AtomicBool>,
}

impl<F> Clone for FrameWriter<F> {
    fn clone(&self) -> Self {
        let Self { sender, stale, wake, closed } = self;
        Self { sender: sender.clone(), stale: stale.clone(), wake: wake.clone(), closed: closed.clone() }
    }
}

impl<F> FrameWriter<F> {
    /// Puts the newest frame into the slot. Returns whether it replaced an older one that was not taken. The buffer of
    /// that one goes back to its pool.
    pub fn put(&self, frame: F) -> bool {
        let mut frame = frame;
        let mut replaced = false;
        loop {
            match self.sender.try_send(frame) {
                // Without a reader the frame is dropped.
                Ok(()) | Err(TrySendError::Disconnected(_)) => return replaced,
                Err(TrySendError::Full(newest)) => {
                    frame = newest;
                    replaced |= self.stale.try_recv().is_ok();
                }
            }
        }
    }

    /// Whether the last frame has been taken.
    pub fn is_empty(&self) -> bool {
        self.sender.is_empty()
    }

    /// Closes the slot: after the frame in it, no other comes. Wakes the waiting readers.
    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        // If the channel is full, a reader is about to wake.
        let _ = self.wake.try_send(());
    }

    /// Whether the slot is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

/// The reader's end. Clones take from the same slot.
#[derive(Debug)]
pub struct FrameReader<F = Frame> {
    receiver: Receiver<F>,
    wake: Sender<()>,
    woken: Receiver<()>,
    closed: Arc<AtomicBool>,
}

/// The reason why [`FrameReader::wait`] returns no frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoFrame {
    /// None came in time.
    Pending,
    /// None will come: the slot is closed, or all writers are dropped.
    Closed,
}

impl<F> Clone for FrameReader<F> {
    fn clone(&self) -> Self {
        let Self { receiver, wake, woken, closed } = self;
        Self { receiver: receiver.clone(), wake: wake.clone(), woken: woken.clone(), closed: closed.clone() }
    }
}

impl<F> FrameReader<F> {
    /// Takes the newest frame, if one came since the last time. Never waits.
    pub fn take(&self) -> Option<F> {
        self.receiver.try_recv().ok()
    }

    /// Takes the newest frame. Waits for it at most this long; never in a browser, whose one thread can't.
    pub(crate) fn wait(&self, longest: Duration) -> Result<F, NoFrame> {
        // Read before the slot: the last frame comes before the end.
        let closed = self.is_closed();
        let frame = if closed || longest.is_zero() || cfg!(target_family = "wasm") {
            self.receiver.try_recv().map_err(|error| match error {
                TryRecvError::Empty if !closed => NoFrame::Pending,
                TryRecvError::Empty | TryRecvError::Disconnected => NoFrame::Closed,
            })
        } else {
            select! {
                recv(self.receiver) -> frame => frame.map_err(|_| NoFrame::Closed),
                recv(self.woken) -> _ => {
                    // The next reader that waits is woken by this one.
                    let _ = self.wake.try_send(());
                    self.receiver.try_recv().map_err(|_| NoFrame::Closed)
                }
                default(longest) => Err(NoFrame::Pending),
            }
        };
        if frame.as_ref().err() == Some(&NoFrame::Closed) {
            self.closed.store(true, Ordering::Release);
        }
        frame
    }

    /// Whether the slot is closed.
    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::UVec2;

    use super::*;
    use crate::frame::{FramePool, PixelFormat};

    /// The frames of a race. Miri is slow.
    const FRAMES: u64 = if cfg!(miri) { 200 } else { 20_000 };

    fn frame(pool: &FramePool, sequence: u64) -> Frame {
        let mut frame = Frame::packed(PixelFormat::Gray, UVec2::ONE, pool.take(1));
        frame.sequence = sequence;
        frame
    }

    #[test]
    fn the_newest_frame_wins() {
        let pool = FramePool::default();
        let (writer, reader) = frame_slot();
        assert!(!writer.put(frame(&pool, 1)));
        assert!(writer.put(frame(&pool, 2)));
        assert!(writer.put(frame(&pool, 3)));
        assert_eq!(reader.take().map(|frame| frame.sequence), Some(3));
        assert!(reader.take().is_none());
    }

    #[test]
    fn a_closed_slot_gives_its_last_frame_and_then_none() {
        let pool = FramePool::default();
        let long = Duration::from_secs(20);
        let (writer, reader) = frame_slot();
        assert_eq!(reader.wait(Duration::from_millis(1)).err(), Some(NoFrame::Pending));
        assert!(!writer.put(frame(&pool, 7)));
        writer.close();
        assert_eq!(reader.wait(long).map(|frame| frame.sequence).ok(), Some(7));
        assert_eq!(reader.wait(long).err(), Some(NoFrame::Closed));
        let (writer, reader) = frame_slot();
        assert!(!writer.put(frame(&pool, 8)));
        drop(writer);
        assert_eq!(reader.wait(long).map(|frame| frame.sequence).ok(), Some(8));
        assert!(!reader.is_closed());
        assert_eq!(reader.wait(long).err(), Some(NoFrame::Closed));
        assert!(reader.is_closed());
    }

    #[test]
    fn the_end_wakes_every_reader_that_waits() {
        let (writer, reader) = frame_slot::<Frame>();
        std::thread::scope(|scope| {
            let readers = [reader.clone(), reader.clone(), reader];
            let ends = readers.map(|reader| scope.spawn(move || reader.wait(Duration::from_secs(20)).err()));
            // Most often all of them wait by then.
            std::thread::sleep(Duration::from_millis(50));
            writer.close();
            let ends = ends.map(|end| end.join().expect("it only waits"));
            assert_eq!(ends, [Some(NoFrame::Closed); 3]);
        });
    }

    #[test]
    fn a_reader_beside_a_writer_never_sees_an_older_frame_after_a_newer() {
        let pool = FramePool::default();
        let (writer, reader) = frame_slot();
        std::thread::scope(|scope| {
            scope.spawn(|| (0..FRAMES).for_each(|sequence| _ = writer.put(frame(&pool, sequence))));
            let mut last = 0;
            while last < FRAMES - 1 {
                if let Some(frame) = reader.take() {
                    assert!(frame.sequence >= last);
                    last = frame.sequence;
                }
            }
        });
    }
}
