//! The errors of the gallery.

use std::{
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use thiserror::Error;

/// A failure of the gallery.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum GalleryError {
    /// The disk has no space left.
    #[error("{} can't be written: the disk is full; free some space, or choose another folder", .0.display())]
    DiskFull(PathBuf),
    /// The booth may not use the folder.
    #[error("{} can't be used: permission denied; allow it, or choose another folder", .0.display())]
    NotAllowed(PathBuf),
    /// The folder is no folder, or is gone.
    #[error("{} is no folder; choose another one", .0.display())]
    NoFolder(PathBuf),
    /// No file of this name was written by the booth, or it was changed since.
    #[error("{0} isn't a file that the booth wrote, so it stays; delete it by hand")]
    NotOurs(String),
    /// A name with a folder in it, or an empty one.
    #[error("{0:?} isn't a file's name; give one without folders")]
    InvalidName(String),
    /// Anything else.
    #[error("{} can't be used ({error}); check the disk, or choose another folder", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
}

impl GalleryError {
    /// The error of the disk at this path.
    pub(super) fn disk(path: &Path, error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::DiskFull(path.into()),
            ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Self::NotAllowed(path.into()),
            ErrorKind::NotFound | ErrorKind::NotADirectory => Self::NoFolder(path.into()),
            _ => Self::Disk { path: path.into(), error },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_the_disk_are_named_by_their_cause() {
        let named = |kind: ErrorKind| GalleryError::disk(Path::new("pictures"), kind.into()).to_string();
        for (kind, part) in [
            (ErrorKind::StorageFull, "the disk is full"),
            (ErrorKind::QuotaExceeded, "the disk is full"),
            (ErrorKind::PermissionDenied, "permission denied"),
            (ErrorKind::ReadOnlyFilesystem, "permission denied"),
            (ErrorKind::NotADirectory, "is no folder"),
            (ErrorKind::TimedOut, "timed out"),
        ] {
            assert!(named(kind).contains(part), "{}", named(kind));
        }
    }
}
