//! The browser's list of devices.

use std::cell::RefCell;

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{MediaDeviceInfo, MediaDeviceKind};

use crate::{
    device::{Device, DeviceId, DeviceKind, FacingMode},
    web::{call, get, media_devices, string},
};

thread_local! {
    /// The page's last list. A browser lists asynchronously.
    static LAST: RefCell<Option<Vec<Device>>> = const { RefCell::new(None) };
}

/// The devices of a kind in the last list. Empty before the first list. Ids and labels are empty until the user has
/// granted access.
pub(in crate::source) fn listed(kind: DeviceKind) -> Vec<Device> {
    LAST.with_borrow(|last| last.iter().flatten().filter(|device| device.kind == kind).cloned().collect())
}

/// Lists the devices again, without a prompt: the cameras, and then the microphones. Returns the previous and the new
/// list, or `None` if the browser doesn't list.
pub(in crate::source) async fn refresh() -> Option<(Option<Vec<Device>>, Vec<Device>)> {
    let list = JsFuture::from(media_devices().ok()?.enumerate_devices().ok()?).await.ok()?;
    let mut now: Vec<Device> =
        Array::from(&list).iter().filter_map(|info| described(info.dyn_into().ok()?)).collect();
    // The order of each kind stays.
    now.sort_by_key(|device| device.kind);
    Some((LAST.replace(Some(now.clone())), now))
}

/// The description of a device. `None` if it is no camera and no microphone.
fn described(info: MediaDeviceInfo) -> Option<Device> {
    let kind = match info.kind() {
        MediaDeviceKind::Videoinput => DeviceKind::VideoInput,
        MediaDeviceKind::Audioinput => DeviceKind::AudioInput,
        _ => return None,
    };
    Some(Device {
        id: DeviceId(info.device_id()),
        label: info.label(),
        group_id: info.group_id(),
        kind,
        facing_mode: facing_mode(&info),
        // A browser converts to any mode, so it has no list of modes.
        ..Default::default()
    })
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
