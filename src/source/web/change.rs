//! Changes of the constraints of a live track.

use js_sys::{Object, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::MediaStreamTrack;

use super::{dictionary::to_object, refusal::camera_error};
use crate::{
    constraint::{
        VideoConstraints,
        dictionary::{Dictionary, Value},
    },
    device::Control,
    error::MediaError,
};

#[wasm_bindgen]
extern "C" {
    /// A track, with a method that web-sys declares for its own constraints type only.
    #[wasm_bindgen(extends = MediaStreamTrack)]
    type Constrainable;

    #[wasm_bindgen(method, catch, js_name = applyConstraints)]
    fn apply_constraints(this: &Constrainable, constraints: &Object) -> Result<Promise, JsValue>;
}

/// Applies these constraints in place of the previous ones
/// ([`applyConstraints()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-applyconstraints)).
///
/// # Errors
/// [`ErrorName::Overconstrained`](crate::error::ErrorName::Overconstrained), or another error of the browser. The
/// previous constraints then stay.
pub(super) async fn apply(
    track: &MediaStreamTrack,
    constraints: &VideoConstraints,
    held: &VideoConstraints,
) -> Result<(), MediaError> {
    // An open device may have required constraints on controls. The browser itself rejects invalid numbers.
    constraints.validate_bounds()?;
    let asked = constraints.to_dictionary();
    let Err(error) = ask(track, asked.clone()).await else { return Ok(()) };
    // Chromium accepts either controls or other constraints, and names no constraint if it gets both.
    let (picture, controls) = divide(asked);
    if error.constraint.is_some() || picture.is_empty() || controls.is_empty() {
        return Err(error);
    }
    ask(track, picture).await?;
    let set = ask(track, controls).await;
    if set.is_err() {
        let (picture, _) = divide(held.to_dictionary());
        ask(track, picture).await?;
    }
    set
}

async fn ask(track: &MediaStreamTrack, asked: Dictionary) -> Result<(), MediaError> {
    let applied = match track.unchecked_ref::<Constrainable>().apply_constraints(&to_object(asked)) {
        Ok(promise) => JsFuture::from(promise).await,
        Err(thrown) => Err(thrown),
    };
    applied.map(drop).map_err(|thrown| camera_error(&thrown))
}

/// The constraints on frames, and those on controls.
fn divide(asked: Dictionary) -> (Dictionary, Dictionary) {
    let (mut picture, mut controls) = (Dictionary::new(), Dictionary::new());
    for (name, value) in asked {
        match value {
            Value::Sequence(sets) if name == "advanced" => {
                let (mut of_picture, mut of_controls) = (Vec::new(), Vec::new());
                for set in sets {
                    let Value::Dictionary(set) = set else { continue };
                    let (one, other) = divide(set);
                    of_picture.extend((!one.is_empty()).then_some(Value::Dictionary(one)));
                    of_controls.extend((!other.is_empty()).then_some(Value::Dictionary(other)));
                }
                picture.extend((!of_picture.is_empty()).then_some((name, Value::Sequence(of_picture))));
                controls.extend((!of_controls.is_empty()).then_some((name, Value::Sequence(of_controls))));
            }
            value if Control::ALL.iter().any(|control| control.as_str() == name) => {
                controls.push((name, value));
            }
            value => picture.push((name, value)),
        }
    }
    (picture, controls)
}
