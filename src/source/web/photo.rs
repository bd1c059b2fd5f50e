//! Photos by the browser's
//! [ImageCapture](https://www.w3.org/TR/image-capture/#dom-imagecapture-takephoto), which can be larger than frames.

use crossbeam_channel::{Receiver, bounded};
use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, MediaStreamTrack};

use super::{bitmap, frames::Still};
use crate::{
    error::MediaError,
    web::{get, media_error, page},
};

#[wasm_bindgen]
extern "C" {
    /// The browser's ImageCapture as specified. web-sys declares an older draft.
    type ImageCapture;

    #[wasm_bindgen(constructor, catch)]
    fn new(track: &MediaStreamTrack) -> Result<ImageCapture, JsValue>;

    #[wasm_bindgen(method, catch, js_name = takePhoto)]
    fn take_photo(this: &ImageCapture) -> Result<Promise, JsValue>;
}

/// Takes a photo. `None` if the browser doesn't support it.
pub(super) fn take(track: &MediaStreamTrack) -> Option<Receiver<Result<Still, MediaError>>> {
    let (window, _) = page().ok()?;
    if !get(&window, "ImageCapture").is_function() {
        return None;
    }
    let taken = ImageCapture::new(track).ok()?.take_photo().ok()?;
    let (answer, still) = bounded(1);
    spawn_local(async move {
        let photo = JsFuture::from(taken).await.map(JsCast::unchecked_into::<Blob>);
        let still = match photo {
            Ok(blob) => bitmap::decode(&blob).await,
            Err(thrown) => Err(media_error(&thrown, "the browser couldn't take the photo")),
        };
        let _ = answer.send(still);
    });
    Some(still)
}
