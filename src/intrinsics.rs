//! The intrinsics of cameras: how points of the world become pixels (feature `ar`).

use bevy::prelude::*;
use viewfinder_fiducial::Camera;

use crate::error::MediaError;

/// The focal length, the center and the lens distortion of a track's camera, for its frames as they are shown upright.
/// Beside a [`VideoTrack`](crate::track::VideoTrack).
///
/// They hold for frames of other sizes with the same aspect ratio.
///
/// ```
/// # use bevy::prelude::*;
/// # use bevy_viewfinder::{intrinsics::CameraIntrinsics, prelude::*};
/// # fn setup(mut commands: Commands) -> Result {
/// let intrinsics = CameraIntrinsics::from_fov(UVec2::new(1280, 720), 70f32.to_radians())?;
/// commands.spawn((VideoTrack, intrinsics));
/// # Ok(())
/// # }
/// ```
#[derive(Component, Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(opaque)]
#[reflect(Component, Debug, Clone, PartialEq)]
pub struct CameraIntrinsics {
    camera: Camera,
}

impl CameraIntrinsics {
    /// The intrinsics of a camera without distortion by its horizontal field of view in radians, for frames of this
    /// size.
    ///
    /// # Errors
    /// `Type` if a side is 0, or if the angle isn't between 0 and pi.
    pub fn from_fov(size: UVec2, horizontal: f32) -> Result<Self, MediaError> {
        Self::accept(Camera::from_fov(size.x, size.y, f64::from(horizontal)))
    }

    /// The intrinsics in the text of a calibration file of OpenCV, as YAML or JSON. The centers of OpenCV's pixels
    /// are converted.
    ///
    /// # Errors
    /// `Data` if the text isn't such a file, or if its numbers don't describe a camera.
    pub fn from_opencv_file(text: &str) -> Result<Self, MediaError> {
        let camera = Camera::from_opencv_file(text);
        camera.map(|camera| Self { camera }).map_err(|error| MediaError::data(error.to_string()))
    }

    /// The intrinsics of the camera with this model.
    ///
    /// # Errors
    /// `Type` if its numbers don't describe a camera.
    pub fn new(camera: Camera) -> Result<Self, MediaError> {
        Self::accept(camera.check().map(|()| camera))
    }

    fn accept(camera: Result<Camera, viewfinder_fiducial::FiducialError>) -> Result<Self, MediaError> {
        camera.map(|camera| Self { camera }).map_err(|error| MediaError::type_error(error.to_string()))
    }

    /// The model of the camera.
    pub fn camera(&self) -> &Camera {
        &self.camera
    }
}
