//! The browser: the page's address as a command line, date, downloads.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use bevy_viewfinder::{photo::Photo, prelude::*};

use crate::date::{Date, date_of};

/// True if there is a file dialog.
pub const HAS_FILE_DIALOG: bool = true;

/// Arguments from the page's address: `?source=synthetic` is `--source synthetic`, and `?headless` is `--headless`.
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

/// The current date and time in UTC.
pub fn now() -> Date {
    date_of((js_sys::Date::now() / 1e3) as u64)
}

/// The folder of downloads isn't known to a page.
pub fn pictures_folder() -> PathBuf {
    PathBuf::new()
}

/// Downloads a photo.
///
/// # Errors
/// Errors of the browser.
pub fn save(photo: &Photo, path: &Path) -> Result<(), MediaError> {
    photo.save(path)
}

/// A page can't read files by their paths.
pub fn file(_: &Path) -> Option<TrackSource> {
    None
}
