//! Silence from ALSA, whose library prints a line for each device that can't be opened.

use ::alsa::Output;

/// Collects the messages of this thread, which nobody reads, instead of printing them.
pub(super) fn silence() {
    // The handler of this thread keeps the buffer, which this replaces by an empty one.
    let _ = Output::local_error_handler();
}
