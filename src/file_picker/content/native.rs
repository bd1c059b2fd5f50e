//! Files on the disk.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read},
    path::{Path, PathBuf},
};

use crate::{disk, error::MediaError, media_type};

/// The bytes of a file, at its path.
#[derive(Clone, Debug)]
pub(in crate::file_picker) struct Content(PathBuf);

impl Content {
    pub fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The first [`media_type::SIGNATURE_LEN`] bytes. `None` if this isn't a file: a folder has no bytes, and a pipe or
    /// a device could block forever.
    pub fn start(&self) -> Result<Option<Vec<u8>>, MediaError> {
        first_bytes(&self.0).map_err(|error| cannot_read(&self.0, &error))
    }

    pub async fn read(&self) -> Result<Vec<u8>, MediaError> {
        fs::read(&self.0).map_err(|error| cannot_read(&self.0, &error))
    }

    /// Copies the file to a path where nothing is.
    pub async fn save(&self, path: &Path) -> Result<(), MediaError> {
        let mut from = File::open(&self.0).map_err(|error| cannot_read(&self.0, &error))?;
        disk::write_new([path.to_owned()], |to| io::copy(&mut from, to).map(drop))
            .and_then(|copied| copied.ok_or_else(|| ErrorKind::AlreadyExists.into()))
            .map_err(|error| MediaError::cannot_write(path, &error))?;
        Ok(())
    }
}

fn first_bytes(path: &Path) -> io::Result<Option<Vec<u8>>> {
    if !fs::metadata(path)?.is_file() {
        return Ok(None);
    }
    let mut start = Vec::new();
    File::open(path)?.take(media_type::SIGNATURE_LEN as u64).read_to_end(&mut start)?;
    Ok(Some(start))
}

/// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) for a missing file,
/// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) for a missing permission,
/// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) for the rest.
fn cannot_read(path: &Path, error: &io::Error) -> MediaError {
    let path = path.display();
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            MediaError::not_found(format!("{path} doesn't exist any more; choose another file"))
        }
        ErrorKind::PermissionDenied => {
            MediaError::not_allowed(format!("{path} may not be read; change its permissions"))
        }
        _ => MediaError::not_readable(format!(
            "{path} can't be read ({error}); try again, or choose another file"
        )),
    }
}

#[cfg(test)]
mod tests {
    use bevy::tasks::block_on;

    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn a_files_own_bytes_are_read_and_saved_unchanged() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let bytes: Vec<u8> = (0..300_000_u32).map(|index| (index % 251) as u8).collect();
        let path = folder.path().join("me.png");
        fs::write(&path, &bytes).expect("a temporary folder");
        let file = Content::new(&path);
        assert_eq!(file.start(), Ok(Some(bytes[..media_type::SIGNATURE_LEN].to_vec())));
        assert_eq!(block_on(file.read()).as_ref(), Ok(&bytes));
        let copy = folder.path().join("copy.png");
        assert_eq!(block_on(file.save(&copy)), Ok(()));
        assert_eq!(fs::read(&copy).expect("the copy"), bytes);
        fs::write(&copy, "older").expect("a temporary folder");
        // Neither the older file nor the file itself is overwritten.
        for taken in [&copy, &path] {
            let error = block_on(file.save(taken)).expect_err("there is a file already");
            assert_eq!(error.name, ErrorName::Operation, "{error}");
        }
        assert_eq!(fs::read(&copy).expect("the older file"), b"older");
        assert_eq!(fs::read(&path).expect("the file"), bytes);
        let nowhere = block_on(file.save(&folder.path().join("no such folder/copy.png")));
        assert_eq!(nowhere.map_err(|error| error.name), Err(ErrorName::NotFound));
        assert_eq!(
            fs::read_dir(folder.path()).expect("the folder").count(),
            2,
            "nothing is left beside them"
        );
        fs::remove_file(&path).expect("our own file");
        assert_eq!(block_on(file.read()).map_err(|error| error.name), Err(ErrorName::NotFound));
    }

    #[test]
    fn a_path_without_a_file_has_no_bytes() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let start = |path: &Path| Content::new(path).start().map_err(|error| error.name);
        assert_eq!(start(folder.path()), Ok(None));
        assert_eq!(start(&folder.path().join("missing.png")), Err(ErrorName::NotFound));
        #[cfg(unix)]
        assert_eq!(start(Path::new("/dev/zero")), Ok(None));
    }
}
