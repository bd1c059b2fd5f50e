//! The figures of a recording.

use std::time::Duration;

use bevy::prelude::*;

use crate::report::{Counter, Timer};

/// The figures of the recording of a [`MediaRecorder`](super::MediaRecorder) on the same entity: of the one that is
/// made, or else of the last one. The app can't change it.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default)]
#[non_exhaustive]
pub struct RecorderStatistics {
    /// The length of the recording, without its pauses.
    pub length: Duration,
    /// The frames in the recording. 0 if a browser records a camera's own frames.
    pub frames: u64,
    /// The frames that are missing because the encoder or the GPU was too slow, or because they had another size.
    pub dropped_frames: u64,
    /// The size of the recording so far, in bytes.
    pub bytes: u64,
}

/// The figures, shared by threads.
#[derive(Debug, Default)]
pub(super) struct RecordingCounters {
    pub frames: Counter,
    pub dropped: Counter,
    pub bytes: Counter,
    pub length: Timer,
}

impl RecordingCounters {
    pub fn read(&self) -> RecorderStatistics {
        RecorderStatistics {
            length: self.length.get(),
            frames: self.frames.get(),
            dropped_frames: self.dropped.get(),
            bytes: self.bytes.get(),
        }
    }
}
