//! The names of errors.

use viewfinder_rtsp::{Error, ErrorKind};

use crate::error::{ErrorName, MediaError};

/// An error of a camera, by its name in the standard.
pub(super) fn media_error(error: Error) -> MediaError {
    let name = match error.kind() {
        ErrorKind::Invalid => ErrorName::Type,
        ErrorKind::NotFound => ErrorName::NotFound,
        ErrorKind::NotAllowed => ErrorName::NotAllowed,
        ErrorKind::NotSupported => ErrorName::NotSupported,
        ErrorKind::Data => ErrorName::Data,
        ErrorKind::NotReadable => ErrorName::NotReadable,
        ErrorKind::Canceled => ErrorName::Abort,
        _ => ErrorName::Unknown,
    };
    MediaError::new(name, error.to_string())
}
