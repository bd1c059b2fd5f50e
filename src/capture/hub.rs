//! What the captures of an app share.

use bevy::prelude::*;

use super::lease::Leases;
#[cfg(target_family = "wasm")]
use super::open_devices::OpenDevices;

/// The devices that an app has open. Clones are of the same app's: another app in the process has its own.
#[derive(Resource, Debug, Clone, Default)]
pub(crate) struct Hub {
    pub(super) leases: Leases,
    /// Natively each is on a thread of its own.
    #[cfg(target_family = "wasm")]
    pub(super) devices: OpenDevices,
}
