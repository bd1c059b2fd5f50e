//! Tracks: an entity with [`VideoTrack`] requests a device when it is spawned, and releases it when it is despawned.
//!
//! [`VideoTrack`] is the request, and stays on the entity as long as the track lives. The crate adds the other
//! components to the same entity: [`TrackState`], [`TrackStatistics`] and [`TrackImage`], and once the track is live
//! [`VideoSettings`] and [`VideoCapabilities`]. Entity events report what happens to it: [`TrackLive`],
//! [`TrackFailed`], [`TrackEnded`], [`ConstraintsApplied`], [`ConstraintsRejected`], [`FrameCorrupted`].
//!
//! A command is an event, such as [`FlipCamera`] or [`EnumerateDevices`](crate::media_devices::EnumerateDevices). A
//! request with an answer is an entity, on which the answer is triggered, such as
//! [`TakePhoto`](crate::photo::TakePhoto) or [`PickFile`](crate::file_picker::PickFile).
//!
//! Terms are those of
//! [Media Capture and Streams](https://www.w3.org/TR/mediacapture-streams/#mediastreamtrack).

mod change;
mod copy;
mod diagnostics;
mod flip;
mod frame_hold;
#[cfg_attr(not(feature = "audio"), expect(dead_code, reason = "only requests with sound have two parts"))]
mod held_back;
mod hidden;
mod hold_mode;
mod image;
mod in_use;
mod lens;
mod life;
mod material;
mod reconnect;
mod show;
mod statistics;

use bevy::{prelude::*, render::sync_world::SyncToRenderWorld};

pub use copy::CloneOf;
pub use diagnostics::TrackDiagnosticsPlugin;
pub use flip::FlipCamera;
pub use hold_mode::HoldMode;
pub use image::TrackImage;
pub use in_use::{DeviceUse, DevicesInUse};
pub use material::TrackMaterialPlugin;
pub use reconnect::AutoReconnect;
pub use show::{ShowTrack, ShownBy};
pub use statistics::TrackStatistics;

pub use crate::report::MuteReason;
pub(crate) use frame_hold::{FrameHolders, HoldsFramesOf, ReleasedFrames};
#[cfg(feature = "audio")]
pub(crate) use held_back::HeldBack;
pub(crate) use hidden::Hidden;
#[cfg(feature = "recorder")]
pub(crate) use hold_mode::HoldsModeOf;
pub(crate) use hold_mode::ModeHolders;
pub(crate) use image::{ImageFormats, black, resize};
pub(crate) use lens::LensCorrection;
pub(crate) use life::Capturing;
#[cfg(feature = "audio")]
pub(crate) use life::{StartRequested, StartTracks, fail_pending};

use crate::{
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings},
    device::{DeviceKind, FacingMode, PhotoCapabilities, PhotoSettings},
    error::MediaError,
    source::{DefaultSource, FilePlayer, TrackSource},
};

/// Requests a video device, and is its track for as long as it stays on its entity.
///
/// The device is chosen by the [`VideoConstraints`] on the same entity, among the system's cameras or the devices of a
/// [`TrackSource`] on the same entity. Changing the constraints of a live track changes its
/// settings, on the same device ([`ConstraintsApplied`], [`ConstraintsRejected`]).
///
/// The component is immutable. Inserting it again starts a new request: after a failure, for another device, with
/// another source. The request is sent at the end of the frame
/// ([`ViewfinderSystems::Request`](crate::ViewfinderSystems::Request)), with the components that the entity has then.
/// Removing it, or despawning the entity, stops the track and releases the device without an event
/// ([`MediaStreamTrack.stop()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-stop)).
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::prelude::*;
///
/// fn setup(mut commands: Commands) {
///     let track = commands.spawn((VideoTrack, VideoConstraints::new().width(ideal(1280)))).id();
///     commands.spawn((Sprite::default(), ShowTrack(track)));
/// }
/// # bevy::ecs::system::assert_is_system(setup);
/// ```
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default)]
#[component(immutable)]
#[require(VideoConstraints, TrackState, TrackEnabled, TrackStatistics, Mirroring, SyncToRenderWorld)]
pub struct VideoTrack;

/// The state of the track
/// ([`readyState`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-readystate), and `Pending` before
/// it).
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub enum TrackState {
    /// The device is being requested.
    #[default]
    Pending,
    /// The track has a device, and delivers frames.
    Live,
    /// The track was stopped, has failed, or its device is gone. Final until [`VideoTrack`] is inserted again.
    Ended,
}

/// Whether the track shows its source's frames
/// ([`enabled`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-enabled)).
///
/// While it is `false` the track is black, and so are its photos. A device whose tracks are all disabled is released
/// after a second, and opened again when one is enabled. If it can't be opened again, the track ends.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub struct TrackEnabled(pub bool);

impl Default for TrackEnabled {
    fn default() -> Self {
        Self(true)
    }
}

/// On a live track while its source sends no frames
/// ([`muted`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-muted)). The app can't change it:
/// observe `On<Add, Muted>` and `On<Remove, Muted>`.
///
/// A track that is muted by its [source](MuteReason::Source) is black. One that is muted because its device fell
/// [silent](MuteReason::Silence), or takes a [photo](MuteReason::Photo), follows [`WhileMuted`], which by default holds
/// the last frame.
///
/// A device that fell silent is opened again after 3, 6, 12 ... at most 60 seconds ([`DeviceReopened`],
/// [`DeviceReopenFailed`]) until a frame arrives. If the device is gone meanwhile, or may not be used any more, the
/// track ends.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub struct Muted {
    /// Why no frames arrive.
    pub reason: MuteReason,
}

/// The output of a track while its device is silent ([`MuteReason::Silence`]) or takes a photo ([`MuteReason::Photo`]).
/// A track without this component holds its last frame.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub enum WhileMuted {
    /// The last frame.
    #[default]
    Hold,
    /// Black, until the next frame.
    Black,
}

/// Whether the track is shown mirrored left to right, as people expect of their own image. Photos are not mirrored.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub enum Mirroring {
    /// Mirrored if the device faces the user.
    #[default]
    Auto,
    /// Always mirrored.
    On,
    /// Never mirrored.
    Off,
}

impl Mirroring {
    /// Whether a track with these settings is shown mirrored. It has none before it is live.
    pub fn is_mirrored(self, settings: Option<&VideoSettings>) -> bool {
        let faces_user = |settings: &VideoSettings| settings.facing_mode == Some(FacingMode::User);
        match self {
            Self::Auto => settings.is_some_and(faces_user),
            Self::On => true,
            Self::Off => false,
        }
    }
}

/// The track has its device. Its [`VideoSettings`] and [`VideoCapabilities`], or those of an audio track, are on the
/// entity.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct TrackLive {
    /// The track.
    pub entity: Entity,
}

/// The request failed. The names of the errors are those of
/// [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia).
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct TrackFailed {
    /// The track.
    pub entity: Entity,
    /// The kind of device that was requested.
    pub kind: DeviceKind,
    /// The cause, and what to do next.
    pub error: MediaError,
}

/// A live track ended without the app stopping it: the device was unplugged or failed, or a file came to its end.
/// Triggered once.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct TrackEnded {
    /// The track.
    pub entity: Entity,
    /// The kind of the track's device.
    pub kind: DeviceKind,
    /// `None` if the source came to its end in the ordinary way.
    pub error: Option<MediaError>,
}

/// The device of a track that is muted because of its silence was opened again. The track stays [`Muted`] until a frame
/// arrives.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct DeviceReopened {
    /// The track.
    pub entity: Entity,
}

/// The device of a track that is muted because of its silence couldn't be opened again. The track stays [`Muted`], and
/// another attempt follows.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct DeviceReopenFailed {
    /// The track.
    pub entity: Entity,
    /// The cause, and what to do next.
    pub error: MediaError,
}

/// Changed constraints of a live track are in effect: its [`VideoSettings`] follow them
/// ([applyConstraints](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-applyconstraints)).
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct ConstraintsApplied {
    /// The track.
    pub entity: Entity,
}

/// Changed constraints of a live track can't be met. Its settings stay as they are, and its [`VideoConstraints`] are
/// set back to those in effect.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct ConstraintsRejected {
    /// The track.
    pub entity: Entity,
    /// [`Overconstrained`](crate::error::ErrorName::Overconstrained), with the constraint's name, if the device can't
    /// meet it.
    pub error: MediaError,
}

/// A frame was dropped because its bytes are corrupted, or because it is larger than the GPU's textures.
///
/// The track goes on; a track of a file without any good frame ends with the error of its last frame
/// ([`TrackEnded`]). If very many frames are corrupted, some are only counted ([`TrackStatistics::broken_frames`]).
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct FrameCorrupted {
    /// The track.
    pub entity: Entity,
    /// The cause.
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins((
        life::plugin,
        change::plugin,
        flip::plugin,
        reconnect::plugin,
        in_use::plugin,
        show::plugin,
    ))
    .register_type::<VideoTrack>()
    .register_type::<TrackSource>()
    .register_type::<FilePlayer>()
    .register_type::<DefaultSource>()
    .register_type::<TrackEnabled>()
    .register_type::<TrackImage>()
    .register_type::<CloneOf>()
    .register_type::<VideoCapabilities>()
    .register_type::<VideoConstraints>()
    .register_type::<VideoSettings>()
    .register_type::<TrackState>()
    .register_type::<TrackStatistics>()
    .register_type::<Mirroring>()
    .register_type::<AutoReconnect>()
    .register_type::<Muted>()
    .register_type::<PhotoCapabilities>()
    .register_type::<PhotoSettings>()
    .register_type::<HoldMode>()
    .register_type::<WhileMuted>()
    .register_type::<TrackLive>()
    .register_type::<TrackFailed>()
    .register_type::<TrackEnded>()
    .register_type::<DeviceReopened>()
    .register_type::<DeviceReopenFailed>()
    .register_type::<ConstraintsApplied>()
    .register_type::<ConstraintsRejected>()
    .register_type::<FrameCorrupted>()
    .register_type::<FlipCamera>();
}
