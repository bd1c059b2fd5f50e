//! Other constraints for a camera that films.

use js_sys::{Object, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStreamTrack;

use super::refusal::camera_error;
use crate::{browser::to_object, constraint::VideoConstraints, error::MediaError};

#[wasm_bindgen]
extern "C" {
    /// A track, and what web-sys has only with all of its constraints.
    #[wasm_bindgen(extends = MediaStreamTrack)]
    type Constrainable;

    #[wasm_bindgen(method, catch, js_name = applyConstraints)]
    fn apply_constraints(this: &Constrainable, constraints: &Object) -> Result<Promise, JsValue>;
}

/// Has the camera meet these constraints in place of those before
/// ([`applyConstraints()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-applyconstraints)).
///
/// # Errors
/// [`ErrorName::Overconstrained`](crate::error::ErrorName::Overconstrained), and what the browser says else: those
/// before hold then.
pub(super) async fn apply(
    track: &MediaStreamTrack,
    constraints: &VideoConstraints,
) -> Result<(), MediaError> {
    constraints.validate()?;
    constraints.validate_bounds()?;
    let asked = to_object(constraints.to_dictionary());
    let applied = match track.unchecked_ref::<Constrainable>().apply_constraints(&asked) {
        Ok(promise) => JsFuture::from(promise).await,
        Err(thrown) => Err(thrown),
    };
    applied.map(drop).map_err(|thrown| camera_error(&thrown))
}
