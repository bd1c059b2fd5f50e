//! The object that the app shares with the test.

use bevy::prelude::*;
use bevy_viewfinder::{photo::Photo, prelude::*};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

use crate::{command, people, record, recover, report, tap};

pub fn run() {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_plugins((command::plugin, people::plugin, tap::plugin, record::plugin))
        .add_plugins((recover::plugin, report::plugin))
        .insert_resource(ClearColor(Color::BLACK))
        .add_systems(Startup, |mut commands: Commands| {
            commands.spawn(Camera2d);
        })
        .run();
}

/// `window.viewfinder`. `None` without a test.
fn shared() -> Option<Object> {
    get(&js_sys::global(), "viewfinder")?.dyn_into().ok()
}

/// The next command, as JSON.
pub fn next_command() -> Option<String> {
    let shared = shared()?;
    get(&shared, "commands")?.dyn_into::<Array>().ok()?.shift().as_string()
}

/// An image of the test: its size, and its pixels as R, G, B, A.
pub fn picture(name: &str) -> Option<(UVec2, Vec<u8>)> {
    let shared = shared()?;
    let pictures = get(&shared, "pictures")?;
    let picture = get(&pictures, name)?;
    let side = |name| Some(get(&picture, name)?.as_f64()? as u32);
    let size = UVec2::new(side("width")?, side("height")?);
    Some((size, get(&picture, "rgba")?.dyn_into::<Uint8Array>().ok()?.to_vec()))
}

/// Writes the report, as JSON.
pub fn publish(report: &str) {
    if let Some(shared) = shared() {
        set(&shared, "report", &report.into());
    }
}

/// Writes a photo's pixels to `viewfinder.photos[name]`.
pub fn publish_photo(name: &str, photo: &Photo) {
    publish_pixels(name, photo.size, &photo.rgba);
}

/// Writes R, G, B, A bytes to `viewfinder.photos[name]`.
pub fn publish_pixels(name: &str, size: UVec2, rgba: &[u8]) {
    let Some(photos) = shared().and_then(|shared| get(&shared, "photos")) else { return };
    let value = Object::new();
    set(&value, "width", &size.x.into());
    set(&value, "height", &size.y.into());
    set(&value, "rgba", &Uint8Array::from(rgba));
    set(&photos, name, &value);
}

/// Writes bytes to `viewfinder[name]`.
pub fn publish_bytes(name: &str, bytes: &[u8]) {
    if let Some(shared) = shared() {
        set(&shared, name, &Uint8Array::from(bytes));
    }
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok()
}

fn set(object: &JsValue, name: &str, value: &JsValue) {
    if Reflect::set(object, &name.into(), value).is_err() {
        error!("the page's object takes no {name}");
    }
}
