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
//!   [`MediaPermissions`](permission::MediaPermissions) has the state of the permission.
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
//!     App::new().add_plugins((DefaultPlugins, ViewfinderPlugins)).add_systems(Startup, setup).run();
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
mod plugins;
mod render;
mod report;
pub mod source;
mod systems;
pub mod track;
#[cfg(target_family = "wasm")]
mod web;

#[cfg(feature = "effects")]
pub use effect::builtin::BuiltinEffectsPlugin;
pub use gpu::require_gpu;
pub use plugins::{
    FilePickerPlugin, ImageInputPlugin, MediaDevicesPlugin, PermissionPlugin, PhotoPlugin,
    ViewfinderCorePlugin, ViewfinderPlugins,
};
pub use systems::ViewfinderSystems;

/// The ready-made effects: plain structs that go into an [`EffectStack`](effect::EffectStack).
#[cfg(feature = "effects")]
pub mod effects {
    pub use crate::effect::{blend_mode::BlendMode, builtin::*, presets::PRESETS};
}

/// Not part of the public API: for the benchmarks and tests of this crate alone.
#[doc(hidden)]
pub mod internal {
    pub use crate::{
        effect::plan::{Operation, Pass, PassInput, plan},
        frame::slot::{FrameReader, FrameWriter, frame_slot},
    };

    /// The longest side of a frame, in pixels.
    pub const MAX_FRAME_SIDE: u32 = crate::frame::MAX_FRAME_SIDE;
}

/// Most of what apps use. The ready-made effects are in `bevy_viewfinder::effects`.
pub mod prelude {
    pub use crate::{
        ViewfinderPlugins, ViewfinderSystems,
        constraint::{
            VideoCapabilities, VideoConstraints, VideoSettings, at_least, at_most, between, exact, ideal,
        },
        device::{DeviceKind, FacingMode},
        effect::{Effect, EffectFailed, EffectKind, EffectPlugin, EffectStack},
        error::{ErrorName, MediaError},
        file_picker::{AcceptDrops, FileKind, FilePickCanceled, FilePickFailed, FilePicked, PickFile},
        gpu::require_gpu,
        image_input::EffectInput,
        media_devices::{DevicesChanged, EnumerateDevices, MediaDevices},
        permission::{ConsentGate, MediaPermissions, PermissionRequested, PermissionState},
        photo::{GrabFrame, PhotoFailed, PhotoOptions, PhotoSaved, PhotoTaken, TakePhoto, save_to_disk},
        source::TrackSource,
        track::{
            AutoReconnect, CloneOf, ConstraintsApplied, ConstraintsRejected, DeviceReopenFailed,
            DeviceReopened, DeviceUse, DevicesInUse, FlipCamera, Mirroring, MuteReason, Muted, ShowTrack,
            TrackEnabled, TrackEnded, TrackFailed, TrackImage, TrackLive, TrackMaterialPlugin, TrackState,
            TrackStatistics, VideoTrack, WhileMuted,
        },
    };
}
