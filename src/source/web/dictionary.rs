//! Dictionaries of constraints as JavaScript objects.

use js_sys::{Array, Object};
use wasm_bindgen::JsValue;

use crate::{
    constraint::dictionary::{Dictionary, Value},
    web::set,
};

/// The dictionary as a JavaScript object.
pub(in crate::source) fn to_object(dictionary: Dictionary) -> Object {
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
