//! What is asked of the browser: the page's address as a command line, the date, downloads.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use bevy_viewfinder::{photo::Photo, prelude::*};

use crate::date::{Date, date_of};

/// Whether files can be chosen by a dialog.
pub const HAS_FILE_DIALOG: bool = true;

/// What the page was called with: `?source=synthetic` is `--source synthetic`, and `?headless` `--headless`.
pub fn arguments() -> impl Iterator<Item = OsString> {
    let search = web_sys::window().and_then(|window| window.location().search().ok()).unwrap_or_default();
    let decode =
        |text: &str| js_sys::decode_uri_component(text).map_or_else(|_| text.to_owned(), String::from);
    let words = search.trim_start_matches('?').split('&').filter(|option| !option.is_empty());
    let options: Vec<OsString> = words
        .flat_map(|option| {
            let (name, value) =
                option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
            [Some(format!("--{}", decode(name))), value.map(decode)]
        })
        .flatten()
        .map(Into::into)
        .collect();
    options.into_iter()
}

/// The day and time now, in UTC.
pub fn now() -> Date {
    date_of((js_sys::Date::now() / 1e3) as u64)
}

/// Where the browser puts downloads, only it knows.
pub fn pictures_folder() -> PathBuf {
    PathBuf::new()
}

/// Has the browser download a photo.
///
/// # Errors
/// The browser's.
pub fn save(photo: &Photo, path: &Path) -> Result<(), MediaError> {
    photo.save(path)
}

/// A page can't read files by their paths.
pub fn file(_: &Path) -> Option<TrackSource> {
    None
}
