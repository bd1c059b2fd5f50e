//! Photos by the browser's
//! [ImageCapture](https://www.w3.org/TR/image-capture/#dom-imagecapture-takephoto), which can be larger than frames.

use js_sys::{Array, Object, Promise};
use wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, MediaStreamTrack};

use super::bitmap;
use crate::{
    device::{FillLightMode, PhotoCapabilities, PhotoSettings, RedEyeReduction, SettingsRange},
    error::MediaError,
    source::{Still, StillAnswer, StillRequest},
    web::{get, media_error, number, page, set, string},
};

#[wasm_bindgen]
extern "C" {
    /// The browser's ImageCapture as specified. web-sys declares an older draft.
    type ImageCapture;

    #[wasm_bindgen(constructor, catch)]
    fn new(track: &MediaStreamTrack) -> Result<ImageCapture, JsValue>;

    #[wasm_bindgen(method, catch, js_name = takePhoto)]
    fn take_photo(this: &ImageCapture, settings: &Object) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getPhotoCapabilities)]
    fn get_photo_capabilities(this: &ImageCapture) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getPhotoSettings)]
    fn get_photo_settings(this: &ImageCapture) -> Result<Promise, JsValue>;
}

/// The browser's ImageCapture of a track. `None` if the browser has none.
fn image_capture(track: &MediaStreamTrack) -> Option<ImageCapture> {
    let (window, _) = page().ok()?;
    get(&window, "ImageCapture").is_function().then(|| ImageCapture::new(track).ok()).flatten()
}

/// Takes photos, one after the other.
pub(super) fn take(track: &MediaStreamTrack, request: StillRequest) {
    let Some(capture) = image_capture(track) else {
        request.answer_without_photos();
        return;
    };
    spawn_local(async move {
        for _ in 0..request.count {
            let still = take_one(&capture, &request.settings).await;
            let failed = still.is_err();
            request.answer(still.map(|image| StillAnswer::Still(Still::Image(image))));
            if failed {
                break;
            }
        }
    });
}

async fn take_one(
    capture: &ImageCapture,
    settings: &PhotoSettings,
) -> Result<super::frames::Still, MediaError> {
    let taken = match capture.take_photo(&to_object(settings)) {
        Ok(taken) => JsFuture::from(taken).await,
        Err(thrown) => Err(thrown),
    };
    match taken.map(JsCast::unchecked_into::<Blob>) {
        Ok(blob) => bitmap::decode(&blob).await,
        Err(thrown) => Err(media_error(&thrown, "the browser couldn't take the photo; take another one")),
    }
}

/// The track's capabilities for photos, and their default settings. `None` if the browser takes no photos.
pub(super) async fn capabilities(track: MediaStreamTrack) -> Option<(PhotoCapabilities, PhotoSettings)> {
    let capture = image_capture(&track)?;
    let capabilities = JsFuture::from(capture.get_photo_capabilities().ok()?).await.ok()?;
    let settings = match capture.get_photo_settings() {
        Ok(settings) => JsFuture::from(settings).await.unwrap_or_default(),
        Err(_) => JsValue::UNDEFINED,
    };
    Some((read_capabilities(&capabilities), read_settings(&settings)))
}

fn to_object(settings: &PhotoSettings) -> Object {
    let object = Object::new();
    let members = [
        ("fillLightMode", settings.fill_light_mode.map(|mode| mode.as_str().into())),
        ("imageHeight", settings.image_height.map(JsValue::from)),
        ("imageWidth", settings.image_width.map(JsValue::from)),
        ("redEyeReduction", settings.red_eye_reduction.map(JsValue::from)),
    ];
    for (name, value) in members {
        if let Some(value) = value {
            set(&object, name, &value);
        }
    }
    object
}

fn read_capabilities(reported: &JsValue) -> PhotoCapabilities {
    let range = |name| {
        let range = get(reported, name);
        let max = number(&range, "max").filter(|max| *max > 0.0)?;
        let of = |name| number(&range, name).unwrap_or_default();
        Some(SettingsRange { min: of("min"), max, step: of("step") })
    };
    let modes = get(reported, "fillLightMode").dyn_into::<Array>().unwrap_or_default();
    let mode = |mode: JsValue| FillLightMode::from_name(&mode.as_string()?);
    let mut capabilities = PhotoCapabilities::default();
    capabilities.red_eye_reduction =
        string(reported, "redEyeReduction").and_then(|name| RedEyeReduction::from_name(&name));
    capabilities.image_height = range("imageHeight");
    capabilities.image_width = range("imageWidth");
    capabilities.fill_light_mode = modes.iter().filter_map(mode).collect();
    capabilities
}

fn read_settings(reported: &JsValue) -> PhotoSettings {
    let size = |name| number(reported, name).map(|size| size as u32).filter(|size| *size > 0);
    PhotoSettings {
        fill_light_mode: string(reported, "fillLightMode").and_then(|name| FillLightMode::from_name(&name)),
        image_height: size("imageHeight"),
        image_width: size("imageWidth"),
        red_eye_reduction: get(reported, "redEyeReduction").as_bool(),
    }
}
