//! The faces in the frames of a track: landmarks, poses and expressions, and effects on faces (feature `face`).
//!
//! [`FaceTracking`] beside a track searches its frames, and keeps its [`FaceDetections`] up to date. An entity with a
//! [`Face`] is spawned for each face, and is moved with the head. [`FaceFound`] is triggered when it comes, so that an
//! app gives it children: glasses, a hat, a [`FaceMesh`] with a painted mask.
//!
//! ```
//! # use bevy::prelude::*;
//! use bevy_viewfinder::prelude::*;
//!
//! fn setup(mut commands: Commands) {
//!     let track = commands.spawn((VideoTrack, FaceTracking::new())).id();
//!     # #[cfg(feature = "ar")]
//!     commands.spawn((Camera3d::default(), CameraBackground::new(track)));
//! }
//!
//! fn dress(found: On<FaceFound>, mut commands: Commands, assets: Res<AssetServer>) {
//!     let mesh = Mesh3d(assets.load("glasses.glb#Mesh0/Primitive0"));
//!     // Between the eyes of an average head.
//!     commands.entity(found.entity).with_child((mesh, Transform::from_xyz(0.0, 0.03, 0.06)));
//! }
//! # bevy::ecs::system::assert_is_system(setup);
//! # App::new().add_observer(dress);
//! ```
//!
//! # Poses
//!
//! The [`Transform`] of a face has its origin in the middle of the head, x to the right of the image of a face that
//! looks into the camera, y up, and z out of the face, in meters. An average head is assumed: a child seems further
//! away than it is. What is drawn at the face still covers it on a `CameraBackground`.
//!
//! Poses need the [`CameraIntrinsics`] of the device, on the same entity as [`FaceTracking`]. The default is a field of
//! view of 60 degrees. The distortion of the lens is ignored. As the track has intrinsics, its `CameraBackground` has
//! the projection of the device.
//!
//! Heads hide what is behind them with a [`FaceMesh`] that has a `BackgroundOccluder` (feature `ar`).
//!
//! # Effects
//!
//! [`FaceBlur`] hides faces, [`BigEyes`] and [`BigHead`] change them. A track whose
//! [`EffectStack`](crate::effect::EffectStack) has one of them needs no component: the tracking begins and ends with
//! the effect, follows up to 16 faces, and spawns no entities.
//!
//! # Time
//!
//! On desktops a thread searches the newest frame, in 5 to 15 ms for a face. In browsers, which have one thread, it is
//! done in the app's frame, within [`FaceTracking::budget`] on average. The track shows each frame together with its
//! faces ([`FaceTracking::hold_frames`]). An image of an [`EffectInput`](crate::image_input::EffectInput) is shown at
//! once.
//!
//! Browsers fetch the models first: the track has a [`ModelDownload`](crate::models::ModelDownload) meanwhile.
//!
//! # Limits
//!
//! The search is made for people within two meters. A face must be about an eighth as wide as the frame to be found in
//! the whole frame. Smaller ones are found in parts of it, one in each search, and in still images not at all. While a
//! face is followed, one of ten frames is searched for others; with a [`FaceBlur`] in the stack it is each frame. Faces
//! that are turned by more than 45 degrees in the image aren't found.
//!
//! # Privacy
//!
//! Nothing leaves the machine, and nothing is stored: frames and landmarks are in memory until the next search, and
//! `Debug` and reflection don't show them. Nobody is recognized: a face that comes back after it was lost has a new id.
//! The law may still ask something of whoever points a camera at people: the README names what venues must mind.

mod big_eyes;
mod big_head;
mod blur;
mod life;
mod mesh;
mod place;
mod pose;
mod provide;
mod search;
mod shapes;

use std::{fmt, sync::Arc, time::Duration};

use bevy::{math::Isometry3d, platform::time::Instant, prelude::*};

pub use self::{
    big_eyes::BigEyes,
    big_head::BigHead,
    blur::{FaceBlur, FaceBlurKind, UnsearchedFrames},
    mesh::FaceMesh,
    shapes::FaceShapes,
};

use crate::{effect::EffectPlugin, error::MediaError, intrinsics::CameraIntrinsics};

/// The most faces that are followed at a time.
pub const MAX_FACES: usize = 16;

/// Finds and follows the faces in the frames of the track on the same entity, or of the
/// [`EffectInput`](crate::image_input::EffectInput).
///
/// The frames are searched before the track's effects, upright and not mirrored.
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component, Default, Clone, PartialEq)]
#[require(FaceDetections, CameraIntrinsics)]
#[non_exhaustive]
pub struct FaceTracking {
    /// The Bevy camera that the faces are placed in front of. `None` for the one with a `CameraBackground` of the same
    /// track, or else for a camera at the origin of the world that looks along -z.
    #[entities]
    pub camera: Option<Entity>,
    /// The most faces that are followed, from 1 to [`MAX_FACES`], 2 by default. Each takes time in each frame.
    pub max_faces: usize,
    /// The largest width and height of the frames that are searched, in pixels. Larger frames are scaled down.
    pub max_size: UVec2,
    /// Whether an entity with a [`Face`] is spawned for each face.
    pub spawn_faces: bool,
    /// Whether the landmarks are smoothed over time: faces at rest don't jitter, and those that move hardly lag.
    pub filter: bool,
    /// Whether the track shows a frame only after it was searched, so that faces and frames belong together. At most
    /// four frames wait, on the GPU, for at most two seconds. If it is `false`, each frame is shown at once, and faces
    /// that move are drawn late.
    pub hold_frames: bool,
    /// The time that the search may take in each sixtieth of a second, on average. Only in browsers: desktops search on
    /// another thread. While frames are held, it limits the frame rate of the track. Without a budget nothing is
    /// searched or held.
    pub budget: Duration,
}

impl Default for FaceTracking {
    fn default() -> Self {
        Self {
            camera: None,
            max_faces: 2,
            max_size: UVec2::new(640, 480),
            spawn_faces: true,
            filter: true,
            hold_frames: true,
            budget: Duration::from_millis(8),
        }
    }
}

impl FaceTracking {
    /// A tracking of up to two faces, in frames of up to 640x480 pixels.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the Bevy camera that the faces are placed in front of.
    #[must_use]
    pub fn camera(self, camera: Entity) -> Self {
        Self { camera: Some(camera), ..self }
    }

    /// Sets the most faces that are followed, from 1 to [`MAX_FACES`].
    #[must_use]
    pub fn max_faces(self, max_faces: usize) -> Self {
        Self { max_faces, ..self }
    }

    /// Sets the largest width and height of the frames that are searched, in pixels.
    #[must_use]
    pub fn max_size(self, max_size: UVec2) -> Self {
        Self { max_size, ..self }
    }

    /// Sets whether an entity with a [`Face`] is spawned for each face.
    #[must_use]
    pub fn spawn_faces(self, spawn_faces: bool) -> Self {
        Self { spawn_faces, ..self }
    }

    /// Sets whether the landmarks are smoothed over time.
    #[must_use]
    pub fn filter(self, filter: bool) -> Self {
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

/// The faces in the newest frame that a [`FaceTracking`] has searched, on its entity.
#[derive(Component, Clone, Debug, Default, PartialEq, Reflect)]
#[reflect(Component, Default, Clone, PartialEq)]
#[component(clone_behavior = Ignore)]
#[non_exhaustive]
pub struct FaceDetections {
    /// The faces, those first that were found first. A face that is out of view stays for half a second.
    pub faces: Vec<FaceDetection>,
    /// The size of the frame that was searched, in pixels.
    pub size: UVec2,
    /// The time of capture of the frame. `None` before the first, and after a failure.
    pub captured: Option<Instant>,
    /// The time that the search took.
    pub search_time: Duration,
}

/// A face in a frame. `Debug` and reflection leave the landmarks out, so that no log has them by accident.
#[derive(Clone, PartialEq, Reflect)]
#[reflect(Clone, PartialEq)]
#[non_exhaustive]
pub struct FaceDetection {
    /// The number of the face. It stays while the face is followed, and no later face of the same tracking gets it.
    pub id: u64,
    /// The rectangle around the landmarks, from the top left (0, 0) of the frame to the bottom right (1, 1). It may
    /// reach beyond the frame.
    pub bounds: Rect,
    /// The 468 landmarks in the order of MediaPipe's face mesh. x and y are from the top left (0, 0) of the upright
    /// frame that isn't mirrored to the bottom right (1, 1). z is in widths of the frame, about 0 in the middle of the
    /// head, and less toward the camera.
    #[reflect(ignore)]
    pub landmarks: Arc<[Vec3]>,
    /// The landmarks as points of the head, in meters, in the axes of the [`Face`]'s [`Transform`]. Empty without a
    /// pose.
    #[reflect(ignore)]
    pub surface: Arc<[Vec3]>,
    /// The expression.
    pub expressions: FaceExpressions,
    /// The pose of the head relative to the Bevy camera, which looks along -z, with x to the right and y up. `None` if
    /// the [`CameraIntrinsics`] don't fit the frame, or no pose follows from the landmarks.
    pub pose: Option<Isometry3d>,
    /// The time of capture of the frame in which the face was seen last.
    pub captured: Instant,
}

impl fmt::Debug for FaceDetection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, bounds, landmarks: _, surface: _, expressions, pose, captured } = self;
        let mut fields = formatter.debug_struct("FaceDetection");
        fields.field("id", id).field("bounds", bounds).field("expressions", expressions);
        fields.field("pose", pose).field("captured", captured).finish_non_exhaustive()
    }
}

/// A face that a [`FaceTracking`] follows. It spawns the entity when the face is found, and despawns it with its
/// children when the face is lost. The entity has a [`FacePose`] and [`FaceExpressions`].
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
#[reflect(Component, Clone, PartialEq)]
#[require(Transform, Visibility)]
#[non_exhaustive]
pub struct Face {
    /// The entity of the [`FaceTracking`].
    #[entities]
    pub tracker: Entity,
    /// The [id](FaceDetection::id) of the face.
    pub id: u64,
}

/// The pose of a [`Face`]'s head, relative to the camera. The entity's [`Transform`] follows it.
///
/// The camera looks along -z, with x to the right and y up, as Bevy's cameras do. The unit is a meter.
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Component, Clone, PartialEq)]
#[non_exhaustive]
pub struct FacePose {
    /// The pose.
    pub pose: Isometry3d,
    /// The time of capture of the frame in which the face was seen.
    pub captured: Instant,
}

/// The expression of a [`Face`], as numbers from 0 to 1. Left and right are the person's own.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Reflect)]
#[reflect(Component, Default, Clone, PartialEq)]
#[non_exhaustive]
pub struct FaceExpressions {
    /// How far the mouth is open.
    pub mouth_open: f32,
    /// How far the left eye is closed.
    pub left_eye_closed: f32,
    /// How far the right eye is closed.
    pub right_eye_closed: f32,
    /// How much the face smiles.
    pub smile: f32,
}

/// A face came into view. Triggered on its entity, which has a [`Face`], when it was spawned.
#[derive(EntityEvent, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct FaceFound {
    /// The entity of the [`Face`].
    pub entity: Entity,
}

/// A face was out of view for half a second, or isn't followed any more. Triggered on its entity, which is despawned
/// after that.
#[derive(EntityEvent, Clone, Copy, Debug, PartialEq, Eq, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct FaceLost {
    /// The entity of the [`Face`].
    pub entity: Entity,
}

/// Faces can't be searched, or have no poses. Triggered on the entity of the [`FaceTracking`]. Insert it again to try
/// again.
#[derive(EntityEvent, Clone, Debug, Reflect)]
#[reflect(Event)]
#[non_exhaustive]
pub struct FaceTrackingFailed {
    /// The entity.
    pub entity: Entity,
    /// `NotFound` if the entity has no frames, or the file of a model isn't there. `Data` if that file isn't a model
    /// for the task. `NotSupported` in an app without a renderer. `Operation` if a model can't be fetched (see
    /// [`models`](crate::models#downloads)), or if the search can't be started, or panicked. `Type` for
    /// [`CameraIntrinsics`] of another aspect ratio than the frames': the search goes on without poses.
    pub error: MediaError,
}

pub(crate) fn plugin(app: &mut App) {
    app.add_plugins((
        EffectPlugin::<FaceBlur>::builtin(),
        EffectPlugin::<BigEyes>::builtin(),
        EffectPlugin::<BigHead>::builtin(),
        life::plugin,
        place::plugin,
        mesh::plugin,
        provide::plugin,
    ))
    .register_type::<FaceTracking>()
    .register_type::<FaceDetections>()
    .register_type::<Face>()
    .register_type::<FacePose>()
    .register_type::<FaceExpressions>()
    .register_type::<FaceMesh>()
    .register_type::<FaceFound>()
    .register_type::<FaceLost>()
    .register_type::<FaceTrackingFailed>();
}
