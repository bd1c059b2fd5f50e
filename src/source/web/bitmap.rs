//! Images that the browser decodes.

use js_sys::Object;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use super::frames::Still;
use crate::{
    error::{ErrorName, MediaError},
    web::{media_error, page, set},
};

/// Decodes an image: rotated upright by its Exif orientation, in sRGB, with straight alpha.
///
/// # Errors
/// [`ErrorName::Data`] if the image is corrupt, or the browser doesn't support its format.
pub(super) async fn decode(blob: &Blob) -> Result<Still, MediaError> {
    let (window, _) = page()?;
    let options = Object::new();
    set(&options, "premultiplyAlpha", &"none".into());
    let decoded =
        window.create_image_bitmap_with_blob_and_image_bitmap_options(blob, options.unchecked_ref());
    let bitmap = match decoded {
        Ok(decoded) => JsFuture::from(decoded).await,
        Err(thrown) => Err(thrown),
    };
    bitmap.map(|bitmap| Still::new(bitmap.unchecked_into())).map_err(|thrown| {
        let error = media_error(
            &thrown,
            "the browser can't decode the image: it is corrupt, or its format is not supported; use another",
        );
        MediaError { name: ErrorName::Data, ..error }
    })
}
