//! Whether the app may use cameras: known without asking anybody.
//!
//! Nobody is asked before a track is spawned. [`CameraPermission`] says how things stand, and changes when they do:
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn show(permission: Res<CameraPermission>) {
//!     match *permission {
//!         CameraPermission::Prompt => info!("you will be asked for your camera"),
//!         CameraPermission::Denied => info!("allow the camera in the browser's settings for this page"),
//!         _ => {}
//!     }
//! }
//! # App::new().add_systems(Update, show.run_if(resource_changed::<CameraPermission>));
//! ```
//!
//! Terms are those of [Permissions](https://www.w3.org/TR/permissions/).

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

use bevy::prelude::*;

pub use crate::consent::{ConsentGate, PermissionRequested};

use crate::{
    error::ErrorName,
    source::TrackSource,
    systems::ViewfinderSystems,
    track::{TrackFailed, TrackLive, VideoTrack},
};

/// Whether the app may use the cameras of its [`DefaultSource`](crate::source::DefaultSource)
/// ([`PermissionState`](https://www.w3.org/TR/permissions/#dom-permissionstate)).
///
/// In a browser it follows what the user decides for the page. Linux and Windows ask nobody: there it is
/// [`Granted`](Self::Granted), until a track is refused, or the list of devices
/// ([`MediaDevices::enumerate`](crate::media_devices::MediaDevices::enumerate) asks for it without a track). macOS asks when the
/// first track is spawned. An app's own [`ConsentGate`] comes before either.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Resource, Default)]
pub enum CameraPermission {
    /// It isn't known yet, or the browser or system doesn't tell before a track is spawned.
    #[default]
    Unknown,
    /// The user will be asked when a track is spawned.
    Prompt,
    /// Tracks get a camera, if there is one.
    Granted,
    /// Tracks fail with [`ErrorName::NotAllowed`].
    Denied,
    /// There are no cameras here at all: tracks fail with [`ErrorName::NotSupported`]. For a page: it isn't served
    /// over https or from localhost, or the browser is too old.
    NotSupported,
}

/// How things stand but for the app's own gate.
#[derive(Resource, Clone, Copy, Debug, Default)]
struct Platform {
    permission: CameraPermission,
    /// Whether the platform says so by itself; if not, what becomes of tracks does.
    tells: bool,
}

/// The systems that hear how things stand on the platform.
#[derive(SystemSet, Debug, Clone, PartialEq, Eq, Hash)]
struct PlatformHeard;

pub(crate) fn plugin(app: &mut App) {
    app.register_type::<CameraPermission>()
        .init_resource::<CameraPermission>()
        .init_resource::<Platform>()
        .configure_sets(PreUpdate, PlatformHeard.in_set(ViewfinderSystems::Receive))
        .add_systems(
            PreUpdate,
            follow.after(PlatformHeard).in_set(ViewfinderSystems::Receive).run_if(
                resource_changed::<Platform>
                    .or_else(resource_exists::<ConsentGate>)
                    .or_else(resource_removed::<ConsentGate>),
            ),
        )
        .add_observer(learn_from_success)
        .add_observer(learn_from_refusal);
    #[cfg(not(target_family = "wasm"))]
    app.add_plugins(native::plugin);
    #[cfg(target_family = "wasm")]
    app.add_plugins(web::plugin);
}

/// Says how things stand for the app.
fn follow(platform: Res<Platform>, gate: Option<Res<ConsentGate>>, mut permission: ResMut<CameraPermission>) {
    permission.set_if_neq(platform.behind(gate.as_deref()));
}

impl Platform {
    /// How things stand behind the app's gate, whose answer comes first.
    fn behind(self, gate: Option<&ConsentGate>) -> CameraPermission {
        match (gate, self.permission) {
            (_, CameraPermission::NotSupported) => CameraPermission::NotSupported,
            (Some(gate), _) if gate.is_denied() => CameraPermission::Denied,
            (Some(gate), CameraPermission::Granted | CameraPermission::Unknown) if !gate.is_granted() => {
                CameraPermission::Prompt
            }
            (_, platform) => platform,
        }
    }
}

fn learn_from_success(
    live: On<TrackLive>,
    tracks: Query<(), (With<VideoTrack>, Without<TrackSource>)>,
    gate: Option<Res<ConsentGate>>,
    mut platform: ResMut<Platform>,
    mut permission: ResMut<CameraPermission>,
) {
    if !platform.tells && tracks.contains(live.entity) {
        platform.permission = CameraPermission::Granted;
        permission.set_if_neq(platform.behind(gate.as_deref()));
    }
}

fn learn_from_refusal(
    failed: On<TrackFailed>,
    tracks: Query<(), (With<VideoTrack>, Without<TrackSource>)>,
    gate: Option<Res<ConsentGate>>,
    mut platform: ResMut<Platform>,
    mut permission: ResMut<CameraPermission>,
) {
    // What the app's own gate refuses says nothing of the platform.
    let by_gate = gate.as_ref().is_some_and(|gate| gate.is_denied());
    let refused = failed.error.name == ErrorName::NotAllowed && !by_gate;
    if !platform.tells && refused && tracks.contains(failed.entity) {
        platform.permission = CameraPermission::Denied;
        permission.set_if_neq(platform.behind(gate.as_deref()));
    }
}
