//! Live camera input and real-time effects for [Bevy](https://bevy.org): the web's camera model as entities and
//! components.
//!
//! # The model in ten lines
//!
//! - An entity with [`VideoTrack`](track::VideoTrack) is a camera track. Spawning it asks for a camera; despawning
//!   it lets the camera go.
//! - [`VideoConstraints`](constraint::VideoConstraints) beside it say what the camera should be like; what it then
//!   is like, [`VideoSettings`](constraint::VideoSettings) say, and what it could be, [`VideoCapabilities`](constraint::VideoCapabilities).
//!   Change the constraints, and a live track follows.
//! - A [`TrackSource`](source::TrackSource) beside it takes frames from elsewhere: a file, the app, a test.
//! - [`TrackImage`](track::TrackImage) is its picture, a plain `Handle<Image>` that stays the same from frame to
//!   frame; [`ShowTrack`](track::ShowTrack) puts it on a sprite or a UI node.
//! - An [`EffectStack`](effect::EffectStack) beside it changes the picture on the GPU, in as few passes as will do.
//! - Spawning a [`TakePhoto`](photo::TakePhoto) or [`GrabFrame`](photo::GrabFrame) of it takes a photo.
//! - What happens comes as entity events: [`TrackLive`](track::TrackLive), [`TrackFailed`](track::TrackFailed),
//!   [`TrackEnded`](track::TrackEnded), [`PhotoTaken`](photo::PhotoTaken), ...
//! - Without a GPU Bevy panics: [`require_gpu`] finds out before.
//! - Every failure is a [`MediaError`](error::MediaError) with one of the standard's names and a way out.
//! - Nothing is asked of the user or of a device before the app spawns a track;
//!   [`CameraPermission`](permission::CameraPermission) says how things stand.
//! - Where there is no camera, or the user prefers a file, [`PickFile`](file_picker::PickFile) and
//!   [`AcceptDrops`](file_picker::AcceptDrops) bring one, and it becomes a track like any other.
//! - The main thread never waits for a device, an encoder or a disk.
//!
//! # A camera on the screen
//!
//! ```no_run
//! use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn main() {
//!     App::new().add_plugins((DefaultPlugins, ViewfinderPlugin)).add_systems(Startup, setup).run();
//! }
//!
//! fn setup(mut commands: Commands) {
//!     commands.spawn(Camera2d);
//!     let track = commands
//!         .spawn((VideoTrack, VideoConstraints::new().width(1280)))
//!         .observe(|failed: On<TrackFailed>| warn!("no camera: {}", failed.error))
//!         .id();
//!     commands.spawn((Sprite::default(), ShowTrack(track)));
//! }
//! ```
//!
//! 'Camera' alone means Bevy's render camera in this documentation; a camera that films is a device, and what
//! comes from it a track.

mod capture;
mod consent;
pub mod constraint;
pub mod device;
pub mod effect;
pub mod error;
pub mod file_picker;
pub mod frame;
mod gpu;
pub mod image_input;
pub mod media_devices;
mod media_type;
#[cfg(feature = "menus")]
pub mod menus;
pub mod permission;
pub mod photo;
mod render;
mod report;
pub mod source;
pub mod track;
#[cfg(target_family = "wasm")]
mod web;

use bevy::prelude::*;

pub use gpu::require_gpu;

/// Camera tracks, effects and photos.
#[derive(Clone, Copy, Debug, Default)]
pub struct ViewfinderPlugin;

impl Plugin for ViewfinderPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins((
            media_devices::plugin,
            permission::plugin,
            effect::plugin,
            track::plugin,
            image_input::plugin,
            render::plugin,
            photo::plugin,
            file_picker::plugin,
        ));
    }
}

/// What most apps use.
pub mod prelude {
    #[cfg(feature = "effects")]
    #[doc(no_inline)]
    pub use crate::effect::*;
    pub use crate::{
        ViewfinderPlugin,
        constraint::{
            VideoCapabilities, VideoConstraints, VideoSettings, at_least, at_most, between, exact, ideal,
        },
        device::FacingMode,
        effect::{EffectFailed, EffectStack},
        error::{ErrorName, MediaError},
        file_picker::{AcceptDrops, FileKind, FilePickFailed, FilePicked, PickFile},
        gpu::require_gpu,
        image_input::EffectInput,
        media_devices::{DeviceChange, MediaDevices},
        permission::{CameraPermission, ConsentGate, PermissionAsked},
        photo::{GrabFrame, PhotoFailed, PhotoSaved, PhotoTaken, TakePhoto, save_to_disk},
        source::TrackSource,
        track::{
            CameraUse, CloneOf, ConstraintsApplied, ConstraintsRefused, DeviceReopenFailed, DeviceReopened,
            FlipCamera, Mirrored, MuteReason, Muted, ReturnsWithDevice, ShowTrack, TrackEnabled, TrackEnded,
            TrackFailed, TrackImage, TrackLive, TrackMaterialPlugin, TrackState, TrackStatistics, VideoTrack,
            WhileMuted,
        },
    };
}
