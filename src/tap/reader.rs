//! The newest frame of a tap, for the app's systems and for threads.

use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{error::MediaError, frame::Frame, render::FrameSink};

/// Holds the newest frame of a tap. It is locked only to exchange or clone a frame, which copies no pixel.
#[derive(Debug, Default)]
pub(super) struct TapSlot {
    state: Mutex<SlotState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct SlotState {
    newest: Option<Frame>,
    /// The number of frames so far.
    frames: u64,
    /// The newest error that nobody took.
    error: Option<MediaError>,
    is_closed: bool,
}

impl TapSlot {
    fn lock(&self) -> MutexGuard<'_, SlotState> {
        // A panic can't leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the newest error.
    pub fn take_error(&self) -> Option<MediaError> {
        self.lock().error.take()
    }

    /// Opens or closes the slot. Closing it wakes waiting readers.
    pub fn set_closed(&self, is_closed: bool) {
        self.lock().is_closed = is_closed;
        self.changed.notify_all();
    }
}

impl FrameSink for TapSlot {
    fn deliver(&self, frame: Frame) {
        let mut state = self.lock();
        state.frames += 1;
        let replaced = state.newest.replace(frame);
        drop(state);
        self.changed.notify_all();
        // The buffer goes back to its pool without the lock.
        drop(replaced);
    }

    fn fail(&self, error: MediaError) {
        self.lock().error = Some(error);
    }
}

/// Reads the newest frame of a [`PixelTap`](super::PixelTap) on any thread. Each reader sees each newest frame once;
/// clones are readers of their own. Frames that came while a reader was busy are skipped, never queued.
///
/// ```
/// # use bevy::prelude::*;
/// # use std::time::Duration;
/// use bevy_viewfinder::prelude::*;
///
/// fn start(taps: Query<&TapFrames, Added<PixelTap>>) {
///     for frames in &taps {
///         let mut reader = frames.reader();
///         std::thread::spawn(move || {
///             while !reader.is_closed() {
///                 let Some(frame) = reader.wait(Duration::from_millis(100)) else { continue };
///                 let luma: &[u8] = &frame.buffer;
///             }
///         });
///     }
/// }
/// # bevy::ecs::system::assert_is_system(start);
/// ```
#[derive(Debug, Clone)]
pub struct TapReader {
    slot: Arc<TapSlot>,
    /// The number of the frame that was taken last.
    taken: u64,
}

impl TapReader {
    pub(super) fn new(slot: Arc<TapSlot>) -> Self {
        Self { slot, taken: 0 }
    }

    /// Takes the newest frame, if one came since the last time. Never waits.
    pub fn take(&mut self) -> Option<Frame> {
        let state = self.slot.lock();
        if state.frames == self.taken {
            return None;
        }
        self.taken = state.frames;
        state.newest.clone()
    }

    /// Takes the newest frame. Waits for it at most this long; never in a browser, whose one thread can't. `None` if
    /// none came in time, or if the tap is closed.
    pub fn wait(&mut self, longest: Duration) -> Option<Frame> {
        if !cfg!(target_family = "wasm") {
            let taken = self.taken;
            let waits = |state: &mut SlotState| state.frames == taken && !state.is_closed;
            let waited = self.slot.changed.wait_timeout_while(self.slot.lock(), longest, waits);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        }
        self.take()
    }

    /// Whether no frame will come for now: the tap or its track is despawned or removed.
    pub fn is_closed(&self) -> bool {
        self.slot.lock().is_closed
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use bevy::math::UVec2;

    use super::*;
    use crate::frame::{FramePool, PixelFormat};

    const LONG: Duration = Duration::from_secs(20);
    /// The frames of a race. Miri is slow.
    const FRAMES: u64 = if cfg!(miri) { 200 } else { 20_000 };

    fn frame(pool: &FramePool, sequence: u64) -> Frame {
        Frame { sequence, ..Frame::packed(PixelFormat::Gray, UVec2::ONE, pool.take(1)) }
    }

    fn sequence(frame: Option<Frame>) -> Option<u64> {
        frame.map(|frame| frame.sequence)
    }

    #[test]
    fn each_reader_takes_the_newest_frame_once() {
        let pool = FramePool::default();
        let slot = Arc::new(TapSlot::default());
        let mut first = TapReader::new(slot.clone());
        assert!(first.take().is_none());
        slot.deliver(frame(&pool, 1));
        let mut second = first.clone();
        slot.deliver(frame(&pool, 2));
        assert_eq!(sequence(first.take()), Some(2));
        assert!(first.take().is_none());
        assert_eq!(sequence(second.take()), Some(2), "a clone is a reader of its own");
    }

    #[test]
    fn a_waiting_reader_is_woken_by_a_frame_and_by_the_end() {
        let pool = FramePool::default();
        let slot = Arc::new(TapSlot::default());
        let mut reader = TapReader::new(slot.clone());
        assert!(reader.wait(Duration::from_millis(1)).is_none());
        thread::scope(|scope| {
            let waiting = scope.spawn(|| [reader.wait(LONG), reader.wait(LONG)].map(sequence));
            slot.deliver(frame(&pool, 7));
            slot.set_closed(true);
            assert_eq!(waiting.join().expect("it only waits"), [Some(7), None]);
        });
        assert!(reader.is_closed());
        slot.set_closed(false);
        assert!(!reader.is_closed());
    }

    #[test]
    fn a_reader_beside_a_writer_never_sees_an_older_frame_after_a_newer() {
        let pool = FramePool::default();
        let slot = Arc::new(TapSlot::default());
        let mut reader = TapReader::new(slot.clone());
        thread::scope(|scope| {
            scope.spawn(|| (0..FRAMES).for_each(|sequence| slot.deliver(frame(&pool, sequence))));
            let mut last = 0;
            while last < FRAMES - 1 {
                if let Some(frame) = reader.wait(LONG) {
                    assert!(frame.sequence >= last);
                    last = frame.sequence;
                }
            }
        });
    }
}
