//! The system: command line, folders, date, files.

use std::{
    env,
    ffi::OsString,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use bevy_viewfinder::{prelude::*, source::FileSource};
use photobooth::words::Key;

use crate::date::{Date, date_of};

/// True if there is a file dialog. Dropping files works without.
pub const HAS_FILE_DIALOG: bool = false;

/// True if there are tones.
pub const HAS_TONES: bool = false;

/// The label of the button that saves a copy.
pub const SAVE_LABEL: Key = Key::SaveCopy;

/// The command line's arguments.
pub fn arguments() -> impl Iterator<Item = OsString> {
    env::args_os().skip(1)
}

/// The current date and time in UTC.
pub fn now() -> Date {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date_of(since.as_secs())
}

/// The languages of the user, the preferred one first: `de_AT.UTF-8`.
pub fn languages() -> Vec<String> {
    let variables =
        ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| env::var(name).ok());
    variables.flat_map(|value| value.split(':').map(ToOwned::to_owned).collect::<Vec<_>>()).collect()
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

/// Writes a file, and creates its folder. A file of the same name stays, and the new one gets a number. Returns the
/// path.
///
/// # Errors
/// Errors of the disk, by the standard's names.
pub fn write(bytes: &[u8], _: &str, path: &Path) -> Result<PathBuf, MediaError> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| write_new(bytes, folder, path));
    written.map_err(|error| {
        let mut error = MediaError::cannot_write(path, &error);
        error.message = format!("{}; --out chooses another folder", error.message).into();
        error
    })
}

/// Writes the whole file beside its place first: after a failure no half of a file is left.
fn write_new(bytes: &[u8], folder: &Path, path: &Path) -> io::Result<PathBuf> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    for number in 1.. {
        let path = numbered(path, number);
        match file.persist_noclobber(&path) {
            Ok(_) => return Ok(path),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists && number < MOST_OF_A_NAME => {
                file = error.file;
            }
            Err(error) => return Err(error.error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// The most files of one name.
const MOST_OF_A_NAME: u32 = 1000;

/// `a.png`, `a-2.png`, `a-3.png`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    if number < 2 {
        return path.to_owned();
    }
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!("-{number}"));
    let mut numbered = path.with_file_name(name);
    if let Some(extension) = path.extension() {
        numbered.as_mut_os_string().push(".");
        numbered.as_mut_os_string().push(extension);
    }
    numbered
}

/// There are no tones so far.
pub const fn beep(_: f32, _: f64) {}

/// Desktops have no common dialog for sharing.
pub const fn can_share(_: &str) -> bool {
    false
}

/// Desktops have no common dialog for sharing.
///
/// # Errors
/// Always.
pub async fn share(_: std::sync::Arc<[u8]>, _: &str, _: String) -> Result<(), MediaError> {
    Err(MediaError::not_supported("only browsers share; save a copy"))
}

/// A file as a source.
pub fn file(path: &Path) -> Option<TrackSource> {
    Some(TrackSource::new(FileSource::new(path)))
}
