//! Permission on a machine of one's own. Linux and Windows ask nobody, so whoever may run the app may open its cameras,
//! until one says no: a device file without rights, a privacy switch. The list of devices says so without a track. macOS
//! asks the user when the first camera is opened.

use bevy::prelude::*;

use super::{CameraPermission, Platform, PlatformHeard};
use crate::{error::ErrorName, media_devices::MediaDevices};

pub(super) fn plugin(app: &mut App) {
    let permission = at_first();
    app.insert_resource(Platform { permission, tells: false }).insert_resource(permission).add_systems(
        PreUpdate,
        learn_from_list.in_set(PlatformHeard).run_if(resource_exists_and_changed::<MediaDevices>),
    );
}

/// How things stand before anything is tried.
#[cfg(not(all(feature = "native", target_os = "macos")))]
const fn at_first() -> CameraPermission {
    CameraPermission::Granted
}

/// How things stand before anything is tried. Nokhwa says no more than whether the user has agreed: who hasn't may be asked
/// yet, or has refused.
#[cfg(all(feature = "native", target_os = "macos"))]
fn at_first() -> CameraPermission {
    if ::nokhwa::nokhwa_check() { CameraPermission::Granted } else { CameraPermission::Unknown }
}

/// A list is refused where no camera may be opened, and one that may be is enough.
fn learn_from_list(devices: Res<MediaDevices>, mut platform: ResMut<Platform>) {
    // Whom the system asks may list cameras before.
    let may_open = cfg!(not(target_os = "macos"));
    let permission = match devices.error().map(|error| error.name) {
        Some(ErrorName::NotAllowed) => CameraPermission::Denied,
        None if may_open && !devices.devices().is_empty() => CameraPermission::Granted,
        _ => return,
    };
    if platform.permission != permission {
        platform.permission = permission;
    }
}
