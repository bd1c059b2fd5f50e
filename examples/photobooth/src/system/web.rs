//! The browser: the page's address as a command line, date, downloads.

mod share;
mod tone;

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

use bevy_viewfinder::prelude::*;
use js_sys::{Array, Uint8Array};
use photobooth::words::Key;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use crate::date::{Date, date_of};

pub use share::{can_share, share};
pub use tone::beep;

/// How long the browser has to fetch what it downloads, in milliseconds.
const LONGEST_DOWNLOAD: i32 = 60_000;

/// True if there is a file dialog.
pub const HAS_FILE_DIALOG: bool = true;

/// True if there are tones.
pub const HAS_TONES: bool = true;

/// The label of the button that saves a copy.
pub const SAVE_LABEL: Key = Key::Download;

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

/// The language of the browser, as a BCP 47 tag.
pub fn languages() -> Vec<String> {
    web_sys::window().and_then(|window| window.navigator().language()).into_iter().collect()
}

/// The folder of downloads isn't known to a page.
pub fn pictures_folder() -> PathBuf {
    PathBuf::new()
}

/// Downloads a file under the path's name.
///
/// # Errors
/// `OperationError` if the browser refuses.
pub fn write(bytes: &[u8], media_type: &str, path: &Path) -> Result<PathBuf, MediaError> {
    download(bytes, media_type, path).map(|()| path.to_owned()).map_err(|error| {
        MediaError::operation(format!(
            "the browser refuses the download: {error:?}; allow downloads for this page"
        ))
    })
}

fn download(bytes: &[u8], media_type: &str, path: &Path) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let url =
        Url::create_object_url_with_blob(&Blob::new_with_u8_array_sequence_and_options(&parts, &options)?)?;
    let document = web_sys::window().and_then(|window| window.document());
    let document = document.ok_or_else(|| JsValue::from_str("there is no document"))?;
    let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
    link.set_href(&url);
    link.set_download(&path.file_name().unwrap_or_default().to_string_lossy());
    link.click();
    // Some browsers begin only after a question.
    let revoke = Closure::once_into_js(move || _ = Url::revoke_object_url(&url));
    let window = web_sys::window().ok_or_else(|| JsValue::from_str("there is no window"))?;
    window.set_timeout_with_callback_and_timeout_and_arguments_0(revoke.unchecked_ref(), LONGEST_DOWNLOAD)?;
    Ok(())
}

/// A page can't read files by their paths.
pub fn file(_: &Path) -> Option<TrackSource> {
    None
}
