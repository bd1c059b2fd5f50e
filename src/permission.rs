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

#[cfg(feature = "audio")]
use crate::{constraint::AudioConstraints, source::audio::AudioTrackSource};
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
/// when the first track is spawned, and tells the state before. So does the camera portal of Linux, which
/// `source::PipewireSource` uses. The app's own [`ConsentGate`] comes before any of these.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Resource, Debug, Clone, PartialEq, Hash, Default)]
#[non_exhaustive]
pub struct MediaPermissions {
    /// The permission to use cameras.
    pub camera: PermissionState,
    /// The permission to use microphones, those of the `DefaultAudioSource`. Without the feature `audio` it is
    /// [`NotSupported`](PermissionState::NotSupported).
    pub microphone: PermissionState,
}

impl MediaPermissions {
    /// The permission to use devices of this kind.
    pub fn state(&self, kind: DeviceKind) -> PermissionState {
        match kind {
            DeviceKind::VideoInput => self.camera,
            DeviceKind::AudioInput => self.microphone,
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
    microphone: PermissionState,
    /// Whether the platform reports the state for cameras. If not, it is learned from the success and failure of
    /// tracks.
    reports_camera: bool,
    /// The same for microphones.
    reports_microphone: bool,
}

impl Platform {
    /// The permissions that result from the platform's and the app's gate.
    fn permissions(&self, gate: Option<&ConsentGate>) -> MediaPermissions {
        MediaPermissions {
            camera: behind_gate(self.camera, gate),
            microphone: behind_gate(self.microphone, gate),
        }
    }
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
    permissions.set_if_neq(platform.permissions(gate.as_deref()));
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

fn learn_from_success(live: On<TrackLive>, tracks: DefaultTracks, mut learned: Learned) {
    if let Some(kind) = tracks.kind(live.entity) {
        learned.set(kind, PermissionState::Granted);
    }
}

fn learn_from_failure(failed: On<TrackFailed>, tracks: DefaultTracks, mut learned: Learned) {
    // A denial by the app's own gate says nothing about the platform.
    let by_gate = learned.gate.as_ref().is_some_and(|gate| gate.is_denied());
    if failed.error.name == ErrorName::NotAllowed
        && !by_gate
        && let Some(kind) = tracks.kind(failed.entity)
    {
        learned.set(kind, PermissionState::Denied);
    }
}

/// The tracks of the default sources.
#[derive(SystemParam)]
struct DefaultTracks<'w, 's> {
    cameras: Query<'w, 's, (), (With<VideoTrack>, Without<TrackSource>)>,
    #[cfg(feature = "audio")]
    microphones: Query<'w, 's, (), (With<AudioConstraints>, Without<AudioTrackSource>)>,
}

impl DefaultTracks<'_, '_> {
    /// The kind of a track's device. `None` if the track has a source of its own.
    fn kind(&self, track: Entity) -> Option<DeviceKind> {
        #[cfg(feature = "audio")]
        if self.microphones.contains(track) {
            return Some(DeviceKind::AudioInput);
        }
        self.cameras.contains(track).then_some(DeviceKind::VideoInput)
    }
}

/// The permission that tracks of the default sources show.
#[derive(SystemParam)]
struct Learned<'w> {
    platform: ResMut<'w, Platform>,
    gate: Option<Res<'w, ConsentGate>>,
    permissions: ResMut<'w, MediaPermissions>,
}

impl Learned<'_> {
    /// Takes over this state, unless the platform reports its state itself.
    fn set(&mut self, kind: DeviceKind, state: PermissionState) {
        match kind {
            DeviceKind::VideoInput if self.platform.reports_camera => return,
            DeviceKind::AudioInput if self.platform.reports_microphone => return,
            DeviceKind::VideoInput => self.platform.camera = state,
            DeviceKind::AudioInput => self.platform.microphone = state,
        }
        self.permissions.set_if_neq(self.platform.permissions(self.gate.as_deref()));
    }
}
