//! People in camera frames, on device: the mask of a person, the landmarks of faces, head poses and expressions.
//!
//! The models are MediaPipe's, and [`rten`](https://docs.rs/rten) runs them in Rust, natively and in browsers.
//!
//! - A [`PersonSegmenter`] separates people from the background (feature `person`).
//! - A [`FaceTracker`] follows several faces (feature `face`): [`FaceDetector`] finds them, [`FaceLandmarker`] locates
//!   468 [landmarks](FaceLandmarks) of each, and [`Expressions`] are numbers for mouth, eyes and smile.
//! - [`estimate_head_pose`] gives the pose of a head, seen by a [`Pinhole`] camera, and [`head_geometry`] the surface
//!   of the face in meters. [`canonical`] is the mesh that paintings for faces are made for.
//!
//! ```
//! # #[cfg(all(feature = "embedded", feature = "face"))] {
//! use viewfinder_people::{
//!     FaceDetector, FaceLandmarker, FaceTracker, ImageView, Model, ModelKind, Pinhole, PixelFormat, Workers,
//!     estimate_head_pose,
//! };
//!
//! let workers = Workers::default();
//! let mut tracker = FaceTracker::new(
//!     FaceDetector::new(Model::embedded(ModelKind::FaceDetection, &workers)?)?,
//!     FaceLandmarker::new(Model::embedded(ModelKind::FaceLandmarks, &workers)?)?,
//! );
//! // A camera frame, here without a face.
//! let pixels = vec![128; 640 * 480 * 4];
//! let image = ImageView::packed(640, 480, PixelFormat::Rgba, &pixels)?;
//! let camera = Pinhole::from_fov(640, 480, 60f64.to_radians())?;
//!
//! tracker.update(0.0, &image)?;
//! for face in tracker.faces() {
//!     let pose = estimate_head_pose(&face.landmarks, &camera)?;
//!     println!("face {} at {:?} m, smile {}", face.id, pose.translation, face.expressions.smile);
//! }
//! assert!(tracker.faces().is_empty());
//! # }
//! # Ok::<(), viewfinder_people::PeopleError>(())
//! ```
//!
//! # Privacy
//! This crate opens no connection and no file. It keeps no image, and landmarks only until the next update or until the
//! object is dropped. It can't recognize anyone: ids are numbers that count up. An app that watches faces still has
//! duties: the README names them.
//!
//! # Conventions
//! Points of an image are in pixels, or in uv from 0 to 1, with x to the right and y down. The camera looks along +z,
//! with x to the right and y down. On a head x is to the right of an image in which the face looks into the camera, y
//! is up, and z is out of the face, in meters. Left and right eyes are the person's own.
//!
//! # Work per frame
//! A model runs on the threads of its [`Workers`], and the caller waits. Each object keeps its buffers. The work of an
//! update is bounded by [`FaceTrackerConfig`]: one search, and two runs of the landmarks' model for each face.
//!
//! # Features
//! - `person` and `face`: the two uses. Each brings its operators alone.
//! - `embedded`: the models inside the program, 0.46 MB for `person` and 1.4 MB for `face`. Without it, the app brings
//!   their bytes for [`Model::load`].

#![forbid(unsafe_code)]
#![warn(missing_docs, missing_debug_implementations)]
// Without a use there is no model, and nothing to do.
#![cfg_attr(
    not(any(feature = "face", feature = "person")),
    allow(dead_code, unreachable_code, unused_variables)
)]

mod error;
#[cfg(feature = "face")]
mod face;
mod image;
#[cfg(feature = "face")]
mod linear;
mod model;
#[cfg(feature = "person")]
mod person;

pub use error::{ModelProblem, PeopleError};
#[cfg(feature = "face")]
pub use face::{
    Bounds, DetectorConfig, Expressions, Face, FaceDetection, FaceDetector, FaceEvent, FaceLandmarker,
    FaceLandmarks, FaceRegion, FaceTracker, FaceTrackerConfig, FilterConfig, HeadAngles, HeadPose, KeyPoint,
    LANDMARKS, Pinhole, canonical, estimate_head_pose, head_geometry,
};
pub use image::{ImageView, PixelFormat};
pub use model::{Model, ModelKind, Workers};
#[cfg(feature = "person")]
pub use person::{MaskSize, PersonSegmenter};

/// The example of the README.
#[cfg(all(doctest, feature = "embedded", feature = "face", feature = "person"))]
#[doc = include_str!("../README.md")]
struct Readme;
