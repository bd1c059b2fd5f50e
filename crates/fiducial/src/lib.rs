//! AprilTag and ArUco markers.
#![forbid(unsafe_code)]

mod detector;
mod error;
mod family;
mod geometry;
mod image;

pub use detector::{Detection, Detector, DetectorConfig};
pub use error::FiducialError;
pub use family::{Family, Modules, families};
pub use image::GrayImage;
