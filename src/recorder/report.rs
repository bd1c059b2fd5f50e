//! The reports of a recording to its recorder.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::RecordingPatch;
use crate::error::MediaError;

/// One step in the life of a recording, reported to its recorder.
#[derive(Debug)]
pub(super) enum Report {
    /// It records this type.
    Started {
        media_type: String,
    },
    Paused,
    Resumed,
    Chunk(Chunk),
    /// It can't go on.
    Failed(MediaError),
    /// It goes on, and its data aren't stored any more.
    #[cfg_attr(
        not(target_family = "wasm"),
        expect(dead_code, reason = "a file is written while it is recorded")
    )]
    NotRecoverable(MediaError),
    /// The file is complete.
    Saved(PathBuf),
    /// The last report.
    Stopped,
}

/// The data of a [`RecordingChunk`](super::RecordingChunk).
#[derive(Debug)]
pub(super) struct Chunk {
    pub index: u32,
    pub time_code: Duration,
    pub data: Arc<[u8]>,
    /// The patches, if it is the last chunk.
    pub end: Option<Vec<RecordingPatch>>,
}

/// The chunks that the app asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slices {
    /// None: the recording is in its file.
    None,
    /// One at the end.
    Whole,
    /// One whenever at least this time has passed.
    Every(Duration),
}
