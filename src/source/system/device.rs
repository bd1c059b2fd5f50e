//! Cameras of `viewfinder-cameras` as devices of a source.

use viewfinder_cameras::{Camera, Error, Position, Selection, Stream as CameraStream, Transport};

use super::{error::media_error, format, stream::SystemStream};
use crate::{
    device::{Device, DeviceId, FacingMode, NativeMode},
    error::MediaError,
    frame::FramePool,
    source::Stream,
};

/// The description of a camera.
pub(in crate::source) fn device(camera: &Camera) -> Device {
    Device {
        id: DeviceId(camera.id.clone()),
        label: camera.name.clone(),
        facing_mode: camera.position.map(|position| match position {
            Position::Front => FacingMode::User,
            Position::Back => FacingMode::Environment,
        }),
        modes: format::modes(camera),
        ..Device::default()
    }
}

/// A virtual camera may be without a picture: a real one is the better default.
pub(in crate::source) fn virtual_last(mut cameras: Vec<Camera>) -> Vec<Camera> {
    cameras.sort_by_key(|camera| camera.transport == Transport::Virtual);
    cameras
}

/// The camera of an id: the known one, unless its formats aren't known, or else that of a new list.
///
/// # Errors
/// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) if it isn't connected, and those of the list.
pub(in crate::source) fn find_camera(
    id: &DeviceId,
    known: &[Camera],
    list: impl FnOnce() -> Result<Vec<Camera>, MediaError>,
) -> Result<Camera, MediaError> {
    let is_it = |camera: &&Camera| camera.id == id.0;
    if let Some(camera) = known.iter().find(is_it).filter(|camera| !camera.formats.is_empty()) {
        return Ok(camera.clone());
    }
    list()?.iter().find(is_it).cloned().ok_or_else(|| {
        MediaError::not_found(format!("{id} is not connected: plug it in and list the devices again"))
    })
}

/// Opens a camera in one of its modes, by this function.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if it has no such mode, and those of the
/// function.
pub(in crate::source) fn open_camera(
    camera: Camera,
    mode: &NativeMode,
    pool: &FramePool,
    open: impl FnOnce(&Camera, &Selection) -> Result<CameraStream, Error>,
) -> Result<Box<dyn Stream>, MediaError> {
    let chosen = format::choose(&camera, mode).ok_or_else(|| {
        MediaError::not_supported(format!(
            "{} doesn't support {:?} with {}x{} at {} Hz: open one of the modes that it lists",
            camera.name, mode.format, mode.size.x, mode.size.y, mode.frame_rate
        ))
    })?;
    let stream = open(&camera, &chosen).map_err(|error| media_error(&camera.name, &error))?;
    Ok(Box::new(SystemStream::new(camera, stream, *mode, pool.clone())))
}

/// A camera of this id with this many formats.
#[cfg(test)]
pub(super) fn test_camera(id: &str, transport: Transport, formats: usize) -> Camera {
    let mut camera = Camera::new(id, format!("camera {id}"));
    camera.transport = transport;
    camera.formats = (0..formats)
        .map(|index| viewfinder_cameras::Format {
            index,
            code: viewfinder_cameras::PixelCode::four_cc(*b"NV12"),
            width: 640,
            height: 480,
            rates: vec![viewfinder_cameras::RateRange::new(30.0, 30.0)],
            color: viewfinder_cameras::Color::default(),
            stride: None,
        })
        .collect();
    camera
}

#[cfg(test)]
mod tests {
    use super::{test_camera as camera, *};

    fn ids(cameras: &[Camera]) -> Vec<&str> {
        cameras.iter().map(|camera| &*camera.id).collect()
    }

    #[test]
    fn virtual_cameras_are_last() {
        let cameras = virtual_last(vec![
            camera("obs", Transport::Virtual, 1),
            camera("usb", Transport::Usb, 1),
            camera("own", Transport::BuiltIn, 1),
        ]);
        assert_eq!(ids(&cameras), ["usb", "own", "obs"]);
    }

    #[test]
    fn a_front_camera_faces_the_user() {
        let mut front = camera("a", Transport::BuiltIn, 1);
        front.position = Some(Position::Front);
        let device = device(&front);
        assert_eq!(device.facing_mode, Some(FacingMode::User));
        assert_eq!((device.label.as_str(), device.modes.len()), ("camera a", 1));
    }
}
