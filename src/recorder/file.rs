//! The file that a recorder writes.

use std::path::{Path, PathBuf};

use bevy::prelude::*;

use super::format::Container;
use crate::photo::IfExists;

/// Writes the recordings of the [`MediaRecorder`](super::MediaRecorder) on the same entity to a file, while they are
/// recorded. [`RecordingSaved`](super::RecordingSaved) follows when a file is complete,
/// [`RecordingFailed`](super::RecordingFailed) if it can't be written.
///
/// Another thread writes. If the process is killed or the disk is full, the file plays up to its last second. A
/// recorder that asks for no type of its own records the type of the extension: `webm`, `mkv` or `mp4`.
///
/// A path alone never replaces a file: a second `clip.mkv` becomes `clip (1).mkv`, and so do further recordings of the
/// same recorder.
///
/// The recording isn't kept in memory too: [`RecordingChunk`](super::RecordingChunk)s are triggered only if
/// [`StartRecording::time_slice`](super::StartRecording::time_slice) asks for them.
///
/// In a browser the recording is downloaded under the file's name when it is complete, to the user's folder of
/// downloads. Nothing is written before, unless the file is [`recoverable`](Self::recoverable).
/// [`RecordingSaved`](super::RecordingSaved) follows as soon as the download begins.
#[derive(Component, Clone, Debug, PartialEq, Eq, Reflect)]
#[reflect(Component, Debug, Clone, PartialEq)]
pub struct RecordingFile {
    path: PathBuf,
    if_exists: IfExists,
    is_recoverable: bool,
}

impl RecordingFile {
    /// The file of this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), if_exists: IfExists::default(), is_recoverable: false }
    }

    /// Sets the rule for a file that exists already.
    #[must_use]
    pub fn if_exists(self, if_exists: IfExists) -> Self {
        Self { if_exists, ..self }
    }

    /// Lets a browser store the data of a recording while it is made, so that a page that is closed or killed loses at
    /// most a second of it, or a chunk if the app asks for chunks.
    /// [`FindInterruptedRecordings`](super::FindInterruptedRecordings) finds the rest in a later page.
    ///
    /// The data are in the browser's database of this origin (IndexedDB), on the user's disk, until the download
    /// begins. They stay if it can't begin. Without this option, and before a recording starts, no database is opened.
    /// If the browser can't store them, [`RecordingNotRecoverable`](super::RecordingNotRecoverable) is triggered, and
    /// the recording goes on.
    ///
    /// Natively it changes nothing: the file is written while it is recorded.
    #[must_use]
    pub fn recoverable(self) -> Self {
        Self { is_recoverable: true, ..self }
    }

    /// Whether a browser stores the data of a recording while it is made.
    pub fn is_recoverable(&self) -> bool {
        self.is_recoverable
    }

    /// The path. With [`IfExists::Number`] the recording's own may have a number.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The rule for a file that exists already.
    #[cfg_attr(target_family = "wasm", expect(dead_code, reason = "browsers have a rule of their own"))]
    pub(super) fn rule(&self) -> IfExists {
        self.if_exists
    }

    /// The container of its extension.
    pub(super) fn container(&self) -> Option<Container> {
        Container::of_extension(self.path.extension()?.to_str()?)
    }
}
