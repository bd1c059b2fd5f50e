//! The members of JavaScript objects.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Sets a member of a plain object.
pub(crate) fn set(object: &Object, name: &str, value: &JsValue) {
    // A plain object accepts any member.
    let _ = Reflect::set(object, &name.into(), value);
}

/// A member of an object, or `undefined`.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Calls a method without arguments. `None` if there is no such method, or it throws.
pub(crate) fn call(object: &JsValue, name: &str) -> Option<JsValue> {
    get(object, name).dyn_into::<Function>().ok()?.call0(object).ok()
}

/// A member that is a string and not empty.
pub(crate) fn string(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string().filter(|text| !text.is_empty())
}

/// A member that is a finite number.
pub(crate) fn number(object: &JsValue, name: &str) -> Option<f64> {
    get(object, name).as_f64().filter(|number| number.is_finite())
}
