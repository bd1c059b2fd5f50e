//! Captures in browsers, which aren't supported yet.

use super::capture::{AudioRequest, CaptureEnd};
use crate::error::MediaError;

/// Fails.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported).
pub(super) fn start(_: AudioRequest, _: CaptureEnd) -> Result<(), MediaError> {
    Err(MediaError::not_supported(
        "microphones aren't supported in browsers yet: run the app on a desktop, or leave the sound out",
    ))
}
