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
mod machine;
#[cfg(target_family = "wasm")]
mod page;

use bevy::prelude::*;

#[cfg(not(target_family = "wasm"))]
use machine as platform;
#[cfg(target_family = "wasm")]
use page as platform;

use crate::{
    error::ErrorName,
    source::TrackSource,
    track::{TrackFailed, TrackLive, VideoTrack},
};

/// Whether the app may use the cameras of its [`DefaultSource`](crate::source::DefaultSource)
/// ([`PermissionState`](https://www.w3.org/TR/permissions/#dom-permissionstate)).
///
/// In a browser it follows what the user decides for the page. Natively systems ask nobody before a device is opened:
/// there it is [`Granted`](Self::Granted), until a track is refused.
#[derive(Resource, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Resource, Default)]
pub enum CameraPermission {
    /// It isn't known yet, or the browser doesn't tell before a track is spawned.
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

/// Whether the platform says by itself how things stand; if not, what became of tracks does.
#[derive(Resource, Clone, Copy, Debug, Default)]
struct Told(bool);

pub(crate) fn plugin(app: &mut App) {
    app.register_type::<CameraPermission>()
        .init_resource::<CameraPermission>()
        .init_resource::<Told>()
        .add_plugins(platform::plugin)
        .add_observer(learn_from_success)
        .add_observer(learn_from_refusal);
}

fn learn_from_success(
    live: On<TrackLive>,
    tracks: Query<(), (With<VideoTrack>, Without<TrackSource>)>,
    told: Res<Told>,
    mut permission: ResMut<CameraPermission>,
) {
    if !told.0 && tracks.contains(live.entity) {
        permission.set_if_neq(CameraPermission::Granted);
    }
}

fn learn_from_refusal(
    failed: On<TrackFailed>,
    tracks: Query<(), (With<VideoTrack>, Without<TrackSource>)>,
    told: Res<Told>,
    mut permission: ResMut<CameraPermission>,
) {
    if !told.0 && failed.error.name == ErrorName::NotAllowed && tracks.contains(failed.entity) {
        permission.set_if_neq(CameraPermission::Denied);
    }
}
