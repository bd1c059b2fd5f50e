//! Changes of the constraints of a live camera.

use web_sys::MediaStreamTrack;

use super::{
    constrainable::apply_constraints,
    refusal::{CAMERA, refusal},
};
use crate::{
    constraint::{
        VideoConstraints,
        dictionary::{Dictionary, Value},
    },
    device::Control,
    error::MediaError,
};

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
    apply_constraints(track, asked).await.map_err(|thrown| refusal(&thrown, CAMERA))
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
