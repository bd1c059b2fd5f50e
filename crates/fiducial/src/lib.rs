//! AprilTag and ArUco markers in safe Rust: detection, poses, tracking and camera calibration, without dependencies.
//!
//! - A [`Detector`] finds the markers of an image: their ids, and their corners to a fraction of a pixel.
//! - [`estimate_pose`] and [`estimate_board_pose`] give the pose of a marker or of a [`Board`], seen by a [`Camera`].
//! - A [`Tracker`] follows markers over time: found and lost, one of two poses, and smooth motion.
//! - [`calibrate`] determines a camera by views of a board. [`Camera::from_opencv_file`] reads the files of OpenCV.
//!
//! ```
//! use viewfinder_fiducial::{Camera, Detector, GrayImage, Tracker, estimate_pose, families};
//!
//! // A camera frame: here a printed marker of 8 cm, drawn with 4 pixels a cell.
//! let (side, pixels) = families::TAG_36H11.render(42).expect("the family has 587 ids").to_gray(4);
//! let image = GrayImage::packed(side as usize, side as usize, &pixels)?;
//! let camera = Camera::from_fov(side, side, 60f64.to_radians())?;
//!
//! let mut detector = Detector::new(&[&families::TAG_36H11]);
//! let mut tracker = Tracker::default();
//! for frame in 0..2 {
//!     let mut sightings = Vec::new();
//!     for detection in detector.detect(&image) {
//!         sightings.push((detection.id, estimate_pose(&detection.corners, 0.08, &camera)?));
//!     }
//!     tracker.update(f64::from(frame) / 30.0, &sightings);
//! }
//! let track = tracker.visible(42).expect("the marker was in two frames");
//! let [x, y, z] = track.pose.translation;
//! assert!(x.abs() < 1e-3 && y.abs() < 1e-3 && (z - 0.0866).abs() < 1e-3, "in meters: {x} {y} {z}");
//! # Ok::<(), viewfinder_fiducial::FiducialError>(())
//! ```
//!
//! # Conventions
//! Points of an image are in pixels, x to the right and y down, and the center of the first pixel is (0.5, 0.5). The
//! camera looks along +z, with x to the right and y down. On a marker x is to the right, y up, and z toward the viewer,
//! as in OpenCV's `aruco`. Corners begin with the marker's top left one and go clockwise, as the marker is printed
//! upright.
//!
//! # Work per frame
//! Everything runs on the caller's thread. The time of a frame grows with its pixels and with the detail in it, and
//! [`DetectorConfig`] bounds it: squares beyond `max_squares` are left out, the smallest ones first.

#![forbid(unsafe_code)]
#![warn(missing_docs, missing_debug_implementations)]

mod board;
mod calibration;
mod camera;
mod detector;
mod error;
mod family;
mod geometry;
mod image;
mod linear;
mod opencv_file;
mod pose;
mod tracker;

pub use board::{Board, BoardMarker};
pub use calibration::{Calibration, DistortionModel, PointPair, View, calibrate};
pub use camera::{Camera, Distortion};
pub use detector::{Detection, Detector, DetectorConfig};
pub use error::FiducialError;
pub use family::{Family, Modules, families};
pub use image::GrayImage;
pub use pose::{Candidate, Pose, PoseEstimate, estimate_board_pose, estimate_pose};
pub use tracker::{FilterConfig, Track, TrackEvent, Tracker, TrackerConfig};

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
