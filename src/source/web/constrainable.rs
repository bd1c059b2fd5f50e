//! Constraints of tracks that are live.

use js_sys::{Object, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStreamTrack;

use super::dictionary::to_object;
use crate::constraint::dictionary::Dictionary;

#[wasm_bindgen]
extern "C" {
    /// A track, with a method that web-sys declares for its own constraints type only.
    #[wasm_bindgen(extends = MediaStreamTrack)]
    type Constrainable;

    #[wasm_bindgen(method, catch, js_name = applyConstraints)]
    fn apply_constraints(this: &Constrainable, constraints: &Object) -> Result<Promise, JsValue>;
}

/// Applies constraints in place of the previous ones
/// ([`applyConstraints()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-applyconstraints)).
///
/// # Errors
/// The browser's exception. The previous constraints then stay.
pub(in crate::source) async fn apply_constraints(
    track: &MediaStreamTrack,
    constraints: Dictionary,
) -> Result<(), JsValue> {
    let promise = track.unchecked_ref::<Constrainable>().apply_constraints(&to_object(constraints))?;
    JsFuture::from(promise).await.map(drop)
}
