//! A search without a browser.

use crossbeam_channel::Sender;

use crate::{error::MediaError, recorder::InterruptedRecording};

/// Finds nothing: the file of a killed process is where it was written.
pub(super) fn find(answers: Sender<Result<Vec<InterruptedRecording>, MediaError>>) {
    // The receiver is there, and a channel of this kind is never full.
    let _ = answers.send(Ok(Vec::new()));
}
