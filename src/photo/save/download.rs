//! Saves photos as downloads of the browser.

use std::path::PathBuf;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Blob, BlobPropertyBag, Document, HtmlAnchorElement, Url};

use super::PhotoFile;
use crate::{error::MediaError, photo::PhotoFormat, web::page};

/// How long the browser has to fetch what it downloads, in milliseconds. Some begin only after a question.
const LONGEST_DOWNLOAD: i32 = 60_000;

/// Starts a download of these bytes. Returns the path that the app asked for: browsers don't tell the one they choose.
pub(super) fn put(file: &PhotoFile, format: PhotoFormat, bytes: &[u8]) -> Result<PathBuf, MediaError> {
    let name = file.path().file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let (window, document) = page()?;
    let failed = |thrown: JsValue| MediaError::operation(format!("{name} can't be downloaded: {thrown:?}"));

    let kind = BlobPropertyBag::new();
    kind.set_type(format.mime_type());
    let parts = Array::of1(&Uint8Array::new_from_slice(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &kind).map_err(failed)?;
    let url = Url::create_object_url_with_blob(&blob).map_err(failed)?;
    let clicked = click(&document, &url, &name).map_err(failed);
    let revoke = Closure::once_into_js(move || _ = Url::revoke_object_url(&url));
    let _ = window
        .set_timeout_with_callback_and_timeout_and_arguments_0(revoke.unchecked_ref(), LONGEST_DOWNLOAD);
    clicked.map(|()| file.path().to_owned())
}

/// Clicks a link that isn't part of the page.
fn click(document: &Document, url: &str, name: &str) -> Result<(), JsValue> {
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(url);
    link.set_download(name);
    link.click();
    Ok(())
}
