//! The one error type, by the standard's names.
//!
//! Every failure that an app can act on is a [`MediaError`]: it has one of the names that the web's
//! media specifications use, says what went wrong, and says what to do next. Errors travel as values:
//! in entity events ([`TrackFailed`](crate::track::TrackFailed),
//! [`TrackEnded`](crate::track::TrackEnded), [`PhotoFailed`](crate::photo::PhotoFailed), ...), never only in the log.

use std::{
    borrow::Cow,
    io::{self, ErrorKind},
    path::Path,
};

use bevy::prelude::*;
use thiserror::Error;

/// A failure of a device, a track, a photo, a file or an effect.
///
/// `Display` gives one line: the name, what failed, why, and what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Error, Reflect)]
#[error("{name}: {message}")]
#[non_exhaustive]
pub struct MediaError {
    /// The standard's name for it.
    pub name: ErrorName,
    /// What happened and what to do next, for a person to read.
    pub message: Cow<'static, str>,
    /// The constraint that can't be met, in the standard's spelling (`frameRate`), for
    /// [`ErrorName::Overconstrained`].
    pub constraint: Option<Cow<'static, str>>,
}

/// The names of errors in the Media Capture, Image Capture and MediaStream Recording specifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
#[non_exhaustive]
pub enum ErrorName {
    /// The user, the system or the page's policy doesn't allow it.
    NotAllowed,
    /// No device of the requested [kind](crate::device::DeviceKind), or no such file.
    NotFound,
    /// The device is there, but the hardware, the system or another program keeps it from being read.
    NotReadable,
    /// No device can meet a required constraint; [`MediaError::constraint`] names it.
    Overconstrained,
    /// Something else kept the device from being used.
    Abort,
    /// The surroundings forbid it (an insecure page).
    Security,
    /// The request makes no sense (an empty request, NaN, `min > max`).
    Type,
    /// The object is in the wrong state for it (a photo of a track that isn't live).
    InvalidState,
    /// This device, build or platform can't do it.
    NotSupported,
    /// It was begun and couldn't be finished (the track ended meanwhile).
    Operation,
    /// Bytes that aren't what they say they are (a broken JPEG, a frame cut short).
    Data,
    /// Anything else.
    Unknown,
}

impl ErrorName {
    /// The name as the standard spells it: `NotReadableError`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAllowed => "NotAllowedError",
            Self::NotFound => "NotFoundError",
            Self::NotReadable => "NotReadableError",
            Self::Overconstrained => "OverconstrainedError",
            Self::Abort => "AbortError",
            Self::Security => "SecurityError",
            Self::Type => "TypeError",
            Self::InvalidState => "InvalidStateError",
            Self::NotSupported => "NotSupportedError",
            Self::Operation => "OperationError",
            Self::Data => "DataError",
            Self::Unknown => "UnknownError",
        }
    }
}

impl std::fmt::Display for ErrorName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl MediaError {
    /// An error of this name. The message says what happened and what to do next.
    pub fn new(name: ErrorName, message: impl Into<Cow<'static, str>>) -> Self {
        Self { name, message: message.into(), constraint: None }
    }

    /// No device can meet the constraint of this name (the standard's spelling).
    pub fn overconstrained(
        constraint: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            name: ErrorName::Overconstrained,
            message: message.into(),
            constraint: Some(constraint.into()),
        }
    }

    /// The system's answer to writing a file: [`ErrorName::NotAllowed`] for a missing permission,
    /// [`ErrorName::NotFound`] for a missing folder, [`ErrorName::Operation`] for the rest, such as a full disk.
    pub fn cannot_write(path: &Path, error: &io::Error) -> Self {
        let (name, advice) = match error.kind() {
            ErrorKind::PermissionDenied => (ErrorName::NotAllowed, "choose a folder that you may write to"),
            ErrorKind::ReadOnlyFilesystem => (ErrorName::NotAllowed, "choose a folder on another disk"),
            ErrorKind::NotFound | ErrorKind::NotADirectory => {
                (ErrorName::NotFound, "make the folder first, or choose another")
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                (ErrorName::Operation, "free some space, or choose another disk")
            }
            ErrorKind::IsADirectory => (ErrorName::Operation, "give the file a name of its own"),
            ErrorKind::InvalidFilename => (ErrorName::Operation, "choose a shorter or simpler name"),
            _ => (ErrorName::Operation, "choose another file"),
        };
        Self::new(name, format!("{} can't be written: {error}; {advice}", path.display()))
    }
}

/// `MediaError::not_found("...")` and its like: one constructor for each name that takes no more than a message.
macro_rules! constructors {
    ($($function:ident => $name:ident),+ $(,)?) => {
        impl MediaError {
            $(
                #[doc = concat!("An error named [`ErrorName::", stringify!($name), "`].")]
                pub fn $function(message: impl Into<Cow<'static, str>>) -> Self {
                    Self::new(ErrorName::$name, message)
                }
            )+
        }
    };
}

constructors! {
    not_allowed => NotAllowed,
    not_found => NotFound,
    not_readable => NotReadable,
    abort => Abort,
    type_error => Type,
    invalid_state => InvalidState,
    not_supported => NotSupported,
    operation => Operation,
    data => Data,
    unknown => Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_about_writing_has_a_name() {
        for (kind, name) in [
            (ErrorKind::PermissionDenied, ErrorName::NotAllowed),
            (ErrorKind::ReadOnlyFilesystem, ErrorName::NotAllowed),
            (ErrorKind::NotFound, ErrorName::NotFound),
            (ErrorKind::NotADirectory, ErrorName::NotFound),
            (ErrorKind::StorageFull, ErrorName::Operation),
            (ErrorKind::IsADirectory, ErrorName::Operation),
            (ErrorKind::TimedOut, ErrorName::Operation),
        ] {
            let error = MediaError::cannot_write(Path::new("folder/photo.png"), &kind.into());
            assert_eq!(error.name, name, "{error}");
            assert!(error.message.starts_with("folder/photo.png can't be written: "), "{error}");
        }
    }
}
