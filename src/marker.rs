//! Markers of the real world: AprilTag and ArUco markers in the frames of a track, as entities with a pose (feature
//! `ar`).
//!
//! [`MarkerTracker`] beside a track searches its frames. An entity with a [`Marker`] or a [`MarkerBoard`] is moved to
//! where it is seen, shown while it is visible, and hidden while it isn't. Children come along.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::{marker::*, prelude::*};
//!
//! fn setup(mut commands: Commands) {
//!     let tracker = commands.spawn((VideoTrack, MarkerTracker::new())).id();
//!     commands.spawn((Camera3d::default(), CameraBackground::new(tracker)));
//!     // A printed marker of the family tag36h11 with the id 7, whose dark square is 8 cm wide.
//!     commands
//!         .spawn(Marker::new(tracker, 7, 0.08))
//!         .observe(|found: On<MarkerFound>| info!("{} is in view", found.entity))
//!         .observe(|lost: On<MarkerLost>| info!("{} is out of view", lost.entity));
//! }
//! # bevy::ecs::system::assert_is_system(setup);
//! ```
//!
//! # Poses
//!
//! The [`Transform`] of a marker has its origin in the middle of the dark square, x to the right and y up on the paper,
//! and z out of the paper toward the viewer. Its unit is that of the marker's size: with meters it fits to Bevy's
//! lights and physics. The scale stays as the app sets it.
//!
//! Poses need the [`CameraIntrinsics`] of the device, on the tracker's entity. The default is a field of view of 60
//! degrees, which is wrong by a few percent for most webcams: markers are then placed too near or too far, and still
//! cover what they should on a [`CameraBackground`](crate::background::CameraBackground).
//!
//! A marker that faces the camera and is small in the frame looks nearly the same in two poses. Until a frame tells
//! them apart, at most 10 frames, a new marker isn't found yet.
//!
//! # Time
//!
//! On desktops a thread of the tracker searches the newest frame. In browsers, which have one thread, the search runs
//! in the app's frame, within [`MarkerTracker::budget`] on average. Frames that come meanwhile are skipped.
//! [`MarkerDetections`] has the time of capture of the frame that was searched.
//!
//! The track shows each frame together with the poses of its markers, a few frames of the app after it arrived
//! ([`MarkerTracker::hold_frames`]). So what is drawn at a marker lies on it while it moves. An image of an
//! [`EffectInput`](crate::image_input::EffectInput) is shown at once.

mod board;
mod check;
mod family;
mod life;
mod place;
mod plan;
mod search;

use std::time::Duration;

use bevy::{math::Isometry3d, platform::time::Instant, prelude::*};

pub use self::{
    board::{BoardMarker, MarkerBoard},
    family::{MarkerFamily, marker_image},
};
pub use viewfinder_fiducial::{Family, FiducialError, families};

use crate::{error::MediaError, intrinsics::CameraIntrinsics};

/// Searches the frames of the track on the same entity, or of the [`EffectInput`](crate::image_input::EffectInput), for
/// [`Marker`]s and [`MarkerBoard`]s.
///
/// The frames are searched before the track's effects, upright and not mirrored.
#[derive(Component, Clone, Debug, PartialEq, Reflect)]
#[reflect(Component, Default)]
#[require(MarkerDetections, CameraIntrinsics)]
#[non_exhaustive]
pub struct MarkerTracker {
    /// The Bevy camera that the markers are placed in front of. `None` for the one with a
    /// [`CameraBackground`](crate::background::CameraBackground) of the same track, or else for a camera at the origin
    /// of the world that looks along -z.
    #[entities]
    pub camera: Option<Entity>,
    /// The families that are searched. Those of the tracker's markers and boards are searched too.
    pub families: Vec<MarkerFamily>,
    /// The side of the dark square of markers that no entity asks for. An entity with a [`Marker`] is spawned for each
    /// one that is found. `None` spawns none.
    pub spawn_size: Option<f32>,
    /// The largest width and height of the frames that are searched, in pixels. Larger frames are scaled down.
    pub max_size: UVec2,
    /// The filter of the poses. `None` gives the poses as they were measured.
    pub filter: Option<MarkerFilter>,
    /// Whether the track shows a frame only after it was searched, so that markers and frames belong together. A frame
    /// that isn't searched isn't shown, except after two seconds. At most four frames wait, on the GPU. If it is
    /// `false`, each frame is shown at once, and markers that move are drawn late.
    pub hold_frames: bool,
    /// The time that the search may take in each sixtieth of a second, on average. Only in browsers: desktops search
    /// on another thread. While frames are held, it limits the frame rate of the track. Without a budget nothing is
    /// searched or held.
    pub budget: Duration,
}

impl Default for MarkerTracker {
    fn default() -> Self {
        Self {
            camera: None,
            families: Vec::new(),
            spawn_size: None,
            max_size: UVec2::new(1280, 720),
            filter: Some(MarkerFilter::default()),
            hold_frames: true,
            budget: Duration::from_millis(6),
        }
    }
}

impl MarkerTracker {
    /// A tracker of the markers and boards that name it, in frames of up to 1280x720 pixels.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the Bevy camera that the markers are placed in front of.
    #[must_use]
    pub fn camera(self, camera: Entity) -> Self {
        Self { camera: Some(camera), ..self }
    }

    /// Adds a family that is searched.
    #[must_use]
    pub fn family(mut self, family: impl Into<MarkerFamily>) -> Self {
        self.families.push(family.into());
        self
    }

    /// Spawns an entity with a [`Marker`] for each marker that no entity asks for. `size` is the side of their dark
    /// squares.
    #[must_use]
    pub fn spawn_size(self, size: f32) -> Self {
        Self { spawn_size: Some(size), ..self }
    }

    /// Sets the largest width and height of the frames that are searched, in pixels.
    #[must_use]
    pub fn max_size(self, max_size: UVec2) -> Self {
        Self { max_size, ..self }
    }

    /// Sets the filter of the poses.
    #[must_use]
    pub fn filter(self, filter: Option<MarkerFilter>) -> Self {
        Self { filter, ..self }
    }

    /// Sets whether the track shows a frame only after it was searched.
    #[must_use]
    pub fn hold_frames(self, hold_frames: bool) -> Self {
        Self { hold_frames, ..self }
    }

    /// Sets the time that the search may take in each sixtieth of a second in a browser.
    #[must_use]
    pub fn budget(self, budget: Duration) -> Self {
        Self { budget, ..self }
    }
}

/// The 1-euro filter of poses (Casiez, Roussel and Vogel, 2012): a low pass whose cutoff rises with the speed.
///
/// The cutoff is `min_cutoff + beta * speed`. There are three speeds, in radians per second: that of the rotation; that
/// of the distance, divided by the distance; and ten times that of the place in the frame. To choose the values: hold a
/// marker still and lower `min_cutoff` until it doesn't jitter. Then move it fast and raise `beta` until it doesn't
/// lag.
#[derive(Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Default, Clone, PartialEq)]
pub struct MarkerFilter {
    /// The cutoff at rest, in Hz.
    pub min_cutoff: f32,
    /// The rise of the cutoff with the speed, in Hz per radian per second.
    pub beta: f32,
    /// The cutoff of the speed, in Hz.
    pub speed_cutoff: f32,
}

impl Default for MarkerFilter {
    fn default() -> Self {
        Self { min_cutoff: 1.5, beta: 20.0, speed_cutoff: 2.0 }
    }
}

/// A marker that a [`MarkerTracker`] searches for. Its entity gets a [`MarkerPose`] while it is visible.
///
/// Several entities may ask for the same marker.
#[derive(Component, Clone, Debug, PartialEq, Reflect)]
#[reflect(Component)]
#[require(Transform, Visibility::Hidden)]
#[non_exhaustive]
pub struct Marker {
    /// The entity of the [`MarkerTracker`].
    #[entities]
    pub tracker: Entity,
    /// The family.
    pub family: MarkerFamily,
    /// The id in the family.
    pub id: u32,
    /// The side of the dark square, usually in meters.
    pub size: f32,
}

impl Marker {
    /// A marker of the family tag36h11. `size` is the side of its dark square.
    pub fn new(tracker: Entity, id: u32, size: f32) -> Self {
        Self { tracker, family: MarkerFamily::default(), id, size }
    }

    /// Sets the family.
    #[must_use]
    pub fn family(self, family: impl Into<MarkerFamily>) -> Self {
        Self { family: family.into(), ..self }
    }
}

/// The pose of a [`Marker`] or a [`MarkerBoard`], relative to the camera. It is on the entity while the marker is
/// visible.
///
/// The camera looks along -z, with x to the right and y up, as Bevy's cameras do.
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component)]
#[non_exhaustive]
pub struct MarkerPose {
    /// The pose after the filter. The entity's [`Transform`] follows it.
    pub pose: Isometry3d,
    /// The pose as it was measured.
    pub measured: Isometry3d,
    /// The time of capture of the frame in which the marker was seen.
    pub captured: Instant,
}

/// The markers in the newest frame that a [`MarkerTracker`] has searched, on the tracker's entity.
#[derive(Component, Clone, Debug, Default, PartialEq, Reflect)]
#[reflect(Component, Default)]
#[non_exhaustive]
pub struct MarkerDetections {
    /// The markers, from the largest to the smallest, whether or not an entity asks for them.
    pub markers: Vec<MarkerDetection>,
    /// The size of the frame that was searched, in pixels.
    pub size: UVec2,
    /// The time of capture of the frame. `None` before the first.
    pub captured: Option<Instant>,
    /// The time that the search took.
    pub search_time: Duration,
}

/// A marker in a frame.
#[derive(Clone, Debug, PartialEq, Reflect)]
#[reflect(Clone, PartialEq)]
#[non_exhaustive]
pub struct MarkerDetection {
    /// The family.
    pub family: MarkerFamily,
    /// The id in the family.
    pub id: u32,
    /// The marker's top left, top right, bottom right and bottom left corner, as it is printed upright. In the frame
    /// from the top left (0, 0) to the bottom right (1, 1).
    pub corners: [Vec2; 4],
}

/// A marker or a board came into view: it was in two of three frames. Triggered on its entity.
#[derive(EntityEvent, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct MarkerFound {
    /// The entity of the [`Marker`] or [`MarkerBoard`].
    pub entity: Entity,
}

/// A marker or a board went out of view: it was missing in two of three frames, or the track has ended. Triggered on
/// its entity.
#[derive(EntityEvent, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct MarkerLost {
    /// The entity of the [`Marker`] or [`MarkerBoard`].
    pub entity: Entity,
}

/// A marker or a board can't be searched for, or a tracker can't search. Triggered on its entity.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct MarkerFailed {
    /// The entity of the [`Marker`], the [`MarkerBoard`] or the [`MarkerTracker`].
    pub entity: Entity,
    /// `Type` for a size or an id that can't be, and for [`CameraIntrinsics`] of another aspect ratio than the frames'.
    /// `NotFound` if there is no such tracker or track. `Operation` if the search can't be started, or panicked.
    pub error: MediaError,
}

/// The entity of the tracker that a marker or a board names.
fn tracker_of((marker, board): (Option<&Marker>, Option<&MarkerBoard>)) -> Option<Entity> {
    marker.map(|marker| marker.tracker).or(board.map(|board| board.tracker))
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins((life::plugin, check::plugin, place::plugin))
        .register_type::<MarkerTracker>()
        .register_type::<Marker>()
        .register_type::<MarkerBoard>()
        .register_type::<MarkerPose>()
        .register_type::<MarkerDetections>()
        .register_type::<MarkerFound>()
        .register_type::<MarkerLost>()
        .register_type::<MarkerFailed>();
}
