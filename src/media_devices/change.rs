//! How the cameras come and go.

use bevy::prelude::*;

use crate::{
    device::{Device, DeviceId},
    error::MediaError,
};

/// Cameras came or went
/// ([`devicechange`](https://www.w3.org/TR/mediacapture-streams/#event-mediadevices-devicechange)). Several changes may
/// come as one; one that leaves the list as it was is none. Natively changes are heard once the app has asked for the
/// list: [`MediaDevices::enumerate`](super::MediaDevices::enumerate).
#[derive(Message, Debug, Clone, PartialEq, Eq, Default)]
pub struct DevicesChanged {
    /// The cameras that are new. Before a browser's page has its permission, a camera's id is empty.
    pub added: Vec<DeviceId>,
    /// The cameras that are gone.
    pub removed: Vec<DeviceId>,
}

impl DevicesChanged {
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
    pub change: Option<DevicesChanged>,
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
        let between = |before: &[&str], now: &[&str]| DevicesChanged::between(&list(before), &list(now));
        assert_eq!(
            between(&["a", "b"], &["c", "b", "d"]),
            Some(DevicesChanged { added: ids(&["c", "d"]), removed: ids(&["a"]) })
        );
        for same in [&[][..], &["a", "b"]] {
            assert_eq!(between(same, same), None);
        }
        assert_eq!(between(&["a", "b"], &["b", "a"]), None, "another order is no other list");
    }
}
