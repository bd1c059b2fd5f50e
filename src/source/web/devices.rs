//! The list of cameras that the browser shows the page.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDeviceInfo, MediaDeviceKind};

use super::{
    browser::media_devices,
    dictionary::{call, get, string},
};
use crate::device::{Device, DeviceId, FacingMode};

thread_local! {
    /// The list as it was last heard: a browser gives it only in time.
    static HEARD: RefCell<Vec<Device>> = const { RefCell::new(Vec::new()) };
}

/// The cameras as last listed. None before the first list; of what can't be told before the user has granted one,
/// ids and labels are empty.
pub(super) fn heard() -> Vec<Device> {
    HEARD.with_borrow(Vec::clone)
}

/// Lists the cameras, which asks nobody. [`None`] where the browser doesn't say.
pub(crate) async fn list() -> Option<Vec<Device>> {
    let list = JsFuture::from(media_devices().ok()?.enumerate_devices().ok()?).await.ok()?;
    let devices: Vec<Device> = Array::from(&list)
        .iter()
        .filter_map(|device| device.dyn_into().ok())
        .filter(|device: &MediaDeviceInfo| device.kind() == MediaDeviceKind::Videoinput)
        .map(|device| Device {
            id: DeviceId(device.device_id()),
            label: device.label(),
            group_id: device.group_id(),
            facing_mode: facing_mode(&device),
            // The browser makes of a camera whatever is asked.
            modes: Vec::new(),
        })
        .collect();
    HEARD.set(devices.clone());
    Some(devices)
}

/// Which way a camera looks, by
/// [its capabilities](https://www.w3.org/TR/mediacapture-streams/#dom-inputdeviceinfo-getcapabilities).
fn facing_mode(device: &JsValue) -> Option<FacingMode> {
    let capabilities = call(device, "getCapabilities")?;
    named(get(&get(&capabilities, "facingMode"), "0").as_string()?.as_str())
}

/// Which way a track's camera looks, by its settings.
pub(super) fn facing_of(settings: &JsValue) -> Option<FacingMode> {
    named(&string(settings, "facingMode")?)
}

fn named(name: &str) -> Option<FacingMode> {
    [FacingMode::User, FacingMode::Environment, FacingMode::Left, FacingMode::Right]
        .into_iter()
        .find(|mode| mode.as_str() == name)
}
