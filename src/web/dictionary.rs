//! Dictionaries, from their description to JavaScript and back.

use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::constraint::dictionary::{Dictionary, Value};

/// The dictionary as an object.
pub(crate) fn to_object(dictionary: Dictionary) -> Object {
    let object = Object::new();
    for (name, value) in dictionary {
        set(&object, name, &to_js(value));
    }
    object
}

fn to_js(value: Value) -> JsValue {
    match value {
        Value::Boolean(value) => value.into(),
        Value::Number(value) => value.into(),
        Value::String(value) => value.into(),
        Value::Sequence(values) => values.into_iter().map(to_js).collect::<Array>().into(),
        Value::Dictionary(dictionary) => to_object(dictionary).into(),
    }
}

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
