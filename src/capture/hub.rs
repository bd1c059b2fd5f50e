//! The state that the captures of an app share.

use bevy::prelude::*;

use super::lease::Leases;
#[cfg(target_family = "wasm")]
use super::open_devices::OpenDevices;

/// The open devices of an app. Clones are those of the same app: another app in the process has its own.
#[derive(Resource, Debug, Clone, Default)]
pub(crate) struct Hub {
    pub(super) leases: Leases,
    /// On native platforms each device is on a thread of its own instead.
    #[cfg(target_family = "wasm")]
    pub(super) devices: OpenDevices,
}
