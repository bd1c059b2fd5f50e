//! AprilTag and ArUco markers.
#![forbid(unsafe_code)]

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
