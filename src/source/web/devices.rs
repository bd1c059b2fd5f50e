//! The browser's list of cameras.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDeviceInfo, MediaDeviceKind};

use crate::{
    device::{Device, DeviceId, FacingMode},
    web::{call, get, media_devices, string},
};

/// The list as it was last heard: a browser gives it only in time.
#[derive(Debug, Default)]
pub(super) struct DeviceList(RefCell<Option<Vec<Device>>>);

impl DeviceList {
    /// The cameras as last listed. None before the first list; of what can't be told before the user has granted one,
    /// ids and labels are empty.
    pub fn heard(&self) -> Vec<Device> {
        self.0.borrow().clone().unwrap_or_default()
    }

    /// Lists the cameras again, which asks nobody: the list before, and the list now. [`None`] where the browser
    /// doesn't say.
    pub async fn refresh(&self) -> Option<(Option<Vec<Device>>, Vec<Device>)> {
        let now = listed().await?;
        Some((self.0.replace(Some(now.clone())), now))
    }
}

/// The cameras. [`None`] where the browser doesn't say.
async fn listed() -> Option<Vec<Device>> {
    let list = JsFuture::from(media_devices().ok()?.enumerate_devices().ok()?).await.ok()?;
    let devices = Array::from(&list)
        .iter()
        .filter_map(|device| device.dyn_into().ok())
        .filter(|device: &MediaDeviceInfo| device.kind() == MediaDeviceKind::Videoinput)
        .map(|device| Device {
            id: DeviceId(device.device_id()),
            label: device.label(),
            group_id: device.group_id(),
            facing_mode: facing_mode(&device),
            // The browser makes of a camera whatever is asked: it has no modes.
            ..Default::default()
        })
        .collect();
    Some(devices)
}

/// Which way a camera looks, by
/// [its capabilities](https://www.w3.org/TR/mediacapture-streams/#dom-inputdeviceinfo-getcapabilities).
fn facing_mode(device: &JsValue) -> Option<FacingMode> {
    let capabilities = call(device, "getCapabilities")?;
    FacingMode::from_name(get(&get(&capabilities, "facingMode"), "0").as_string()?.as_str())
}

/// Which way a track's camera looks, by its settings.
pub(super) fn facing_of(settings: &JsValue) -> Option<FacingMode> {
    FacingMode::from_name(&string(settings, "facingMode")?)
}
