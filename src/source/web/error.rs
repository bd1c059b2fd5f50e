//! The browser's errors by the standard's names.

use wasm_bindgen::JsValue;

use super::dictionary::string;
use crate::error::{ErrorName, MediaError};

/// What getUserMedia refused with
/// ([its errors](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia)).
pub(super) fn of_camera(thrown: &JsValue) -> MediaError {
    let (name, text) = read(thrown);
    let constraint = string(thrown, "constraint");
    let advice = match name {
        ErrorName::NotAllowed => {
            "the user, the browser or the page's policy doesn't allow the camera; allow it in the browser's \
             settings for this page, and ask again"
        }
        ErrorName::NotFound => "there is no camera here; plug one in or choose another source",
        ErrorName::NotReadable => {
            "the camera can't be read: another program may hold it; close that one, or plug the camera in again"
        }
        ErrorName::Overconstrained => {
            let what = constraint.as_deref().unwrap_or("what is required");
            let message = format!(
                "no camera can meet {what}; ask for less of it, or prefer it with `ideal`{}",
                quoted(&text)
            );
            return MediaError { name, message: message.into(), constraint: constraint.map(Into::into) };
        }
        ErrorName::Abort => "the browser couldn't start the camera; try again",
        ErrorName::Security => {
            "this page may not use cameras; serve it over https or from localhost, and allow `camera` in its \
             permissions policy"
        }
        ErrorName::Type => "the browser doesn't understand these constraints; ask for less",
        ErrorName::InvalidState => "the page isn't active; show it, and ask again",
        ErrorName::NotSupported => "this browser can't do that; use a newer one",
        _ => "the browser's camera failed; try again",
    };
    MediaError::new(name, format!("{advice}{}", quoted(&text)))
}

/// Another error of the browser. `advice` says what happened and what to do.
pub(super) fn of(thrown: &JsValue, advice: &str) -> MediaError {
    let (name, text) = read(thrown);
    MediaError::new(name, format!("{advice}{}", quoted(&text)))
}

/// The name of an exception, and what the browser says about it.
fn read(thrown: &JsValue) -> (ErrorName, String) {
    let name = string(thrown, "name").unwrap_or_default();
    (named(&name), string(thrown, "message").unwrap_or(name))
}

fn named(name: &str) -> ErrorName {
    const NAMES: [ErrorName; 12] = [
        ErrorName::NotAllowed,
        ErrorName::NotFound,
        ErrorName::NotReadable,
        ErrorName::Overconstrained,
        ErrorName::Abort,
        ErrorName::Security,
        ErrorName::Type,
        ErrorName::InvalidState,
        ErrorName::NotSupported,
        ErrorName::Operation,
        ErrorName::Data,
        ErrorName::Unknown,
    ];
    NAMES.into_iter().find(|known| known.as_str() == name).unwrap_or(ErrorName::Unknown)
}

fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" (the browser says: {text})") }
}
