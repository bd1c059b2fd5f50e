//! Files on the disk: those that are written whole or not at all, and new ones that grow, such as recordings.
//!
//! A whole file is written beside its place under a temporary name, and renamed. So a full disk or a killed process
//! leaves no partial file and keeps an older one, and several processes that save at the same time don't mix their
//! files.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata},
    io::{self, ErrorKind},
    iter,
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, PersistError};

/// The longest chain of symbolic links that is followed, as on Linux.
const MOST_LINKS: usize = 40;

/// The longest name of a file, in bytes, on most file systems.
const LONGEST_NAME: usize = 255;

/// The greatest number that a file gets beside others of its name.
pub(crate) const GREATEST_NUMBER: u32 = 9_999;

/// The folder of a path.
pub(crate) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a file at this path in place of what is there. It has the permissions of the older one.
pub(crate) fn replace(
    path: &Path,
    older: Option<Metadata>,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<()> {
    written_beside(path, older, write)?.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// Writes a file at the first of these paths in one folder where nothing is, and returns that path. `None` if there is
/// something at each of them.
pub(crate) fn write_new(
    paths: impl IntoIterator<Item = PathBuf>,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<Option<PathBuf>> {
    let mut paths = paths.into_iter().peekable();
    let Some(first) = paths.peek() else { return Ok(None) };
    let mut file = written_beside(first, None, write)?;
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

/// Makes an empty file at the first of these paths where nothing is. `None` if there is something at each of them.
#[cfg(feature = "recorder")]
pub(crate) fn create_new(paths: impl IntoIterator<Item = PathBuf>) -> io::Result<Option<(File, PathBuf)>> {
    for path in paths {
        match File::options().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok(Some((file, path))),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Ok(None)
}

/// This path, and then those with a number before its extension: `me.png`, `me (1).png`, `me (2).png`.
pub(crate) fn numbered_paths(path: &Path) -> impl Iterator<Item = PathBuf> {
    iter::once(path.to_owned()).chain((1..=GREATEST_NUMBER).map(|number| numbered(path, number)))
}

/// The path at the end of a chain of symbolic links, which may not exist yet. Only the last component is resolved: the
/// system follows links to folders itself.
pub(crate) fn behind_links(path: &Path) -> io::Result<PathBuf> {
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

/// A temporary file in the folder of a path. It is removed when it is dropped.
fn written_beside(
    path: &Path,
    older: Option<Metadata>,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> io::Result<NamedTempFile<File>> {
    if path.file_name().is_none() {
        return Err(ErrorKind::IsADirectory.into());
    }
    let mut file: NamedTempFile<File> = tempfile::Builder::new()
        // The file's own name may have the longest possible length, so it can't be part of the temporary name.
        .prefix(".viewfinder-")
        // Unlike a temporary file, this one has the usual permissions.
        .make_in(folder_of(path), |path| File::options().write(true).create_new(true).open(path))?;
    if let Some(older) = older {
        // Some file systems have no permissions to be set.
        let _ = file.as_file().set_permissions(older.permissions());
    }
    write(file.as_file_mut())?;
    // Some file systems report a full disk only now.
    file.as_file().sync_all()?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_claimed_name_is_never_that_of_another_file() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("me.png");
        let file = || written_beside(&path, None, |file| file.write_all(b"newer")).expect("there is room");
        let read = || fs::read_to_string(&path).expect("the file");
        assert!(claim(file(), &path).expect("there is room").is_ok());
        assert_eq!(read(), "newer");
        fs::write(&path, "older").expect("our own file");
        assert!(claim(file(), &path).expect("it exists").is_err());
        assert_eq!((read().as_str(), fs::read_dir(&folder).expect("the folder").count()), ("older", 1));
    }

    #[test]
    fn a_file_that_fails_to_be_written_leaves_nothing() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("me.png");
        let fail = |file: &mut File| file.write_all(b"half").and(Err(ErrorKind::StorageFull.into()));
        let kind = |written: io::Result<()>| written.map_err(|error| error.kind());
        assert_eq!(kind(write_new([path.clone()], fail).map(drop)), Err(ErrorKind::StorageFull));
        assert_eq!(kind(replace(&path, None, fail)), Err(ErrorKind::StorageFull));
        assert_eq!(kind(replace(Path::new("/"), None, |_| Ok(()))), Err(ErrorKind::IsADirectory));
        assert_eq!(fs::read_dir(&folder).expect("the folder").count(), 0);
    }

    #[test]
    fn numbered_names_are_not_too_long() {
        let longest = format!("{}.png", "写".repeat(83));
        let path = numbered(Path::new(&longest), 12);
        let name = path.to_str().expect("a name in Unicode");
        assert!(name.len() <= LONGEST_NAME && name.ends_with("写 (12).png"), "{name}");
        assert_eq!(numbered(Path::new("a/b.tar.png"), 1), Path::new("a/b.tar (1).png"));
        assert_eq!(numbered(Path::new("a/b"), 1), Path::new("a/b (1)"));
    }
}
