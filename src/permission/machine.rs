//! Permission on a machine of one's own. Systems ask nobody before a device is opened, so whoever may run the app may
//! open its cameras, until one says no: a device file without rights, a system's privacy switch. The list of devices says
//! so without a track.

use bevy::prelude::*;

use super::{CameraPermission, Platform};
use crate::{device::MediaDevices, error::ErrorName};

pub(super) fn plugin(app: &mut App) {
    app.insert_resource(Platform { permission: CameraPermission::Granted, tells: false })
        .insert_resource(CameraPermission::Granted)
        .add_systems(PreUpdate, learn_from_list.run_if(resource_exists_and_changed::<MediaDevices>));
}

/// A list is refused where no camera may be opened, and one that may be is enough.
fn learn_from_list(devices: Res<MediaDevices>, mut platform: ResMut<Platform>) {
    let permission = match devices.error().map(|error| error.name) {
        Some(ErrorName::NotAllowed) => CameraPermission::Denied,
        None if !devices.devices().is_empty() => CameraPermission::Granted,
        _ => return,
    };
    if platform.permission != permission {
        platform.permission = permission;
    }
}
