//! Changes of the list of devices.

use bevy::prelude::*;

use crate::{
    device::{Device, DeviceId},
    error::MediaError,
};

/// A message: devices were plugged in or unplugged
/// ([`devicechange`](https://www.w3.org/TR/mediacapture-streams/#event-mediadevices-devicechange)).
///
/// Several changes may arrive as one message. An update that leaves the list unchanged is not reported. Natively
/// changes are reported once the app has requested the list ([`EnumerateDevices`](super::EnumerateDevices)).
#[derive(Message, Debug, Clone, PartialEq, Eq, Default, Reflect)]
#[reflect(Message, Debug, Clone, PartialEq, Default)]
pub struct DevicesChanged {
    /// The new devices. In a browser, a device's id is empty before the page has permission.
    pub added: Vec<DeviceId>,
    /// The devices that are gone.
    pub removed: Vec<DeviceId>,
}

impl DevicesChanged {
    /// The difference of two lists. `None` if they have the same devices.
    pub(crate) fn between(before: &[Device], now: &[Device]) -> Option<Self> {
        let difference = |these: &[Device], those: &[Device]| -> Vec<DeviceId> {
            let is_new = |id: &DeviceId| those.iter().all(|known| known.id != *id);
            these.iter().map(|device| device.id.clone()).filter(is_new).collect()
        };
        let change = Self { added: difference(now, before), removed: difference(before, now) };
        (!change.added.is_empty() || !change.removed.is_empty()).then_some(change)
    }
}

/// A new list of a source's devices.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DeviceListUpdate {
    /// The list.
    pub devices: Result<Vec<Device>, MediaError>,
    /// The difference to the last list, if devices came or went.
    pub change: Option<DevicesChanged>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_lists_new_and_removed_devices() {
        let list = |ids: &[&str]| -> Vec<Device> {
            ids.iter().map(|id| Device { id: DeviceId::from(*id), ..default() }).collect()
        };
        let ids = |ids: &[&str]| -> Vec<DeviceId> { ids.iter().map(|id| DeviceId::from(*id)).collect() };
        let between = |before: &[&str], now: &[&str]| DevicesChanged::between(&list(before), &list(now));
        assert_eq!(
            between(&["a", "b"], &["c", "b", "d"]),
            Some(DevicesChanged { added: ids(&["c", "d"]), removed: ids(&["a"]) })
        );
        for same in [&[][..], &["a", "b"]] {
            assert_eq!(between(same, same), None);
        }
        assert_eq!(between(&["a", "b"], &["b", "a"]), None, "the order doesn't count");
    }
}
