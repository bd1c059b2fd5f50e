//! The browser's list of devices.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDeviceInfo, MediaDeviceKind};

use crate::{
    device::{Device, DeviceId, FacingMode},
    web::{call, get, media_devices, string},
};

/// The last list. A browser lists asynchronously.
#[derive(Debug, Default)]
pub(super) struct DeviceList(RefCell<Option<Vec<Device>>>);

impl DeviceList {
    /// The devices of the last list. Empty before the first list. Ids and labels are empty until the user has granted
    /// access.
    pub fn devices(&self) -> Vec<Device> {
        self.0.borrow().clone().unwrap_or_default()
    }

    /// Lists the devices again, without a prompt. Returns the previous and the new list, or `None` if the browser
    /// doesn't list.
    pub async fn refresh(&self) -> Option<(Option<Vec<Device>>, Vec<Device>)> {
        let now = listed().await?;
        Some((self.0.replace(Some(now.clone())), now))
    }
}

/// The devices. `None` if the browser doesn't list them.
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
            // A browser converts to any mode, so it has no list of modes.
            ..Default::default()
        })
        .collect();
    Some(devices)
}

/// The direction that a device faces, by
/// [its capabilities](https://www.w3.org/TR/mediacapture-streams/#dom-inputdeviceinfo-getcapabilities).
fn facing_mode(device: &JsValue) -> Option<FacingMode> {
    let capabilities = call(device, "getCapabilities")?;
    FacingMode::from_name(get(&get(&capabilities, "facingMode"), "0").as_string()?.as_str())
}

/// The direction that a track's device faces, by its settings.
pub(super) fn facing_of(settings: &JsValue) -> Option<FacingMode> {
    FacingMode::from_name(&string(settings, "facingMode")?)
}
