//! The number of sessions.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
    time::SystemTime,
};

use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;
use thiserror::Error;

/// Counts sessions, on this day (in UTC) and in all.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionCounter {
    all: u64,
    today: u64,
    /// Days since 1970.
    day: u64,
}

/// A failure to read or write the number of sessions.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SessionError {
    /// The file has something else in it.
    #[error("{} isn't a count of sessions ({error}); counting starts at 0", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The parser's error.
        error: Box<ron::error::SpannedError>,
    },
    /// The file can't be read or written.
    #[error("{} can't be used ({error}); sessions are counted until the booth is closed", path.display())]
    Disk {
        /// The file.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
}

impl SessionCounter {
    /// All sessions.
    pub const fn all(&self) -> u64 {
        self.all
    }

    /// The sessions of this day, in UTC.
    pub fn today(&self, now: SystemTime) -> u64 {
        if self.day == day(now) { self.today } else { 0 }
    }

    /// Counts a session. Returns its number, from 1.
    pub fn begin(&mut self, now: SystemTime) -> u64 {
        self.today = self.today(now).saturating_add(1);
        self.day = day(now);
        self.all = self.all.saturating_add(1);
        self.all
    }

    /// Reads a counter. Without a file it is at 0.
    ///
    /// # Errors
    /// [`SessionError::Damaged`], [`SessionError::Disk`].
    pub fn load(path: &Path) -> Result<Self, SessionError> {
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            result => result.map_err(|error| SessionError::Disk { path: path.into(), error })?,
        };
        ron::from_str(&text)
            .map_err(|error| SessionError::Damaged { path: path.into(), error: Box::new(error) })
    }

    /// Writes the counter. A killed booth leaves the older file or the new one.
    ///
    /// # Errors
    /// [`SessionError::Disk`].
    pub fn save(&self, path: &Path) -> Result<(), SessionError> {
        let save = || -> io::Result<()> {
            let text = ron::to_string(self).map_err(io::Error::other)?;
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            let mut file = NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))?;
            file.write_all(text.as_bytes())?;
            file.as_file().sync_all()?;
            file.persist(path)?;
            Ok(())
        };
        save().map_err(|error| SessionError::Disk { path: path.into(), error })
    }
}

fn day(now: SystemTime) -> u64 {
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / (24 * 60 * 60)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn sessions_are_counted_by_day_and_in_all() {
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        let tomorrow = noon + Duration::from_secs(24 * 60 * 60);
        let mut counter = SessionCounter::default();
        assert_eq!((counter.begin(noon), counter.begin(noon)), (1, 2));
        assert_eq!((counter.today(noon), counter.today(tomorrow)), (2, 0));
        assert_eq!(counter.begin(tomorrow), 3);
        assert_eq!((counter.today(tomorrow), counter.all()), (1, 3));
    }

    #[test]
    fn the_count_survives_a_restart() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("sessions.ron");
        let mut counter = SessionCounter::load(&path).expect("no file yet");
        counter.begin(SystemTime::now());
        counter.save(&path).expect("saved");
        assert_eq!(SessionCounter::load(&path).expect("a count"), counter);
        fs::write(&path, "(all: -1").expect("written");
        let error = SessionCounter::load(&path).expect_err("damaged");
        assert!(matches!(error, SessionError::Damaged { .. }), "{error}");
        assert!(error.to_string().contains("sessions.ron"), "{error}");
        let error = counter.save(&folder.path().join("none/sessions.ron")).expect_err("no folder");
        assert!(matches!(error, SessionError::Disk { .. }), "{error}");
    }
}
