//! Files of blobs.

use js_sys::{Array, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag};

use crate::recorder::RecordingPatch;

/// A blob of these parts, of this type.
///
/// # Errors
/// The browser's exception if there is no memory for it.
pub(super) fn join(parts: &Array, media_type: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    Blob::new_with_blob_sequence_and_options(parts, &options)
}

/// A blob with some of its bytes replaced.
///
/// # Errors
/// Those of [`join`].
pub(super) fn patched(blob: &Blob, patch: &RecordingPatch, media_type: &str) -> Result<Blob, JsValue> {
    let start = patch.offset as f64;
    let end = start + patch.bytes.len() as f64;
    let before = blob.slice_with_f64_and_f64(0.0, start)?;
    let after = blob.slice_with_f64_and_f64(end, blob.size())?;
    join(&Array::of3(&before, &Uint8Array::new_from_slice(&patch.bytes), &after), media_type)
}
