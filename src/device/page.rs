//! The browser's cameras: their list, and how they come and go.

use std::cell::RefCell;

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender, unbounded};
use js_sys::Array;
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{MediaDeviceInfo, MediaDeviceKind};

use super::{Device, DeviceChange, DeviceId, FacingMode};
use crate::browser::{Listener, call, get, media_devices, string};

/// What the browser says, and what listens to it.
#[derive(Resource, Debug)]
struct Heard {
    changes: Receiver<DeviceChange>,
    _listener: SendWrapper<Listener>,
}

pub(super) fn plugin(app: &mut App) {
    let Ok(devices) = media_devices() else { return };
    let (say, changes) = unbounded();
    // What there is at first is no change.
    spawn_local(list_devices());
    let listener = Listener::new(&devices, "devicechange", move |_| compare(&say));
    app.insert_resource(Heard { changes, _listener: SendWrapper::new(listener) })
        .add_systems(PreUpdate, hear);
}

fn hear(heard: Res<Heard>, mut changes: MessageWriter<DeviceChange>) {
    changes.write_batch(heard.changes.try_iter());
}

/// Lists the cameras anew, and says what has changed since the last time.
fn compare(say: &Sender<DeviceChange>) {
    let say = say.clone();
    spawn_local(async move {
        let Some(now) = listed().await else { return };
        let Some(before) = HEARD.replace(Some(now.clone())) else { return };
        let but = |these: &[Device], those: &[Device]| -> Vec<DeviceId> {
            let is_new = |id: &DeviceId| those.iter().all(|known| known.id != *id);
            these.iter().map(|device| device.id.clone()).filter(is_new).collect()
        };
        let change = DeviceChange { added: but(&now, &before), removed: but(&before, &now) };
        if !(change.added.is_empty() && change.removed.is_empty()) {
            let _ = say.send(change);
        }
    });
}

thread_local! {
    /// The list as it was last heard: a browser gives it only in time.
    static HEARD: RefCell<Option<Vec<Device>>> = const { RefCell::new(None) };
}

/// The cameras as last listed. None before the first list; of what can't be told before the user has granted one,
/// ids and labels are empty.
pub(crate) fn heard_devices() -> Vec<Device> {
    HEARD.with_borrow(Clone::clone).unwrap_or_default()
}

/// Hears of the cameras, which asks nobody.
pub(crate) async fn list_devices() {
    if let Some(devices) = listed().await {
        HEARD.set(Some(devices));
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
    named(get(&get(&capabilities, "facingMode"), "0").as_string()?.as_str())
}

/// Which way a track's camera looks, by its settings.
pub(crate) fn facing_of(settings: &JsValue) -> Option<FacingMode> {
    named(&string(settings, "facingMode")?)
}

fn named(name: &str) -> Option<FacingMode> {
    [FacingMode::User, FacingMode::Environment, FacingMode::Left, FacingMode::Right]
        .into_iter()
        .find(|mode| mode.as_str() == name)
}
