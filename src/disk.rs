//! Files on the disk, which are written whole or not at all.
//!
//! A file is written beside its place under a temporary name, and renamed. So a full disk or a killed process leaves no
//! partial file and keeps an older one, and several processes that save at the same time don't mix their files.

use std::{
    fs::{self, File, Metadata},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
};

use tempfile::{NamedTempFile, PersistError};

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
}
