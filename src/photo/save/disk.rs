//! Saves photos as files on disk.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{self, ErrorKind, Write},
    iter,
    path::{Path, PathBuf},
};

use super::{IfExists, PhotoFile};
use crate::{
    disk::{folder_of, replace, write_new},
    error::MediaError,
    photo::PhotoFormat,
};

/// The longest chain of symbolic links that is followed, as on Linux.
const MOST_LINKS: usize = 40;

/// The longest name of a file, in bytes, on most file systems.
const LONGEST_NAME: usize = 255;

/// The greatest number that a photo gets beside others of its name.
const GREATEST_NUMBER: u32 = 9_999;

/// Writes a file, and returns its path.
pub(super) fn put(file: &PhotoFile, _: PhotoFormat, bytes: &[u8]) -> Result<PathBuf, MediaError> {
    let path = file.path();
    let written = match file.rule() {
        IfExists::Number => {
            let numbers = (1..=GREATEST_NUMBER).map(|number| numbered(path, number));
            write_new(iter::once(path.to_owned()).chain(numbers), |file| file.write_all(bytes))
        }
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

/// The path at the end of a chain of symbolic links, which may not exist yet. Only the last component is resolved: the
/// system follows links to folders itself.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            // A link is relative to its own folder.
            Ok(target) => path = folder_of(&path).join(target),
            // No link, or no such file.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("it is a chain of too many symbolic links"))
}

/// The path with a number before its extension: `me (1).png`. A name that would be too long is cut.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let mut end = OsString::from(format!(" ({number})"));
    if let Some(extension) = path.extension() {
        end.push(".");
        end.push(extension);
    }
    let stem = path.file_stem().unwrap_or_default();
    let room = LONGEST_NAME.saturating_sub(end.len());
    let mut name = match stem.to_str() {
        Some(text) => OsString::from(&text[..text.floor_char_boundary(room)]),
        None => stem.to_owned(),
    };
    name.push(end);
    path.with_file_name(name)
}

#[cfg(test)]
mod tests;
