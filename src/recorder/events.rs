//! The events of a recorder, which are triggered on its entity.

use std::path::PathBuf;

use bevy::prelude::*;

use super::RecorderStatistics;
use crate::error::MediaError;

/// A recording has begun ([`start`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-onstart)).
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct RecordingStarted {
    /// The recorder.
    pub entity: Entity,
    /// The type in full: `video/webm;codecs=vp8`.
    pub media_type: String,
}

/// A recording is paused ([`pause`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-onpause)).
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct RecordingPaused {
    /// The recorder.
    pub entity: Entity,
}

/// A paused recording goes on ([`resume`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-onresume)).
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct RecordingResumed {
    /// The recorder.
    pub entity: Entity,
}

/// A recording failed ([`error`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-onerror)), or its file
/// can't be written. The recorder is inactive. The last [`RecordingChunk`](super::RecordingChunk) and
/// [`RecordingStopped`] follow; a file that could be written to keeps what was recorded.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct RecordingFailed {
    /// The recorder.
    pub entity: Entity,
    /// `NotSupported` if the encoder refuses its settings, `InvalidModification` if
    /// [`MediaRecorder`](super::MediaRecorder) was inserted again meanwhile, `Unknown` if encoder or GPU failed, and
    /// the errors of the disk.
    pub error: MediaError,
}

/// A [`recoverable`](super::RecordingFile::recoverable) recording can't be stored by the browser. It goes on in memory,
/// and its file is complete at the end. If the page is closed before, only the data from before this event can be
/// recovered, if there are any.
///
/// Triggered at most once in a recording, and only in browsers.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct RecordingNotRecoverable {
    /// The recorder.
    pub entity: Entity,
    /// `NotSupported` if the browser stores nothing for this page, as in some private windows, `Data` if the database
    /// isn't one of recordings, and `Operation` if its storage is full or fails.
    pub error: MediaError,
}

/// The file of a recording is complete.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct RecordingSaved {
    /// The recorder.
    pub entity: Entity,
    /// The file. Its name may have a number: see [`IfExists`](crate::photo::IfExists).
    pub path: PathBuf,
}

/// A recording has ended, and all of its data was delivered
/// ([`stop`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-onstop)).
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct RecordingStopped {
    /// The recorder.
    pub entity: Entity,
    /// The figures of the whole recording.
    pub statistics: RecorderStatistics,
}

/// A command to a recorder, or its [`MediaRecorder`](super::MediaRecorder), was rejected: the exception of the
/// standard's method or constructor. Nothing has changed.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct CommandRejected {
    /// The recorder.
    pub entity: Entity,
    /// The cause, and what to do next.
    pub error: MediaError,
}
