//! The browser's dialog for other apps ([Web Share](https://www.w3.org/TR/web-share/)).

use std::sync::Arc;

use bevy_viewfinder::prelude::*;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{File, FilePropertyBag, Navigator};

/// Whether this browser shares files of this type.
pub fn can_share(media_type: &str) -> bool {
    let may = || {
        let (navigator, data) = (navigator()?, data(&[], media_type, "photobooth").ok()?);
        method(&navigator, "share")?;
        method(&navigator, "canShare")?.call1(&navigator, &data).ok()
    };
    may().is_some_and(|may| may.is_truthy())
}

/// Opens the dialog at once: the browser allows it only shortly after a click. A guest who closes it is no error.
///
/// # Errors
/// `OperationError` if the browser refuses.
pub fn share(
    bytes: Arc<[u8]>,
    media_type: &str,
    name: String,
) -> impl Future<Output = Result<(), MediaError>> + use<> {
    let opened = open(&bytes, media_type, &name);
    async move {
        match JsFuture::from(opened.map_err(|thrown| refused(&thrown))?).await {
            Err(thrown) if !is_abort(&thrown) => Err(refused(&thrown)),
            _ => Ok(()),
        }
    }
}

fn open(bytes: &[u8], media_type: &str, name: &str) -> Result<Promise, JsValue> {
    let navigator = navigator().ok_or_else(|| JsValue::from_str("there is no window"))?;
    let share = method(&navigator, "share").ok_or_else(|| JsValue::from_str("there is no sharing"))?;
    let data = data(bytes, media_type, name)?;
    Ok(Promise::resolve(&share.call1(&navigator, &data)?))
}

/// The file, as the browser takes it.
fn data(bytes: &[u8], media_type: &str, name: &str) -> Result<Object, JsValue> {
    let options = FilePropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let file = File::new_with_u8_array_sequence_and_options(&parts, name, &options)?;
    let data = Object::new();
    Reflect::set(&data, &"files".into(), &Array::of1(&file))?;
    Ok(data)
}

fn navigator() -> Option<Navigator> {
    web_sys::window().map(|window| window.navigator())
}

fn method(navigator: &Navigator, name: &str) -> Option<Function> {
    Reflect::get(navigator, &name.into()).ok()?.dyn_into().ok()
}

fn is_abort(thrown: &JsValue) -> bool {
    Reflect::get(thrown, &"name".into()).is_ok_and(|name| name == "AbortError")
}

fn refused(thrown: &JsValue) -> MediaError {
    MediaError::operation(format!("the browser doesn't share the picture: {thrown:?}; download it"))
}
