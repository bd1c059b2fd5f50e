//! The latest-frame slot between a capture thread and the renderer: it holds the newest frame alone.

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use super::Frame;

/// A slot for one frame: its writer's and its reader's end.
pub fn frame_slot() -> (FrameWriter, FrameReader) {
    let (sender, receiver) = bounded(1);
    (FrameWriter { sender, stale: receiver.clone() }, FrameReader { receiver })
}

/// The capture thread's end. Writing never waits. Clones write to the same slot.
#[derive(Debug, Clone)]
pub struct FrameWriter {
    sender: Sender<Frame>,
    stale: Receiver<Frame>,
}

impl FrameWriter {
    /// Puts the newest frame into the slot. Returns whether an older one, which nobody had taken, gave way;
    /// that one's buffer has gone back to its pool.
    pub fn put(&self, frame: Frame) -> bool {
        let mut frame = frame;
        let mut replaced = false;
        loop {
            match self.sender.try_send(frame) {
                // Without a reader there is nobody to show it to.
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
}

/// The renderer's end. Taking never waits. Clones take from the same slot.
#[derive(Debug, Clone)]
pub struct FrameReader {
    receiver: Receiver<Frame>,
}

impl FrameReader {
    /// Takes the newest frame, if one came since the last time.
    pub fn take(&self) -> Option<Frame> {
        self.receiver.try_recv().ok()
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::UVec2;

    use super::*;
    use crate::frame::{FramePool, PixelFormat};

    fn frame(pool: &FramePool, sequence: u64) -> Frame {
        let mut frame = Frame::packed(PixelFormat::Grey, UVec2::ONE, pool.take(1));
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
    fn a_reader_beside_a_writer_never_sees_an_older_frame_after_a_newer() {
        let pool = FramePool::default();
        let (writer, reader) = frame_slot();
        std::thread::scope(|scope| {
            scope.spawn(|| (0..20_000).for_each(|sequence| _ = writer.put(frame(&pool, sequence))));
            let mut last = 0;
            while last < 19_999 {
                if let Some(frame) = reader.take() {
                    assert!(frame.sequence >= last);
                    last = frame.sequence;
                }
            }
        });
    }
}
