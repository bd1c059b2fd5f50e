//! The browser's clipboard.

use bevy::prelude::*;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::{
    error::MediaError,
    photo::{Photo, PhotoCopied, PhotoFormat, deliver},
    web::{blob, get, media_error, page, set},
};

/// Copies at once: browsers allow it only shortly after a click.
pub(super) fn copy(commands: &mut Commands, request: Entity, photo: &Photo) {
    let reporter = deliver::begin_photo(commands, request);
    let written = match write(photo) {
        Ok(written) => written,
        Err(error) => return reporter.fail(error),
    };
    spawn_local(async move {
        match JsFuture::from(written).await {
            Ok(_) => reporter.finish(|commands, entity| commands.trigger(PhotoCopied { entity })),
            Err(thrown) => reporter.fail(failed(&thrown)),
        }
    });
}

fn write(photo: &Photo) -> Result<Promise, MediaError> {
    let (window, _) = page()?;
    let clipboard = get(&window.navigator(), "clipboard");
    let write = get(&clipboard, "write").dyn_into::<Function>();
    let item = get(&window, "ClipboardItem").dyn_into::<Function>();
    let (Ok(write), Ok(item)) = (write, item) else {
        return Err(MediaError::not_supported(if window.is_secure_context() {
            "this browser can't copy images; use download"
        } else {
            "only secure pages can copy images; serve this page over https or from localhost, or use download"
        }));
    };
    // The one format that all browsers copy.
    let format = PhotoFormat::Png;
    let blob = blob(&photo.encode(format)?, format.mime_type()).map_err(|thrown| failed(&thrown))?;
    let formats = Object::new();
    set(&formats, format.mime_type(), &blob);
    let item = Reflect::construct(&item, &Array::of1(&formats)).map_err(|thrown| failed(&thrown))?;
    let written = write.call1(&clipboard, &Array::of1(&item)).map_err(|thrown| failed(&thrown))?;
    Ok(Promise::resolve(&written))
}

fn failed(thrown: &JsValue) -> MediaError {
    media_error(thrown, "the photo can't be copied; try again at a click on the page, or use download")
}
