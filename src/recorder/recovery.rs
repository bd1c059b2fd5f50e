//! Recordings that a page was closed or killed in: a [`RecordingFile`](super::RecordingFile) that is
//! [`recoverable`](super::RecordingFile::recoverable) is stored by the browser while it is recorded, and a later page
//! finds it. Natively the file itself is there.

mod content;
mod interrupted;
#[cfg(any(test, target_family = "wasm"))]
pub(super) mod rules;
mod search;

use bevy::prelude::*;

pub use interrupted::InterruptedRecording;
pub use search::{FindInterruptedRecordings, FindInterruptedRecordingsFailed, InterruptedRecordingsFound};

pub(super) fn plugin(app: &mut App) {
    app.add_plugins(search::plugin)
        .register_type::<FindInterruptedRecordings>()
        .register_type::<InterruptedRecordingsFound>()
        .register_type::<FindInterruptedRecordingsFailed>();
}
