//! The browser's errors of requests for devices, by the standard's names.

use wasm_bindgen::JsValue;

use crate::{
    error::{ErrorName, MediaError},
    web::{quoted, read_error, string},
};

/// The devices of requests, for people.
pub(in crate::source) const CAMERA: &str = "camera";
#[cfg(feature = "audio")]
pub(in crate::source) const MICROPHONE: &str = "microphone";
pub(in crate::source) const CAMERA_OR_MICROPHONE: &str = "camera or microphone";

/// An error of getUserMedia
/// ([its errors](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia)). `device` is the requested
/// one, for people.
pub(in crate::source) fn refusal(thrown: &JsValue, device: &str) -> MediaError {
    let (name, text) = read_error(thrown);
    let constraint = string(thrown, "constraint");
    let text = quoted(&text);
    let message = match name {
        ErrorName::NotAllowed => format!(
            "the user, the browser or the page's policy denied access to the {device}; allow it in the browser's \
             settings for this page, and ask again{text}"
        ),
        ErrorName::NotFound => {
            format!("there is no {device} here; plug one in or choose another source{text}")
        }
        ErrorName::NotReadable => format!(
            "the {device} can't be read: another program may use it; close that program, or plug the device in \
             again{text}"
        ),
        ErrorName::Overconstrained => {
            let unmet = constraint.as_deref().unwrap_or("what is required");
            format!("no {device} can meet {unmet}; relax the constraint, or use `ideal`{text}")
        }
        ErrorName::Abort => format!("the browser couldn't start the {device}; try again{text}"),
        ErrorName::Security => format!(
            "this page has no access to a {device}; serve it over https or from localhost, and allow it in its \
             permissions policy{text}"
        ),
        ErrorName::Type => {
            format!("the browser doesn't understand the constraints on the {device}; ask for less{text}")
        }
        ErrorName::InvalidState => format!("the page isn't active; show it, and ask again{text}"),
        ErrorName::NotSupported => format!("this browser can't do that; use a newer one{text}"),
        _ => format!("the browser's {device} failed; try again{text}"),
    };
    let constraint = constraint.filter(|_| name == ErrorName::Overconstrained);
    MediaError { name, message: message.into(), constraint: constraint.map(Into::into) }
}
