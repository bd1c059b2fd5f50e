//! The folder of the gallery.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use tempfile::NamedTempFile;

use super::{
    error::GalleryError,
    ledger::{Entry, Ledger, is_file_name},
};
use crate::venue::Retention;

/// The most files with the same name and different numbers.
const NUMBERS: u32 = 10_000;

/// A picture of the gallery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The file's name in the folder.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The time of writing.
    pub written: SystemTime,
    /// The number of the session.
    pub session: u64,
    /// The file's size in bytes.
    pub bytes: u64,
}

/// The pictures of a gallery.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// The pictures, the newest first.
    pub pictures: Vec<Picture>,
    /// The lines of the ledger that can't be read. Their files are never deleted.
    pub damaged_lines: usize,
}

/// The result of [`Gallery::expire`].
#[derive(Debug, Default)]
pub struct Expired {
    /// The names of the deleted files.
    pub deleted: Vec<String>,
    /// Files that are due and can't be deleted, with the errors. They are tried again the next time.
    pub failed: Vec<GalleryError>,
}

/// A folder with the booth's pictures. Clones share it. Each method waits for the disk: not for the main thread.
///
/// A folder belongs to one booth at a time.
#[derive(Debug, Clone)]
pub struct Gallery {
    folder: PathBuf,
    ledger: Arc<Mutex<Ledger>>,
}

impl Gallery {
    /// Opens a folder, and creates it if it is missing.
    ///
    /// # Errors
    /// [`GalleryError::NotAllowed`] if the booth may not read or write it, [`GalleryError::NoFolder`] if it is a file,
    /// [`GalleryError::DiskFull`] if nothing fits into it.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self, GalleryError> {
        let folder = folder.into();
        let error = |error: io::Error| match error.kind() {
            ErrorKind::AlreadyExists => GalleryError::NoFolder(folder.clone()),
            _ => GalleryError::disk(&folder, error),
        };
        fs::create_dir_all(&folder).map_err(error)?;
        fs::read_dir(&folder).map_err(error)?;
        let mut trial = new_file(&folder).map_err(error)?;
        trial.write_all(b"photobooth").map_err(error)?;
        drop(trial);
        let ledger = Ledger::new(&folder);
        ledger.read()?;
        Ok(Self { folder, ledger: Arc::new(Mutex::new(ledger)) })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a picture under this name, or with a number before the extension if there is such a file. Nothing is
    /// overwritten. A failure leaves no file.
    ///
    /// # Errors
    /// [`GalleryError::InvalidName`], and errors of the disk.
    pub fn save(
        &self,
        name: &str,
        bytes: &[u8],
        session: u64,
        now: SystemTime,
    ) -> Result<Picture, GalleryError> {
        if !is_file_name(name) {
            return Err(GalleryError::InvalidName(name.into()));
        }
        let ledger = self.ledger();
        let cannot = |error| GalleryError::disk(&self.folder, error);
        // All bytes are on the disk before the file has its name.
        let mut file = new_file(&self.folder).map_err(cannot)?;
        file.write_all(bytes).map_err(cannot)?;
        file.as_file().sync_all().map_err(cannot)?;
        for number in 1..=NUMBERS {
            let name = numbered(name, number);
            let path = self.folder.join(&name);
            if path.symlink_metadata().is_ok() {
                continue;
            }
            let entry = new_entry(name, bytes, session, now);
            // First the entry: a booth that is killed here leaves an entry without a file, not a file without an entry.
            ledger.add(&entry)?;
            match file.persist_noclobber(&path) {
                Ok(_) => return Ok(self.picture(entry)),
                Err(error) => {
                    ledger.remove(&[entry])?;
                    if error.error.kind() != ErrorKind::AlreadyExists {
                        return Err(cannot(error.error));
                    }
                    file = error.file;
                }
            }
        }
        Err(GalleryError::InvalidName(name.into()))
    }

    /// Adds a picture to the ledger that the booth has just written into the folder by itself.
    ///
    /// # Errors
    /// [`GalleryError::InvalidName`] for a path elsewhere, [`GalleryError::NotOurs`] for something that is no file, and
    /// errors of the disk.
    pub fn adopt(&self, path: &Path, session: u64, now: SystemTime) -> Result<Picture, GalleryError> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if path.parent() != Some(&*self.folder) || !is_file_name(&name) {
            return Err(GalleryError::InvalidName(path.display().to_string()));
        }
        let ledger = self.ledger();
        let cannot = |error| GalleryError::disk(path, error);
        if !path.symlink_metadata().map_err(cannot)?.is_file() {
            return Err(GalleryError::NotOurs(name));
        }
        let entry = new_entry(name, &fs::read(path).map_err(cannot)?, session, now);
        ledger.add(&entry)?;
        Ok(self.picture(entry))
    }

    fn picture(&self, entry: Entry) -> Picture {
        let Entry { seconds, session, length, name, .. } = entry;
        let path = self.folder.join(&name);
        let written = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.min(u32::MAX.into()));
        Picture { name, path, written, session, bytes: length }
    }

    /// The booth's pictures that are still there, the newest first.
    ///
    /// # Errors
    /// [`GalleryError::NotAllowed`] and [`GalleryError::NoFolder`] if the folder can't be read any more.
    pub fn list(&self) -> Result<Listing, GalleryError> {
        fs::read_dir(&self.folder).map_err(|error| GalleryError::disk(&self.folder, error))?;
        let (entries, damaged_lines) = self.ledger().read()?;
        let is_there = |picture: &Picture| {
            picture.path.symlink_metadata().is_ok_and(|file| file.is_file() && file.len() == picture.bytes)
        };
        let mut pictures: Vec<_> =
            entries.into_iter().rev().map(|entry| self.picture(entry)).filter(is_there).collect();
        // A stable sort: pictures of the same second stay in the order of writing.
        pictures.sort_by_key(|picture| std::cmp::Reverse(picture.written));
        Ok(Listing { pictures, damaged_lines })
    }

    /// Deletes a picture.
    ///
    /// # Errors
    /// [`GalleryError::NotOurs`] if the booth didn't write a file of this name, or if it was changed since, and errors
    /// of the disk.
    pub fn delete(&self, name: &str) -> Result<(), GalleryError> {
        let ledger = self.ledger();
        let (entries, _) = ledger.read()?;
        let ours: Vec<_> = entries.into_iter().filter(|entry| entry.name == name).collect();
        if ours.is_empty() {
            return Err(GalleryError::NotOurs(name.into()));
        }
        self.delete_file(name, &ours)?;
        ledger.remove(&ours)
    }

    /// Deletes the pictures whose time is over. A file that was changed is no longer the booth's: it stays, and leaves
    /// the ledger.
    ///
    /// # Errors
    /// Errors of the folder and the ledger.
    pub fn expire(&self, retention: Retention, now: SystemTime) -> Result<Expired, GalleryError> {
        let ledger = self.ledger();
        let (entries, _) = ledger.read()?;
        let mut expired = Expired::default();
        let mut gone = Vec::new();
        for entry in entries {
            let written = SystemTime::UNIX_EPOCH + Duration::from_secs(entry.seconds.min(u32::MAX.into()));
            if !retention.is_over(written, now) {
                continue;
            }
            match self.delete_file(&entry.name, std::slice::from_ref(&entry)) {
                Ok(true) => {
                    expired.deleted.push(entry.name.clone());
                    gone.push(entry);
                }
                Ok(false) | Err(GalleryError::NotOurs(_)) => gone.push(entry),
                Err(error) => expired.failed.push(error),
            }
        }
        if !gone.is_empty() {
            ledger.remove(&gone)?;
        }
        Ok(expired)
    }

    /// Deletes a file that is as one of these entries says. False if there is none.
    fn delete_file(&self, name: &str, entries: &[Entry]) -> Result<bool, GalleryError> {
        let path = self.folder.join(name);
        let not_ours = || GalleryError::NotOurs(name.into());
        match path.symlink_metadata() {
            Ok(file) if file.is_file() => {}
            Ok(_) => return Err(not_ours()),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(GalleryError::disk(&path, error)),
        }
        let bytes = fs::read(&path).map_err(|error| GalleryError::disk(&path, error))?;
        if !entries.iter().any(|entry| entry.matches(&bytes)) {
            return Err(not_ours());
        }
        fs::remove_file(&path).map_err(|error| GalleryError::disk(&path, error))?;
        Ok(true)
    }
}

fn new_entry(name: String, bytes: &[u8], session: u64, now: SystemTime) -> Entry {
    let seconds = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    Entry { seconds, session, length: bytes.len() as u64, checksum: crc32fast::hash(bytes), name }
}

/// A file without a lasting name. Unlike other temporary files it has the usual permissions, as a picture has.
fn new_file(folder: &Path) -> io::Result<NamedTempFile<File>> {
    tempfile::Builder::new()
        .prefix(".photobooth-")
        .make_in(folder, |path| File::options().write(true).create_new(true).open(path))
}

/// The name itself for 1, and `a-2.png` for 2.
fn numbered(name: &str, number: u32) -> String {
    match name.rsplit_once('.') {
        _ if number == 1 => name.into(),
        Some((stem, extension)) if !stem.is_empty() => format!("{stem}-{number}.{extension}"),
        _ => format!("{name}-{number}"),
    }
}
