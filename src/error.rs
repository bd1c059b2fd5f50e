//! The error type of the crate, with the names of the standard's exceptions.
//!
//! Every failure that an app can act on is a [`MediaError`]. It has one of the names that the web's media
//! specifications use, and a message: what failed, why, and what to do next. Errors are delivered as values, in entity
//! events ([`TrackFailed`](crate::track::TrackFailed), [`TrackEnded`](crate::track::TrackEnded),
//! [`PhotoFailed`](crate::photo::PhotoFailed), ...), never only in the log.

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
#[reflect(Debug, Clone, PartialEq)]
#[error("{name}: {message}")]
#[non_exhaustive]
pub struct MediaError {
    /// The standard's name of the error.
    pub name: ErrorName,
    /// The message for people: what failed, why, and what to do next.
    pub message: Cow<'static, str>,
    /// The standard's name of the constraint that can't be met (`frameRate`), for [`ErrorName::Overconstrained`].
    pub constraint: Option<Cow<'static, str>>,
}

/// The names of errors in the Media Capture, Image Capture and MediaStream Recording specifications.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash)]
#[non_exhaustive]
pub enum ErrorName {
    /// The user, the system or the policy of the page denies access.
    NotAllowed,
    /// No device of the requested [kind](crate::device::DeviceKind), or no such file.
    NotFound,
    /// The device exists, but the hardware, the system or another program prevents its use.
    NotReadable,
    /// No device can meet a required constraint; [`MediaError::constraint`] names it.
    Overconstrained,
    /// Something else prevented the use of the device.
    Abort,
    /// The context forbids it (an insecure page).
    Security,
    /// The request is invalid (NaN, a required control in the basic set).
    Type,
    /// The object is in the wrong state (a photo of a track that isn't live).
    InvalidState,
    /// The object was changed in a way that isn't allowed (a recorder was given another track while it recorded).
    InvalidModification,
    /// The device, the build or the platform doesn't support it.
    NotSupported,
    /// The operation started and couldn't finish (the track ended meanwhile).
    Operation,
    /// The data is damaged (a broken JPEG, a truncated frame).
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
            Self::InvalidModification => "InvalidModificationError",
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
    /// An error of this name. The message has what failed, why, and what to do next.
    pub fn new(name: ErrorName, message: impl Into<Cow<'static, str>>) -> Self {
        Self { name, message: message.into(), constraint: None }
    }

    /// No device can meet the constraint of this name in the standard.
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

    /// The error of a failed write to a file: [`ErrorName::NotAllowed`] for a missing permission,
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

/// Constructors for the names that take only a message: `MediaError::not_found("...")`.
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
    invalid_modification => InvalidModification,
    not_supported => NotSupported,
    operation => Operation,
    data => Data,
    unknown => Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_writes_have_a_name_by_their_cause() {
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
