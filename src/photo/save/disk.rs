//! Saves photos as files on disk.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use super::{IfExists, PhotoFile};
use crate::{
    disk::{GREATEST_NUMBER, behind_links, numbered_paths, replace, write_new},
    error::MediaError,
    photo::PhotoFormat,
};

/// Writes a file, and returns its path.
pub(super) fn put(file: &PhotoFile, _: PhotoFormat, bytes: &[u8]) -> Result<PathBuf, MediaError> {
    let path = file.path();
    let written = match file.rule() {
        IfExists::Number => write_new(numbered_paths(path), |file| file.write_all(bytes)),
        IfExists::Replace => {
            let written = if file.follows_links() { write(path, bytes) } else { write_here(path, bytes) };
            written.map(|()| Some(path.to_owned()))
        }
        IfExists::Fail => write_new([path.to_owned()], |file| file.write_all(bytes)),
    };
    written.map_err(|error| MediaError::cannot_write(path, &error))?.ok_or_else(|| {
        MediaError::invalid_state(match file.rule() {
            IfExists::Fail => format!(
                "{} exists already; choose another name, or replace it by IfExists::Replace",
                path.display()
            ),
            _ => format!(
                "{} exists already, {GREATEST_NUMBER} times; choose another name or folder",
                path.display()
            ),
        })
    })
}

/// Writes the file that the path leads to, or replaces it.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = behind_links(path)?;
    let write = |file: &mut File| file.write_all(bytes);
    match fs::metadata(&path) {
        Ok(older) if older.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(older) if older.permissions().readonly() => Err(ErrorKind::PermissionDenied.into()),
        Ok(older) if older.is_file() => replace(&path, Some(older), write),
        // A pipe or a device.
        Ok(_) => File::options().write(true).open(&path)?.write_all(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => replace(&path, None, write),
        Err(error) => Err(error),
    }
}

/// Writes the file at this very path, or replaces what is there. A link is replaced, not followed.
fn write_here(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let write = |file: &mut File| file.write_all(bytes);
    match fs::symlink_metadata(path) {
        Ok(older) if older.is_file() && older.permissions().readonly() => {
            Err(ErrorKind::PermissionDenied.into())
        }
        Ok(older) if older.is_file() => replace(path, Some(older), write),
        _ => replace(path, None, write),
    }
}

#[cfg(test)]
mod tests;
