//! The file of a recording, which is written while it is recorded.

use std::{
    fs::File,
    io::{self, ErrorKind, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{RecordingFile, RecordingPatch};
use crate::{
    disk::{behind_links, create_new, numbered_paths},
    error::MediaError,
    photo::IfExists,
};

/// A file that grows by whole pieces. What it holds can be played at any time.
#[derive(Debug)]
pub(super) struct RecordingWriter {
    file: File,
    path: PathBuf,
    /// The bytes of the pieces that were written whole.
    len: u64,
}

impl RecordingWriter {
    /// Makes the file.
    ///
    /// # Errors
    /// Those of [`MediaError::cannot_write`], and `InvalidState` for a file that exists and may not be replaced.
    pub fn create(file: &RecordingFile) -> Result<Self, MediaError> {
        let path = file.path();
        let created = match file.rule() {
            IfExists::Replace => replace(path).map(|file| Some((file, path.to_owned()))),
            IfExists::Fail => create_new([path.to_owned()]),
            _ => create_new(numbered_paths(path)),
        };
        match created {
            Ok(Some((file, path))) => Ok(Self { file, path, len: 0 }),
            Ok(None) => Err(MediaError::invalid_state(format!(
                "{} exists already; choose another name, or replace it by IfExists::Replace",
                path.display()
            ))),
            Err(error) => Err(MediaError::cannot_write(path, &error)),
        }
    }

    #[cfg(test)]
    fn path(&self) -> &Path {
        &self.path
    }

    /// Appends a piece. If that fails, the file ends with the piece before.
    ///
    /// # Errors
    /// Those of [`MediaError::cannot_write`], such as a full disk.
    pub fn write(&mut self, piece: &[u8]) -> Result<(), MediaError> {
        if let Err(error) = self.file.write_all(piece) {
            // A pipe can't be cut back.
            let _ = self.file.set_len(self.len).and_then(|()| self.file.seek(SeekFrom::Start(self.len)));
            return Err(MediaError::cannot_write(&self.path, &error));
        }
        self.len += piece.len() as u64;
        Ok(())
    }

    /// Applies the patches, and waits until all is on the disk. A pipe isn't patched.
    ///
    /// # Errors
    /// Those of [`MediaError::cannot_write`].
    pub fn finish(mut self, patches: &[RecordingPatch]) -> Result<PathBuf, MediaError> {
        let failed = |path: &Path, error: io::Error| MediaError::cannot_write(path, &error);
        if self.file.stream_position().is_ok() {
            for RecordingPatch { offset, bytes } in patches {
                let patched = self.file.seek(SeekFrom::Start(*offset)).map(drop);
                patched
                    .and_then(|()| self.file.write_all(bytes))
                    .map_err(|error| failed(&self.path, error))?;
            }
        }
        match self.file.sync_all() {
            // Not a file on a disk.
            Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {}
            done => done.map_err(|error| failed(&self.path, error))?,
        }
        Ok(self.path)
    }
}

/// Opens the file that the path leads to, empty.
fn replace(path: &Path) -> io::Result<File> {
    File::options().write(true).create(true).truncate(true).open(behind_links(path)?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::error::ErrorName;

    fn file(path: PathBuf, rule: IfExists) -> RecordingFile {
        RecordingFile::new(path).if_exists(rule)
    }

    #[test]
    fn pieces_are_appended_and_patched() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("clip.mkv");
        let mut writer = RecordingWriter::create(&file(path.clone(), IfExists::Fail)).expect("a new file");
        writer.write(b"head").expect("there is room");
        assert_eq!(fs::read(&path).expect("the file"), b"head", "a piece is there at once");
        writer.write(b" tail").expect("there is room");
        let patches = [RecordingPatch { offset: 1, bytes: b"EA".to_vec() }];
        assert_eq!(writer.finish(&patches), Ok(path.clone()));
        assert_eq!(fs::read(&path).expect("the file"), b"hEAd tail");
    }

    #[test]
    fn a_file_that_is_there_is_kept_unless_it_may_be_replaced() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("clip.mkv");
        fs::write(&path, "older").expect("our own file");
        let numbered = RecordingWriter::create(&file(path.clone(), IfExists::Number)).expect("a new file");
        assert_eq!(numbered.path(), folder.path().join("clip (1).mkv"));
        let refused = RecordingWriter::create(&file(path.clone(), IfExists::Fail)).map(drop);
        assert_eq!(refused.map_err(|error| error.name), Err(ErrorName::InvalidState));
        assert_eq!(fs::read(&path).expect("the file"), b"older");
        RecordingWriter::create(&file(path.clone(), IfExists::Replace)).expect("it may be replaced");
        assert_eq!(fs::read(&path).expect("the file"), b"");
    }

    #[test]
    fn a_folder_that_is_missing_is_named() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        for rule in [IfExists::Number, IfExists::Replace, IfExists::Fail] {
            let path = folder.path().join("none/clip.mkv");
            let error = RecordingWriter::create(&file(path, rule)).map(drop).expect_err("there is no folder");
            assert_eq!(error.name, ErrorName::NotFound);
            assert!(error.message.contains("none/clip.mkv"), "{error}");
            let error = RecordingWriter::create(&file(folder.path().to_owned(), rule)).map(drop);
            assert!(error.is_err() || rule == IfExists::Number, "a folder is no file");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error() {
        let full = file("/dev/full".into(), IfExists::Replace);
        let mut writer = RecordingWriter::create(&full).expect("the device can be opened");
        let error = writer.write(b"piece").expect_err("it is full");
        assert_eq!(error.name, ErrorName::Operation);
        assert!(error.message.contains("free some space"), "{error}");
    }
}
