//! The error type.

/// A failure of a camera or its connection.
///
/// `Display` gives one line: what failed, why, and what to do next. It has no password and no query of a URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

/// The kind of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The URL, the user name or the password is invalid.
    Invalid,
    /// The name of the server is unknown, or the server has no such stream.
    NotFound,
    /// The user name or the password is missing or wrong, access is denied, or the server redirects.
    NotAllowed,
    /// The server isn't an RTSP server, or it has no stream of a known codec.
    NotSupported,
    /// The answers or the frames of the camera can't be read.
    Data,
    /// The camera can't be reached, doesn't answer in time, closed the connection, or reports an error of its own.
    NotReadable,
    /// The camera isn't wanted any more.
    Canceled,
}

impl Error {
    /// The kind.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}
