//! Permission on native platforms.
//!
//! Linux and Windows don't prompt: the app may open a device unless opening it fails (no access rights to the device
//! file, a privacy switch). The list of devices shows that without a track. macOS prompts when the first device is
//! opened, and Linux's camera portal when the first track looks for one.

use bevy::prelude::*;

use super::{MediaPermissions, PermissionState, Platform, ReceivePlatform};
use crate::{device::DeviceKind, error::ErrorName, media_devices::MediaDevices};

pub(super) fn plugin(app: &mut App) {
    let camera = initial_state();
    let microphone = match cfg!(feature = "audio") {
        true if cfg!(target_os = "macos") => PermissionState::Unknown,
        true => PermissionState::Granted,
        false => PermissionState::NotSupported,
    };
    app.insert_resource(Platform { camera, microphone, ..default() })
        .insert_resource(MediaPermissions { camera, microphone })
        .add_systems(
            PreUpdate,
            learn_from_list.in_set(ReceivePlatform).run_if(resource_exists_and_changed::<MediaDevices>),
        );
}

/// The state before any device was listed or opened.
#[cfg(not(all(feature = "native", target_os = "macos")))]
const fn initial_state() -> PermissionState {
    PermissionState::Granted
}

/// The state before any device was listed or opened, as macOS tells it without asking the user.
#[cfg(all(feature = "native", target_os = "macos"))]
fn initial_state() -> PermissionState {
    use viewfinder_cameras::Permission;
    match viewfinder_cameras::permission() {
        Permission::NotAsked => PermissionState::Prompt,
        Permission::Granted => PermissionState::Granted,
        Permission::Denied => PermissionState::Denied,
        _ => PermissionState::Unknown,
    }
}

/// Listing fails if no camera may be opened. A list with a camera shows that it may be.
fn learn_from_list(devices: Res<MediaDevices>, mut platform: ResMut<Platform>) {
    // Where the system prompts (macOS), listing works before permission is granted.
    let listing_needs_permission = cfg!(not(target_os = "macos"));
    let first = devices.of_kind(DeviceKind::VideoInput).next();
    // The camera portal shows a camera without an id until the user has answered.
    let is_hidden = first.is_some_and(|camera| camera.id.0.is_empty());
    let state = match devices.error().map(|error| error.name) {
        Some(ErrorName::NotAllowed) => PermissionState::Denied,
        None if is_hidden => PermissionState::Prompt,
        None if listing_needs_permission && first.is_some() => PermissionState::Granted,
        _ => return,
    };
    if platform.camera != state {
        platform.camera = state;
    }
}
