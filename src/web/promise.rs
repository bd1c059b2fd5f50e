//! Promises.

use js_sys::Promise;
use wasm_bindgen::{JsValue, closure::Closure};

/// Ignores the rejection of a promise, whose result is observed by events.
pub(crate) fn ignore_rejection(promise: &Promise) {
    thread_local! {
        static NOTHING: Closure<dyn FnMut(JsValue)> = Closure::new(|_| {});
    }
    NOTHING.with(|nothing| _ = promise.catch(nothing));
}
