//! The user's permission to use devices, known without prompting.
//!
//! The user isn't prompted before a track is spawned. [`MediaPermissions`] has the state of each kind of device, and
//! follows its changes:
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn show(permissions: Res<MediaPermissions>) {
//!     match permissions.camera {
//!         PermissionState::Prompt => info!("you will be asked for your camera"),
//!         PermissionState::Denied => info!("allow the camera in the browser's settings for this page"),
//!         _ => {}
//!     }
//! }
//! # App::new().add_systems(Update, show.run_if(resource_changed::<MediaPermissions>));
//! ```
//!
//! Terms are those of [Permissions](https://www.w3.org/TR/permissions/).

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

use bevy::{ecs::system::SystemParam, prelude::*};

pub use crate::consent::{ConsentGate, PermissionRequested};

use crate::{
    device::DeviceKind,
    error::ErrorName,
    source::TrackSource,
    systems::ViewfinderSystems,
    track::{TrackFailed, TrackLive, VideoTrack},
};

/// The user's permission to use the devices of the [`DefaultSource`](crate::source::DefaultSource), for each kind.
///
/// In a browser it follows what the user decides for the page. Linux and Windows don't prompt: there it is
/// [`Granted`](PermissionState::Granted) until a track or the list of devices is refused
/// ([`EnumerateDevices`](crate::media_devices::EnumerateDevices) requests the list without a track). macOS prompts
/// when the first track is spawned. The app's own [`ConsentGate`] comes before any of these.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Resource, Debug, Clone, PartialEq, Hash, Default)]
#[non_exhaustive]
pub struct MediaPermissions {
    /// The permission to use cameras.
    pub camera: PermissionState,
}

impl MediaPermissions {
    /// The permission to use devices of this kind. [`Unknown`](PermissionState::Unknown) for microphones, which no
    /// source of this crate has.
    pub fn state(&self, kind: DeviceKind) -> PermissionState {
        match kind {
            DeviceKind::VideoInput => self.camera,
            DeviceKind::AudioInput => PermissionState::Unknown,
        }
    }
}

/// The state of a permission ([`PermissionState`](https://www.w3.org/TR/permissions/#dom-permissionstate), and two
/// states for platforms without it).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash, Default)]
#[non_exhaustive]
pub enum PermissionState {
    /// Not known yet, or the platform doesn't report it before a track is spawned.
    #[default]
    Unknown,
    /// The user is prompted when a track is spawned.
    Prompt,
    /// Tracks get a device, if there is one.
    Granted,
    /// Tracks fail with [`ErrorName::NotAllowed`].
    Denied,
    /// This platform has no such devices: tracks fail with [`ErrorName::NotSupported`]. In a browser: the page isn't
    /// served over https or from localhost, or the browser is too old.
    NotSupported,
}

/// The platform's permission, without the app's own gate.
#[derive(Resource, Clone, Copy, Debug, Default)]
struct Platform {
    camera: PermissionState,
    /// Whether the platform reports its state. If not, it is learned from the success and failure of tracks.
    reports: bool,
}

/// The systems that receive the platform's state.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
struct ReceivePlatform;

pub(crate) fn plugin(app: &mut App) {
    app.register_type::<MediaPermissions>()
        .register_type::<PermissionRequested>()
        .register_type::<ConsentGate>()
        .init_resource::<MediaPermissions>()
        .init_resource::<Platform>()
        .configure_sets(PreUpdate, ReceivePlatform.in_set(ViewfinderSystems::Receive))
        .add_systems(
            PreUpdate,
            update.after(ReceivePlatform).in_set(ViewfinderSystems::Receive).run_if(
                resource_changed::<Platform>
                    .or_else(resource_exists::<ConsentGate>)
                    .or_else(resource_removed::<ConsentGate>),
            ),
        )
        .add_observer(learn_from_success)
        .add_observer(learn_from_failure);
    #[cfg(not(target_family = "wasm"))]
    app.add_plugins(native::plugin);
    #[cfg(target_family = "wasm")]
    app.add_plugins(web::plugin);
}

fn update(
    platform: Res<Platform>,
    gate: Option<Res<ConsentGate>>,
    mut permissions: ResMut<MediaPermissions>,
) {
    let camera = behind_gate(platform.camera, gate.as_deref());
    permissions.set_if_neq(MediaPermissions { camera });
}

/// The permission that results from the platform's and the app's gate, whose answer comes first.
fn behind_gate(platform: PermissionState, gate: Option<&ConsentGate>) -> PermissionState {
    match (gate, platform) {
        (_, PermissionState::NotSupported) => PermissionState::NotSupported,
        (Some(gate), _) if gate.is_denied() => PermissionState::Denied,
        (Some(gate), PermissionState::Granted | PermissionState::Unknown) if !gate.is_granted() => {
            PermissionState::Prompt
        }
        (_, platform) => platform,
    }
}

/// The tracks of the default source.
type OfDefaultSource = (With<VideoTrack>, Without<TrackSource>);

fn learn_from_success(live: On<TrackLive>, tracks: Query<(), OfDefaultSource>, mut learned: Learned) {
    if tracks.contains(live.entity) {
        learned.set(PermissionState::Granted);
    }
}

fn learn_from_failure(failed: On<TrackFailed>, tracks: Query<(), OfDefaultSource>, mut learned: Learned) {
    // A denial by the app's own gate says nothing about the platform.
    let by_gate = learned.gate.as_ref().is_some_and(|gate| gate.is_denied());
    if failed.error.name == ErrorName::NotAllowed && !by_gate && tracks.contains(failed.entity) {
        learned.set(PermissionState::Denied);
    }
}

/// The permission that tracks of the default source show.
#[derive(SystemParam)]
struct Learned<'w> {
    platform: ResMut<'w, Platform>,
    gate: Option<Res<'w, ConsentGate>>,
    permissions: ResMut<'w, MediaPermissions>,
}

impl Learned<'_> {
    /// Takes over this state, unless the platform reports its state itself.
    fn set(&mut self, camera: PermissionState) {
        if !self.platform.reports {
            self.platform.camera = camera;
            let camera = behind_gate(camera, self.gate.as_deref());
            self.permissions.set_if_neq(MediaPermissions { camera });
        }
    }
}
