//! Files on disk.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::{error::MediaError, photo::PhotoFormat};

/// Writes a file.
pub(super) fn put(path: &Path, _: PhotoFormat, bytes: &[u8]) -> Result<(), MediaError> {
    // Written beside it first, so that a full disk leaves neither half a photo nor takes the older one along.
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path)).map_err(|error| {
        let _ = std::fs::remove_file(&part);
        disk_error(path, &error)
    })
}

/// An error of the disk by the standard's names.
fn disk_error(path: &Path, error: &io::Error) -> MediaError {
    let message = format!("{}: {error}", path.display());
    match error.kind() {
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            MediaError::not_allowed(message)
        }
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => MediaError::not_found(message),
        _ => MediaError::operation(message),
    }
}
