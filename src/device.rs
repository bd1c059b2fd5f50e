//! Cameras: what there is and what each can do, and how they come and go.

mod control;
mod list;
#[cfg(not(target_family = "wasm"))]
mod machine;
#[cfg(target_family = "wasm")]
mod page;
mod supported;

use bevy::{math::UVec2, prelude::*};

pub use control::{
    Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, MeteringMode,
    SettingsRange,
};
pub use list::MediaDevices;
#[cfg(not(target_family = "wasm"))]
pub(crate) use machine::Watcher;
#[cfg(target_family = "wasm")]
pub(crate) use page::{Watcher, facing_named, facing_of, heard_devices, list_devices};

use crate::{error::MediaError, frame::PixelFormat};

/// A device's own identifier: stable from run to run where the system allows it
/// ([Media Capture and Streams, `deviceId`](https://www.w3.org/TR/mediacapture-streams/#dom-mediadeviceinfo-deviceid)).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Reflect)]
pub struct DeviceId(pub String);

impl<T: Into<String>> From<T> for DeviceId {
    fn from(id: T) -> Self {
        Self(id.into())
    }
}

impl std::fmt::Display for DeviceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which way a camera looks ([`VideoFacingModeEnum`](https://www.w3.org/TR/mediacapture-streams/#dom-videofacingmodeenum)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
pub enum FacingMode {
    /// At the user: a selfie camera.
    User,
    /// Away from the user.
    Environment,
    /// To the user's left.
    Left,
    /// To the user's right.
    Right,
}

impl FacingMode {
    /// The standard's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Environment => "environment",
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// A camera: who it is and what it can do.
#[derive(Debug, Clone, PartialEq, Default, Reflect)]
pub struct Device {
    /// What to ask for it by.
    pub id: DeviceId,
    /// Its name, for people.
    pub label: String,
    /// What it shares with the other devices of the same piece of hardware; empty where unknown.
    pub group_id: String,
    /// Which way it looks, where that is known.
    pub facing_mode: Option<FacingMode>,
    /// The sizes, rates and pixel formats that it offers, in its own order.
    pub modes: Vec<NativeMode>,
    /// What can be set of it beside those, as far as that is known before it is opened.
    pub controls: ControlCapabilities,
}

/// A size, rate and pixel format that a device offers.
#[derive(Debug, Clone, Copy, PartialEq, Reflect)]
pub struct NativeMode {
    /// Width and height in pixels.
    pub size: UVec2,
    /// Frames per second, in Hz. A camera's rate is real: 30000 / 1001 is a rate.
    pub frame_rate: f64,
    /// How the device sends its pixels.
    pub format: PixelFormat,
}

/// Cameras came or went
/// ([`devicechange`](https://www.w3.org/TR/mediacapture-streams/#event-mediadevices-devicechange)). Several changes may
/// come as one; one that leaves the list as it was is none. Natively changes are heard once the app has asked for the
/// list: [`MediaDevices::enumerate`].
#[derive(Message, Debug, Clone, PartialEq, Eq, Default)]
pub struct DeviceChange {
    /// The cameras that are new. Before a browser's page has its permission, a camera's id is empty.
    pub added: Vec<DeviceId>,
    /// The cameras that are gone.
    pub removed: Vec<DeviceId>,
}

impl DeviceChange {
    /// What the one list has and the other hasn't, where they differ.
    pub(crate) fn between(before: &[Device], now: &[Device]) -> Option<Self> {
        let but = |these: &[Device], those: &[Device]| -> Vec<DeviceId> {
            let is_new = |id: &DeviceId| those.iter().all(|known| known.id != *id);
            these.iter().map(|device| device.id.clone()).filter(is_new).collect()
        };
        let change = Self { added: but(now, before), removed: but(before, now) };
        (!change.added.is_empty() || !change.removed.is_empty()).then_some(change)
    }
}

/// What is heard of a source's devices.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct News {
    /// Those that there are now.
    pub devices: Result<Vec<Device>, MediaError>,
    /// What has changed since the list before, where it was a change of the devices.
    pub change: Option<DeviceChange>,
}

pub(crate) fn plugin(app: &mut App) {
    app.add_message::<DeviceChange>().add_plugins(list::plugin);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_who_came_and_who_went() {
        let list = |ids: &[&str]| -> Vec<Device> {
            ids.iter().map(|id| Device { id: DeviceId::from(*id), ..default() }).collect()
        };
        let ids = |ids: &[&str]| -> Vec<DeviceId> { ids.iter().map(|id| DeviceId::from(*id)).collect() };
        let between = |before: &[&str], now: &[&str]| DeviceChange::between(&list(before), &list(now));
        assert_eq!(
            between(&["a", "b"], &["c", "b", "d"]),
            Some(DeviceChange { added: ids(&["c", "d"]), removed: ids(&["a"]) })
        );
        for same in [&[][..], &["a", "b"]] {
            assert_eq!(between(same, same), None);
        }
        assert_eq!(between(&["a", "b"], &["b", "a"]), None, "another order is no other list");
    }
}
