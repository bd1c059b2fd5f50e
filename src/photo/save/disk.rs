//! Saves photos as files on disk.

use std::{
    fs::{self, File, Metadata},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use crate::{error::MediaError, photo::PhotoFormat};

/// The longest chain of symbolic links that is followed, as on Linux.
const MOST_LINKS: usize = 40;

/// Writes a file.
pub(super) fn put(path: &Path, _: PhotoFormat, bytes: &[u8]) -> Result<(), MediaError> {
    write(path, bytes).map_err(|error| MediaError::cannot_write(path, &error))
}

fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let path = behind_links(path)?;
    match fs::metadata(&path) {
        Ok(older) if older.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(older) if older.permissions().readonly() => Err(ErrorKind::PermissionDenied.into()),
        Ok(older) if older.is_file() => replace(&path, bytes, Some(&older)),
        // A pipe or a device.
        Ok(_) => File::options().write(true).open(&path)?.write_all(bytes),
        Err(error) if error.kind() == ErrorKind::NotFound => replace(&path, bytes, None),
        Err(error) => Err(error),
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
fn replace(path: &Path, bytes: &[u8], older: Option<&Metadata>) -> io::Result<()> {
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
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::thread;

    use tempfile::{TempDir, tempdir};

    use super::*;
    use crate::error::ErrorName;

    fn folder() -> TempDir {
        tempdir().expect("a folder for temporary files")
    }

    fn save(path: &Path, text: &str) -> Result<(), MediaError> {
        put(path, PhotoFormat::Png, text.as_bytes())
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("the folder").flatten();
        let mut names: Vec<_> = entries.map(|entry| entry.file_name().display().to_string()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_newer_photo_takes_the_place_of_an_older_one() {
        let folder = folder();
        let path = folder.path().join("photo.png");
        for text in ["older", "newer, and longer", "new"] {
            save(&path, text).expect("there is room");
            assert_eq!(fs::read_to_string(&path).expect("the photo"), text);
        }
        assert_eq!(names(folder.path()), ["photo.png"]);
    }

    #[test]
    fn several_at_once_do_not_get_in_each_others_way() {
        let folder = folder();
        let path = folder.path().join("photo.png");
        let contents: Vec<String> =
            (b'a'..=b'h').map(|letter| char::from(letter).to_string().repeat(10_000)).collect();
        thread::scope(|scope| {
            for text in &contents {
                scope.spawn(|| (0..20).for_each(|_| save(&path, text).expect("there is room")));
            }
        });
        assert!(contents.contains(&fs::read_to_string(&path).expect("the photo")));
        assert_eq!(names(folder.path()), ["photo.png"]);
    }

    #[test]
    fn the_longest_names_are_saved() {
        let folder = folder();
        for length in 251..=255 {
            let name = format!("{}.png", "n".repeat(length - 4));
            save(&folder.path().join(name), "photo").expect("file systems allow 255 bytes");
        }
        assert_eq!(names(folder.path()).len(), 5);
        let error = save(&folder.path().join(format!("{}.png", "n".repeat(300))), "photo");
        assert_eq!(error.expect_err("no file system allows more").name, ErrorName::Operation);
    }

    #[test]
    fn a_place_that_cannot_be_written_has_a_named_error() {
        let folder = folder();
        let file = folder.path().join("file");
        fs::write(&file, "").expect("there is room");
        let protected = folder.path().join("protected.png");
        fs::write(&protected, "older").expect("there is room");
        let mut permissions = fs::metadata(&protected).expect("a file").permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&protected, permissions).expect("our own file");
        for (path, name) in [
            (folder.path().to_owned(), ErrorName::Operation),
            (folder.path().join("no such folder/photo.png"), ErrorName::NotFound),
            (file.join("photo.png"), ErrorName::NotFound),
            (PathBuf::new(), ErrorName::NotFound),
            (protected.clone(), ErrorName::NotAllowed),
        ] {
            let error = save(&path, "newer").expect_err("it can't be written");
            assert_eq!(error.name, name, "{}: {error}", path.display());
        }
        assert_eq!(fs::read_to_string(&protected).expect("the photo"), "older");
        assert_eq!(names(folder.path()), ["file", "protected.png"]);
    }

    #[cfg(unix)]
    mod unix {
        use std::os::unix::fs::{PermissionsExt, symlink};

        use super::*;

        #[test]
        fn a_photo_is_written_through_symbolic_links() {
            let folder = folder();
            let target = folder.path().join("album");
            fs::create_dir(&target).expect("there is room");
            fs::write(target.join("photo.png"), "older").expect("there is room");
            // One link leads to the next, each relative to its own folder.
            symlink("photo.png", target.join("newest.png")).expect("links are supported");
            symlink("album/newest.png", folder.path().join("link.png")).expect("links are supported");
            symlink("album/not there yet.png", folder.path().join("dangling.png"))
                .expect("links are supported");
            save(&folder.path().join("link.png"), "newer").expect("there is room");
            save(&folder.path().join("dangling.png"), "new").expect("there is room");
            assert_eq!(fs::read_to_string(target.join("photo.png")).expect("the photo"), "newer");
            assert_eq!(fs::read_to_string(target.join("not there yet.png")).expect("the photo"), "new");
            for link in [
                folder.path().join("link.png"),
                folder.path().join("dangling.png"),
                target.join("newest.png"),
            ] {
                assert!(link.is_symlink(), "{}", link.display());
            }
            assert_eq!(names(&target), ["newest.png", "not there yet.png", "photo.png"]);
        }

        #[test]
        fn links_in_a_circle_are_an_error() {
            let folder = folder();
            symlink("b.png", folder.path().join("a.png")).expect("links are supported");
            symlink("a.png", folder.path().join("b.png")).expect("links are supported");
            let error = save(&folder.path().join("a.png"), "photo").expect_err("there is no end");
            assert_eq!(error.name, ErrorName::Operation, "{error}");
        }

        #[test]
        fn a_photo_has_the_usual_permissions_or_those_of_the_older_one() {
            let folder = folder();
            let permissions = |path: &Path| fs::metadata(path).expect("a file").permissions().mode();
            let usual = folder.path().join("usual");
            fs::write(&usual, "").expect("there is room");
            let path = folder.path().join("photo.png");
            save(&path, "photo").expect("there is room");
            assert_eq!(permissions(&path), permissions(&usual));
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("our own file");
            save(&path, "newer").expect("there is room");
            assert_eq!(permissions(&path) & 0o777, 0o600);
        }

        #[cfg(target_os = "linux")]
        #[test]
        fn a_full_device_is_an_error_and_stays() {
            let folder = folder();
            let path = folder.path().join("photo.png");
            symlink("/dev/full", &path).expect("links are supported");
            let error = save(&path, "photo").expect_err("it is full");
            assert_eq!(error.name, ErrorName::Operation, "{error}");
            assert!(error.message.contains("free some space"), "{error}");
            assert!(path.is_symlink() && !Path::new("/dev/full").is_file());
        }
    }
}
