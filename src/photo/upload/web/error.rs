//! Failures of the browser.

use wasm_bindgen::JsValue;

use crate::{error::MediaError, web::media_error};

/// The browser refuses the request before it sends anything.
pub(super) fn invalid(thrown: &JsValue) -> MediaError {
    media_error(
        thrown,
        "the upload's request is invalid; check its URL, and the names and values of its headers",
    )
}

/// The browser doesn't tell pages why a connection failed.
pub(super) fn disconnected(url: &str) -> MediaError {
    MediaError::operation(format!(
        "the browser couldn't send to {url}: the server can't be reached, has no valid certificate, or doesn't allow this \
         page by CORS; the browser's console names the reason"
    ))
}
