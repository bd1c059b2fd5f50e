//! The system: command line, folders, date, files.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use bevy_viewfinder::{photo::Photo, prelude::*, source::FileSource};

use crate::date::{Date, date_of};

/// True if there is a file dialog. Dropping files works without.
pub const HAS_FILE_DIALOG: bool = false;

/// The command line's arguments.
pub fn arguments() -> impl Iterator<Item = OsString> {
    env::args_os().skip(1)
}

/// The current date and time in UTC.
pub fn now() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date_of(since.as_secs())
}

/// The user's folder for pictures, or the current folder if there is none.
pub fn pictures_folder() -> PathBuf {
    let home = env::home_dir();
    let xdg = || {
        let home = home.as_ref()?;
        let config = env::var_os("XDG_CONFIG_HOME").map_or_else(|| home.join(".config"), PathBuf::from);
        let text = fs::read_to_string(config.join("user-dirs.dirs")).ok()?;
        let folder = text.lines().find_map(|line| line.trim().strip_prefix("XDG_PICTURES_DIR="))?;
        let folder = folder.trim_matches('"');
        Some(folder.strip_prefix("$HOME/").map_or_else(|| folder.into(), |folder| home.join(folder)))
    };
    xdg()
        .into_iter()
        .chain(home.as_ref().map(|home| home.join("Pictures")))
        .find(|folder| folder.is_dir())
        .or_else(|| env::current_dir().ok())
        .unwrap_or_default()
}

/// Writes a photo, and creates its folder.
///
/// # Errors
/// Errors of the disk, by the standard's names.
pub fn save(photo: &Photo, path: &Path) -> Result<(), MediaError> {
    let folder = path.parent().unwrap_or(path);
    let made = fs::create_dir_all(folder).map_err(|error| MediaError::cannot_write(folder, &error));
    made.and_then(|()| photo.save(path)).map_err(|mut error| {
        error.message = format!("{}; --out chooses another folder", error.message).into();
        error
    })
}

/// A file as a source.
pub fn file(path: &Path) -> Option<TrackSource> {
    Some(TrackSource::new(FileSource::new(path)))
}
