//! The members of JavaScript's objects.

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// Sets a member of an object of our own.
pub(crate) fn set(object: &Object, name: &str, value: &JsValue) {
    // An ordinary object takes any member.
    let _ = Reflect::set(object, &name.into(), value);
}

/// A member of an object; undefined where it has none.
pub(crate) fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Calls a method that takes nothing; nothing where there is no such method, or where it throws.
pub(crate) fn call(object: &JsValue, name: &str) -> Option<JsValue> {
    get(object, name).dyn_into::<Function>().ok()?.call0(object).ok()
}

/// A member that is text, and not empty.
pub(crate) fn string(object: &JsValue, name: &str) -> Option<String> {
    get(object, name).as_string().filter(|text| !text.is_empty())
}

/// A member that is a finite number.
pub(crate) fn number(object: &JsValue, name: &str) -> Option<f64> {
    get(object, name).as_f64().filter(|number| number.is_finite())
}
