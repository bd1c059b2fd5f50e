//! Blobs: files of the page, and parts of them.

use std::path::Path;

use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Document, HtmlAnchorElement, Url};

use super::{media_error, page};
use crate::error::MediaError;

/// How long the browser has to fetch a download, in milliseconds. Some begin only after a question.
const LONGEST_DOWNLOAD: i32 = 60_000;

/// A blob of these bytes, of this media type.
///
/// # Errors
/// The browser's exception if there is no memory for it.
pub(crate) fn blob(bytes: &[u8], media_type: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&Uint8Array::new_from_slice(bytes));
    Blob::new_with_u8_array_sequence_and_options(&parts, &options)
}

/// All bytes of a blob.
///
/// # Errors
/// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) or
/// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) if the file was moved or changed since it was
/// chosen, [`ErrorName::Operation`](crate::error::ErrorName::Operation) if there is no memory for it.
pub(crate) async fn read_blob(blob: &Blob) -> Result<Vec<u8>, MediaError> {
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|thrown| {
        media_error(&thrown, "the file can't be read: it was moved or changed; choose it again")
    })?;
    let array = Uint8Array::new(&buffer);
    let len = array.length() as usize;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(len).map_err(|_| {
        MediaError::operation(format!(
            "there is no memory for the {len} bytes of the file; choose a smaller one"
        ))
    })?;
    bytes.resize(len, 0);
    array.copy_to(&mut bytes);
    Ok(bytes)
}

/// The first bytes of a blob, at most this many.
///
/// # Errors
/// Those of [`read_blob`].
pub(crate) async fn read_blob_start(blob: &Blob, len: u32) -> Result<Vec<u8>, MediaError> {
    let start = blob
        .slice_with_f64_and_f64(0.0, f64::from(len))
        .map_err(|thrown| media_error(&thrown, "the file can't be read; choose another"))?;
    read_blob(&start).await
}

/// Starts a download of a blob under the path's last component.
///
/// # Errors
/// [`ErrorName::Operation`](crate::error::ErrorName::Operation) if the browser refuses it.
pub(crate) fn download_blob(blob: &Blob, path: &Path) -> Result<(), MediaError> {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let (window, document) = page()?;
    let failed = |thrown: JsValue| {
        MediaError::operation(format!(
            "{name} can't be downloaded: {thrown:?}; allow downloads for this page"
        ))
    };
    let url = Url::create_object_url_with_blob(blob).map_err(failed)?;
    let clicked = click(&document, &url, &name).map_err(failed);
    let revoke = Closure::once_into_js(move || _ = Url::revoke_object_url(&url));
    let _ = window
        .set_timeout_with_callback_and_timeout_and_arguments_0(revoke.unchecked_ref(), LONGEST_DOWNLOAD);
    clicked
}

/// Clicks a link that isn't part of the page.
fn click(document: &Document, url: &str, name: &str) -> Result<(), JsValue> {
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(url);
    link.set_download(name);
    link.click();
    Ok(())
}
