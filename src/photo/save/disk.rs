//! Saves photos as files on disk.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata},
    io::{self, ErrorKind, Write},
    iter,
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, PersistError};

use super::{IfExists, PhotoFile};
use crate::{error::MediaError, photo::PhotoFormat};

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
            write_new(iter::once(path.to_owned()).chain(numbers), bytes)
        }
        IfExists::Replace => {
            let written = if file.follows_links() { write(path, bytes) } else { write_here(path, bytes) };
            written.map(|()| Some(path.to_owned()))
        }
        IfExists::Fail => write_new([path.to_owned()], bytes),
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
    match fs::metadata(&path) {
        Ok(older) if older.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(older) if older.permissions().readonly() => Err(ErrorKind::PermissionDenied.into()),
        Ok(older) if older.is_file() => replace(&path, bytes, Some(older)),
        // A pipe or a device.
        Ok(_) => File::options().write(true).open(&path)?.write_all(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => replace(&path, bytes, None),
        Err(error) => Err(error),
    }
}

/// Writes the file at this very path, or replaces what is there. A link is replaced, not followed.
fn write_here(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Ok(older) if older.is_file() && older.permissions().readonly() => {
            Err(ErrorKind::PermissionDenied.into())
        }
        Ok(older) if older.is_file() => replace(path, bytes, Some(older)),
        _ => replace(path, bytes, None),
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

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a temporary file in the same folder, and renames it. So a full disk leaves no partial photo and keeps the
/// older one, and several processes that save at the same time don't mix their files.
fn replace(path: &Path, bytes: &[u8], older: Option<Metadata>) -> io::Result<()> {
    written_beside(path, bytes, older)?.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a temporary file, and renames it to the first of these paths in one folder where nothing is. `None` if there
/// is something at each of them.
fn write_new(paths: impl IntoIterator<Item = PathBuf>, bytes: &[u8]) -> io::Result<Option<PathBuf>> {
    let mut paths = paths.into_iter().peekable();
    let Some(first) = paths.peek() else { return Ok(None) };
    let mut file = written_beside(first, bytes, None)?;
    for path in paths {
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(Some(path)),
            Err(PersistError { error, file: kept }) if error.kind() == ErrorKind::AlreadyExists => {
                file = kept
            }
            Err(PersistError { file: kept, .. }) => match claim(kept, &path)? {
                Ok(()) => return Ok(Some(path)),
                Err(kept) => file = kept,
            },
        }
    }
    Ok(None)
}

/// Renames a file to a path where nothing is, on file systems that have no such operation: an empty file claims the
/// path. A process that is killed in between leaves that empty file. Returns the file if there is something at the
/// path.
fn claim(file: NamedTempFile<File>, path: &Path) -> io::Result<Result<(), NamedTempFile<File>>> {
    match File::options().write(true).create_new(true).open(path) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Ok(Err(file)),
        Err(error) => return Err(error),
    }
    if let Err(error) = file.persist(path) {
        let _ = fs::remove_file(path);
        return Err(error.error);
    }
    Ok(Ok(()))
}

/// A temporary file of these bytes in the folder of a path. It is removed when it is dropped.
fn written_beside(path: &Path, bytes: &[u8], older: Option<Metadata>) -> io::Result<NamedTempFile<File>> {
    let mut file: NamedTempFile<File> = tempfile::Builder::new()
        // The photo's own name may have the longest possible length, so it can't be part of the temporary name.
        .prefix(".photo-")
        // Unlike a temporary file, a photo has the usual permissions.
        .make_in(folder_of(path), |path| File::options().write(true).create_new(true).open(path))?;
    if let Some(older) = older {
        // Some file systems have no permissions to be set.
        let _ = file.as_file().set_permissions(older.permissions());
    }
    file.as_file_mut().write_all(bytes)?;
    // Some file systems report a full disk only now.
    file.as_file().sync_all()?;
    Ok(file)
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
