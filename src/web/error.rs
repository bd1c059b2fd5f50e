//! The browser's errors, by the standard's names.

use wasm_bindgen::JsValue;

use super::object::string;
use crate::error::{ErrorName, MediaError};

/// An error of the browser. `advice` is the failure and the next step.
pub(crate) fn media_error(thrown: &JsValue, advice: &str) -> MediaError {
    let (name, text) = read_error(thrown);
    MediaError::new(name, format!("{advice}{}", quoted(&text)))
}

/// The name and the message of an exception.
pub(crate) fn read_error(thrown: &JsValue) -> (ErrorName, String) {
    let name = string(thrown, "name").unwrap_or_default();
    // Some messages only repeat the name.
    let text = string(thrown, "message").filter(|text| *text != name).unwrap_or_default();
    (named(&name), text)
}

fn named(name: &str) -> ErrorName {
    const NAMES: [ErrorName; 13] = [
        ErrorName::NotAllowed,
        ErrorName::NotFound,
        ErrorName::NotReadable,
        ErrorName::Overconstrained,
        ErrorName::Abort,
        ErrorName::Security,
        ErrorName::Type,
        ErrorName::InvalidState,
        ErrorName::InvalidModification,
        ErrorName::NotSupported,
        ErrorName::Operation,
        ErrorName::Data,
        ErrorName::Unknown,
    ];
    NAMES.into_iter().find(|known| known.as_str() == name).unwrap_or(ErrorName::Unknown)
}

/// The browser's message, as the end of another.
pub(crate) fn quoted(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(" (the browser says: {text})") }
}
