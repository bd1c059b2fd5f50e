//! A camera track is an entity: spawn it and a camera is asked for, despawn it and the camera is let go.
//!
//! [`VideoTrack`] is the request, and stays on the entity as long as the track lives. What the track is doing
//! stands beside it: [`TrackState`], once it is live [`VideoSettings`](crate::constraint::VideoSettings) and
//! [`VideoCapabilities`], what it has counted [`TrackStatistics`], and its picture [`TrackImage`]. What happens to it comes
//! as entity events: [`TrackLive`], [`TrackFailed`], [`TrackEnded`], [`ConstraintsApplied`], [`ConstraintsRefused`],
//! [`FrameBroken`].
//!
//! Terms are those of
//! [Media Capture and Streams](https://www.w3.org/TR/mediacapture-streams/#mediastreamtrack).

mod change;
mod copy;
mod diagnostics;
mod flip;
mod image;
mod life;
mod material;
mod returning;
mod show;
mod statistics;
mod usage;

use bevy::{prelude::*, render::sync_world::SyncToRenderWorld};

pub use copy::CloneOf;
pub use diagnostics::TrackDiagnosticsPlugin;
pub use flip::FlipCamera;
pub use image::TrackImage;
pub use material::TrackMaterialPlugin;
pub use returning::ReturnsWithDevice;
pub use show::{ShowTrack, ShownBy};
pub use statistics::TrackStatistics;
pub use usage::CameraUse;

pub use crate::report::MuteReason;
pub(crate) use image::{ImageFormats, black, resize};
pub(crate) use life::Capturing;

use crate::{
    constraint::{VideoCapabilities, VideoConstraints},
    error::MediaError,
};

/// Asks for a camera, and is its track for as long as it stays on its entity.
///
/// The camera is chosen by the [`VideoConstraints`] beside it, among the machine's own cameras or those of the
/// [`TrackSource`](crate::source::TrackSource) beside it. Changing the constraints of a live track changes its
/// settings, on the same device ([`ConstraintsApplied`], [`ConstraintsRefused`]). Inserting `VideoTrack` again asks
/// again: after a failure, for another device, with another source. Removing it, or despawning the entity, stops the track and lets the
/// device go without an event ([`MediaStreamTrack.stop()`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-stop)).
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
#[require(VideoConstraints, TrackState, TrackEnabled, TrackStatistics, Mirrored, SyncToRenderWorld)]
pub struct VideoTrack;

/// Whether the track has a camera yet, or no longer
/// ([`readyState`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-readystate), and the time before it).
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub enum TrackState {
    /// A device is being asked for.
    #[default]
    Pending,
    /// Frames come, or will.
    Live,
    /// No more frames will come: stopped, failed, or the device went. Final, until [`VideoTrack`] is inserted anew.
    Ended,
}

/// Whether the app wants to see the track's picture now
/// ([`enabled`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-enabled)). While it is off the track is
/// black, and so are its photos; a device whose tracks are all off is let go of after a second, and taken again when one is
/// on. Where it can't be taken again, the track ends.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub struct TrackEnabled(pub bool);

impl Default for TrackEnabled {
    fn default() -> Self {
        Self(true)
    }
}

/// A live track has this component for as long as its source sends no frames
/// ([`muted`](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-muted)). The app can't change it, only
/// observe `On<Add, Muted>` and `On<Remove, Muted>`.
///
/// A track that is muted by its [source](MuteReason::Source) is black. One that is muted because its device fell
/// [silent](MuteReason::Silence) shows what [`WhileMuted`] says, its last frame by default, and the device is opened again
/// after 3, 6, 12 ... at most 60 seconds ([`DeviceReopened`], [`DeviceReopenFailed`]) until a frame arrives. If the device
/// is gone meanwhile, or may not be used any more, the track ends.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub struct Muted {
    /// Why no frames arrive.
    pub reason: MuteReason,
}

/// The output of a track while its device is silent ([`MuteReason::Silence`]). A track without this component holds its
/// last frame.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub enum WhileMuted {
    /// The last frame.
    #[default]
    Hold,
    /// Black, until the next frame.
    Black,
}

/// Whether the picture is shown left to right, as in a mirror: what people expect of their own picture. Photos
/// are not mirrored.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub enum Mirrored {
    /// Mirrored where the camera looks at the user.
    #[default]
    Auto,
    /// Mirrored.
    Yes,
    /// As the camera sees it.
    No,
}

/// The track has its device and runs with the settings that now stand beside it.
#[derive(EntityEvent, Clone, Debug, Reflect)]
pub struct TrackLive {
    /// The track.
    pub entity: Entity,
}

/// No device could be had. The names are those of
/// [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia).
#[derive(EntityEvent, Clone, Debug, Reflect)]
pub struct TrackFailed {
    /// The track.
    pub entity: Entity,
    /// Why, and what to do about it.
    pub error: MediaError,
}

/// A live track ended, and not because the app stopped it: the device was unplugged or broke, or a file came to
/// its end. It comes once.
#[derive(EntityEvent, Clone, Debug, Reflect)]
pub struct TrackEnded {
    /// The track.
    pub entity: Entity,
    /// What went wrong; nothing where the source simply came to its end.
    pub error: Option<MediaError>,
}

/// The device of a track that is muted because of its silence was opened again. The track stays [`Muted`] until a frame
/// arrives.
#[derive(EntityEvent, Clone, Debug, Reflect)]
pub struct DeviceReopened {
    /// The track.
    pub entity: Entity,
}

/// The device of a track that is muted because of its silence couldn't be opened again. The track stays [`Muted`], and
/// another attempt follows.
#[derive(EntityEvent, Clone, Debug, Reflect)]
pub struct DeviceReopenFailed {
    /// The track.
    pub entity: Entity,
    /// Why, and what to do about it.
    pub error: MediaError,
}

/// Constraints that were changed on a live track hold: its [`VideoSettings`](crate::constraint::VideoSettings) follow
/// them ([applyConstraints](https://www.w3.org/TR/mediacapture-streams/#dom-mediastreamtrack-applyconstraints)).
#[derive(EntityEvent, Clone, Debug, Reflect)]
pub struct ConstraintsApplied {
    /// The track.
    pub entity: Entity,
}

/// Constraints that were changed on a live track can't be met. Its settings stay as they are, and its
/// [`VideoConstraints`] are again those that hold.
#[derive(EntityEvent, Clone, Debug, Reflect)]
pub struct ConstraintsRefused {
    /// The track.
    pub entity: Entity,
    /// Why: [`Overconstrained`](crate::error::ErrorName::Overconstrained), with the constraint's name, where the device
    /// can't do it.
    pub error: MediaError,
}

/// A frame was dropped because its bytes aren't what they say they are, or because it is larger than the GPU's
/// textures. The track goes on; one of a file that has no good frame ends with the error of the last
/// ([`TrackEnded`]). When very many frames are broken, some are only counted ([`TrackStatistics::broken_frames`]).
#[derive(EntityEvent, Clone, Debug, Reflect)]
pub struct FrameBroken {
    /// The track.
    pub entity: Entity,
    /// What is wrong with it.
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins((
        life::plugin,
        change::plugin,
        flip::plugin,
        returning::plugin,
        usage::plugin,
        show::plugin,
    ))
    .register_type::<VideoTrack>()
    .register_type::<TrackEnabled>()
    .register_type::<CloneOf>()
    .register_type::<VideoCapabilities>()
    .register_type::<TrackState>()
    .register_type::<TrackStatistics>()
    .register_type::<Mirrored>()
    .register_type::<ReturnsWithDevice>()
    .register_type::<Muted>()
    .register_type::<WhileMuted>();
}
