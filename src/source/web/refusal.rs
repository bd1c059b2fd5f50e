//! The browser's errors of requests for devices, by the standard's names.

use wasm_bindgen::JsValue;

use crate::{
    error::{ErrorName, MediaError},
    web::{quoted, read_error, string},
};

/// An error of getUserMedia
/// ([its errors](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia)).
pub(super) fn camera_error(thrown: &JsValue) -> MediaError {
    let (name, text) = read_error(thrown);
    let constraint = string(thrown, "constraint");
    let advice = match name {
        ErrorName::NotAllowed => {
            "the user, the browser or the page's policy denied access to the camera; allow it in the browser's \
             settings for this page, and ask again"
        }
        ErrorName::NotFound => "there is no camera here; plug one in or choose another source",
        ErrorName::NotReadable => {
            "the camera can't be read: another program may use it; close that program, or plug the camera in again"
        }
        ErrorName::Overconstrained => {
            let what = constraint.as_deref().unwrap_or("what is required");
            let message =
                format!("no camera can meet {what}; relax the constraint, or use `ideal`{}", quoted(&text));
            return MediaError { name, message: message.into(), constraint: constraint.map(Into::into) };
        }
        ErrorName::Abort => "the browser couldn't start the camera; try again",
        ErrorName::Security => {
            "this page has no access to cameras; serve it over https or from localhost, and allow `camera` in its \
             permissions policy"
        }
        ErrorName::Type => "the browser doesn't understand these constraints; ask for less",
        ErrorName::InvalidState => "the page isn't active; show it, and ask again",
        ErrorName::NotSupported => "this browser can't do that; use a newer one",
        _ => "the browser's camera failed; try again",
    };
    MediaError::new(name, format!("{advice}{}", quoted(&text)))
}
