//! The browser's Web Share.

use std::path::Path;

use js_sys::{Array, Function, Object, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, FilePropertyBag};

use crate::{
    error::{ErrorName, MediaError},
    photo::{Photo, PhotoFormat, PhotoShareCanceled, PhotoShared, deliver::Reporter},
    web::{get, media_error, page, read_error, set, user_is_active},
};

/// Opens the dialog at once: the browser allows it only shortly after a click.
pub(super) fn share(photo: &Photo, name: &str, reporter: Reporter) {
    let shared = match open(photo, name) {
        Ok(shared) => shared,
        Err(error) => return reporter.fail(error),
    };
    spawn_local(async move {
        match JsFuture::from(shared).await {
            Ok(_) => reporter.finish(|commands, entity| commands.trigger(PhotoShared { entity })),
            Err(thrown) if read_error(&thrown).0 == ErrorName::Abort => {
                reporter.finish(|commands, entity| commands.trigger(PhotoShareCanceled { entity }));
            }
            Err(thrown) => reporter.fail(failed(&thrown)),
        }
    });
}

fn open(photo: &Photo, name: &str) -> Result<Promise, MediaError> {
    let format = PhotoFormat::from_path(Path::new(name))?;
    let (window, _) = page()?;
    let navigator = window.navigator();
    let method = |name| get(&navigator, name).dyn_into::<Function>();
    let (Ok(can_share), Ok(share)) = (method("canShare"), method("share")) else {
        return Err(MediaError::not_supported(if window.is_secure_context() {
            "this browser can't share photos; use download"
        } else {
            "only secure pages can share photos; serve this page over https or from localhost, or use download"
        }));
    };
    if !user_is_active(&window) {
        return Err(MediaError::not_allowed(
            "browsers share only after a click or a key press; spawn DeliverPhoto then, with the photo",
        ));
    }
    let file = file(photo, name, format)?;
    let data = Object::new();
    set(&data, "files", &Array::of1(&file));
    match can_share.call1(&navigator, &data) {
        Ok(can) if can.is_truthy() => {}
        _ => {
            return Err(MediaError::not_supported(format!(
                "this browser can't share {}; use download",
                format.mime_type()
            )));
        }
    }
    let shared = share.call1(&navigator, &data).map_err(|thrown| failed(&thrown))?;
    Ok(Promise::resolve(&shared))
}

fn file(photo: &Photo, name: &str, format: PhotoFormat) -> Result<File, MediaError> {
    let options = FilePropertyBag::new();
    options.set_type(format.mime_type());
    let parts = Array::of1(&Uint8Array::new_from_slice(&photo.encode(format)?));
    File::new_with_u8_array_sequence_and_options(&parts, name, &options).map_err(|thrown| failed(&thrown))
}

fn failed(thrown: &JsValue) -> MediaError {
    media_error(thrown, "the photo can't be shared; try again at a click, or use download")
}
