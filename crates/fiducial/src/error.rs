//! The error type.

use std::fmt;

/// A failure of this crate.
///
/// `Display` gives one line: what failed, why, and what to do next.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum FiducialError {
    /// The bytes don't make an image of this size.
    Image {
        /// The width, in pixels.
        width: usize,
        /// The height, in pixels.
        height: usize,
        /// The cause.
        reason: String,
    },
    /// The codes don't make a family.
    Family {
        /// The name of the family.
        name: String,
        /// The cause.
        reason: String,
    },
    /// The numbers don't describe a camera.
    Camera(String),
    /// No pose follows from these points.
    Pose(String),
    /// The views don't determine the camera.
    Calibration(String),
    /// The text isn't a calibration file.
    File(String),
}

impl fmt::Display for FiducialError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Image { width, height, reason } => {
                write!(f, "the bytes don't make an image of {width}x{height}: {reason}")
            }
            Self::Family { name, reason } => write!(f, "{name:?} isn't a family of markers: {reason}"),
            Self::Camera(reason) => write!(f, "the numbers don't describe a camera: {reason}"),
            Self::Pose(reason) => write!(f, "no pose follows from the points: {reason}"),
            Self::Calibration(reason) => write!(f, "the views don't determine the camera: {reason}"),
            Self::File(reason) => write!(f, "the text isn't a calibration file: {reason}"),
        }
    }
}

impl std::error::Error for FiducialError {}
