//! Devices through the crate `nokhwa`: AVFoundation on macOS, Media Foundation on Windows, and Video4Linux2.
//!
//! This source works around the defects of nokhwa 0.10 where it can:
//! - Its camera belongs to one thread. A [`NokhwaStream`] is created, read and dropped on the capture thread, which
//!   calls [`Source::open`].
//! - Only `Exact` of its format requests is reliable, so a mode is chosen from the list first.
//! - To list a device's modes it must open the device, which turns its light on. So each device is listed once. On
//!   Linux the list comes from the driver ([`linux`]).
//! - It starts the device with the first frame. So `open` reads the first frame, and reports a failure to start.
//! - On Linux it returns whole buffers for JPEGs, which are cut to their own length.
//! - It doesn't report the padding of rows, which follows from the frame's length.
//! - Its errors are texts, which [`error`] interprets.
//! - Its drop panics if the device doesn't stop.
//!
//! The documentation of [`NokhwaSource`] lists the remaining limits.

mod camera;
#[cfg(any(not(target_os = "linux"), test))]
mod control;
mod error;
mod format;
mod jpeg;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod portable;

use std::{
    borrow::Cow,
    time::{Duration, SystemTime},
};

use ::nokhwa::{Camera, NokhwaError, utils::RequestedFormatType};
use bevy::{math::UVec2, platform::time::Instant};
#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use portable as system;

use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, Device, DeviceId, NativeMode},
    error::{ErrorName, MediaError},
    frame::{ColorSpace, Frame, FrameBuffer, FramePool, PixelFormat, Plane},
    source::{
        DeviceWatcher, Source, Stream, StreamEvent,
        guard::{FATAL_FAILURES, OLDEST_FRAME, catch_panic},
    },
};
use camera::{guarded, open_camera};
use error::nokhwa_error;
use format::{camera_format, native_mode, pixel_format, size};

/// The machine's devices through the crate `nokhwa`.
///
/// On macOS and Windows the default source, `DesktopSource`, opens with it the cameras that nokhwa 0.10.11 opens
/// without harm, and the others with `SystemSource`. As a [`TrackSource`](crate::source::TrackSource) or
/// [`DefaultSource`](crate::source::DefaultSource) of its own it opens all, with the defects below.
///
/// A [`DeviceId`] is the system's own: AVFoundation's unique id, Media Foundation's symbolic link, and on Linux the
/// same as of `V4l2Source`.
///
/// On macOS the first [`open`](Source::open) asks the user for permission and waits for the answer. The app's
/// `Info.plist` must have a text under `NSCameraUsageDescription`. Listing devices doesn't ask.
///
/// # Limits of nokhwa
/// - On macOS it ends the process with cameras that have several formats of one size, as most of Logitech have: already
///   when their modes are listed (nokhwa#247). It refuses cameras with formats that it doesn't know, such as BGRA
///   (nokhwa#195), and rates that it lists (nokhwa#204). It takes 4:2:0 for YUYV (nokhwa#193, nokhwa#246): AVFoundation
///   converts the frames.
/// - On Windows it waits without end for a capture device without a signal (nokhwa#101).
/// - [`next`](Stream::next) waits for a frame without a time-out. A stalled device blocks its thread until it continues
///   or is unplugged: it is neither muted nor opened again ([`silence_limit`](Stream::silence_limit)). On Linux
///   `V4l2Source` has a time-out, and is the default for that reason.
/// - Frame rates are integers: modes of 29.97 Hz are not listed on Linux and Windows, and listed as 29 Hz on macOS.
/// - Frames have no driver's count (lost frames leave no gap in [`sequence`](Frame::sequence)), no mark for damage, and
///   no color space (BT.601 is assumed, with limited range except for JPEG). Only macOS reports the time of capture.
///   Elsewhere it is the time of arrival.
/// - Controls on Linux are those of `V4l2Source`. On Windows they are brightness, contrast, saturation, sharpness,
///   color temperature, pan, tilt and zoom, if they aren't automatic, and changes by other programs are not detected.
///   On macOS there are none, because nokhwa fails when it reads them.
/// - Pixel formats are MJPEG, YUYV, NV12, RGB, BGR and, except on Linux, gray.
#[derive(Debug, Default)]
pub struct NokhwaSource {
    system: system::System,
}

impl Source for NokhwaSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        self.system.devices()
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        let format = camera_format(mode).ok_or_else(|| {
            MediaError::not_supported(format!(
                "{device} doesn't support {:?} at {} Hz through nokhwa: open one of the modes that it lists",
                mode.format, mode.frame_rate
            ))
        })?;
        let index = self.system.prepare(device, mode)?;
        let camera = open_camera(index, RequestedFormatType::Exact(format))
            .map_err(|error| nokhwa_error(device, &error))?;
        let mut stream = NokhwaStream {
            camera: Some(camera),
            device: device.clone(),
            requested: *mode,
            first: None,
            failures: 0,
            sequence: 0,
            pool: pool.clone(),
            controls: Default::default(),
        };
        if let Some(camera) = &mut stream.camera {
            guarded(|| camera.open_stream()).map_err(|error| nokhwa_error(device, &error))?;
        }
        let first = stream.read().map_err(|error| nokhwa_error(device, &error))?;
        stream.first = Some(first);
        if let Some(camera) = &stream.camera {
            stream.controls = system::Controls::of(device, camera);
        }
        Ok(Box::new(stream))
    }
    fn watch(&self) -> Box<dyn DeviceWatcher> {
        self.system.watch()
    }
}

/// A streaming device.
struct NokhwaStream {
    /// `None` during the drop only.
    camera: Option<Camera>,
    device: DeviceId,
    requested: NativeMode,
    /// The first frame, which started the device.
    first: Option<StreamEvent>,
    /// Failures since the last frame.
    failures: u32,
    /// The number of frames so far.
    sequence: u64,
    pool: FramePool,
    controls: system::Controls,
}

impl NokhwaStream {
    /// Waits for a frame, without a time-out.
    fn read(&mut self) -> Result<StreamEvent, NokhwaError> {
        let Some(camera) = &mut self.camera else {
            return Ok(StreamEvent::Ended);
        };
        let mode = camera.camera_format();
        let format = pixel_format(mode.format());
        let size = size(mode.resolution());
        // On macOS the queue of frames grows without limit. Only `frame` empties it.
        let (buffer, captured) = if cfg!(target_os = "macos") {
            let frame = camera.frame()?;
            (copy(&self.pool, frame.buffer(), format), captured(frame.capture_timestamp()))
        } else {
            let buffer = match camera.frame_raw()? {
                Cow::Borrowed(bytes) => copy(&self.pool, bytes, format),
                Cow::Owned(bytes) => FrameBuffer::from(bytes),
            };
            (buffer, Instant::now())
        };
        let sequence = self.sequence;
        self.sequence += 1;
        if buffer.is_empty() {
            return Ok(StreamEvent::Corrupt(MediaError::data(
                "the device sent an empty frame: the next may be good",
            )));
        }
        Ok(StreamEvent::Frame(Frame {
            planes: planes(format, size, buffer.len()),
            color: if format == PixelFormat::Mjpeg { ColorSpace::JPEG } else { ColorSpace::default() },
            sequence,
            captured,
            ..Frame::packed(format, size, buffer)
        }))
    }
}

impl Stream for NokhwaStream {
    fn mode(&self) -> NativeMode {
        let reported = native_mode(self.camera.as_ref().map(Camera::camera_format).unwrap_or_default());
        if cfg!(windows) { with_requested_rate(reported, self.requested) } else { reported }
    }

    fn next(&mut self, _: Duration) -> Result<StreamEvent, MediaError> {
        if let Some(first) = self.first.take() {
            return Ok(first);
        }
        if let Some(event) = self.controls.poll() {
            return Ok(event);
        }
        match self.read() {
            Ok(next) => {
                self.failures = 0;
                Ok(next)
            }
            Err(error) => {
                self.failures += 1;
                let failure = nokhwa_error(&self.device, &error);
                if failure.name == ErrorName::NotFound || self.failures >= FATAL_FAILURES {
                    return Err(failure);
                }
                Ok(StreamEvent::Corrupt(failure))
            }
        }
    }

    fn capabilities(&self) -> ControlCapabilities {
        self.controls.capabilities()
    }

    fn settings(&mut self) -> ControlSettings {
        self.camera.as_ref().map(|camera| self.controls.settings(camera)).unwrap_or_default()
    }

    fn set(&mut self, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        match &mut self.camera {
            Some(camera) => self.controls.set(camera, control, value),
            None => Err(MediaError::not_found("the device is gone: open another")),
        }
    }
}

impl Drop for NokhwaStream {
    fn drop(&mut self) {
        let camera = self.camera.take();
        let _ = catch_panic(|| drop(camera));
    }
}

/// Whether nokhwa has the pixel format and the frame rate of a mode.
#[cfg(any(target_os = "macos", windows, test))]
pub(super) fn can_open(mode: &NativeMode) -> bool {
    camera_format(mode).is_some()
}

/// The mode that runs. On Windows nokhwa reports the denominator of the frame rate, which is 1, for the rate.
fn with_requested_rate(reported: NativeMode, requested: NativeMode) -> NativeMode {
    let is_requested = reported.size == requested.size && reported.format == requested.format;
    if is_requested { requested } else { reported }
}

/// A copy of a frame's bytes. A JPEG is cut to its own length.
fn copy(pool: &FramePool, bytes: &[u8], format: PixelFormat) -> FrameBuffer {
    match format {
        PixelFormat::Mjpeg => pool.copy_of(&bytes[..jpeg::len(bytes)]),
        _ => pool.copy_of(bytes),
    }
}

/// The time of capture, from the time since 1970.
fn captured(since_1970: Option<Duration>) -> Instant {
    let now = Instant::now();
    since_1970
        .and_then(|stamp| SystemTime::UNIX_EPOCH.checked_add(stamp))
        .and_then(|stamp| SystemTime::now().duration_since(stamp).ok())
        .filter(|age| *age <= OLDEST_FRAME)
        .and_then(|age| now.checked_sub(age))
        .unwrap_or(now)
}

/// The planes of a frame of this many bytes. Rows are padded if the bytes divide evenly into longer rows.
fn planes(format: PixelFormat, size: UVec2, len: usize) -> [Plane; 3] {
    let packed = format.packed_planes(size);
    let height = size.y as usize;
    // NV12 has half as many rows of chroma, of the same length.
    let rows = if format == PixelFormat::Nv12 { height + height.div_ceil(2) } else { height };
    let stride = len / rows.max(1);
    if format == PixelFormat::Mjpeg || stride <= packed[0].stride || stride * rows != len {
        return packed;
    }
    let mut planes = packed;
    planes[0].stride = stride;
    if format == PixelFormat::Nv12 {
        planes[1] = Plane { offset: stride * height, stride };
    }
    planes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_told_by_the_length() {
        let size = UVec2::new(6, 4);
        let strides = |format, len| planes(format, size, len).map(|plane| (plane.offset, plane.stride));
        assert_eq!(strides(PixelFormat::Yuyv, 12 * 4)[0], (0, 12));
        assert_eq!(strides(PixelFormat::Yuyv, 16 * 4)[0], (0, 16));
        assert_eq!(strides(PixelFormat::Nv12, 8 * 6)[..2], [(0, 8), (32, 8)]);
        assert_eq!(strides(PixelFormat::Nv12, 6 * 6)[..2], [(0, 6), (24, 6)]);
        // A few bytes at the end are no padding of rows, and too few are an invalid frame.
        assert_eq!(strides(PixelFormat::Yuyv, 12 * 4 + 3)[0], (0, 12));
        assert_eq!(strides(PixelFormat::Yuyv, 40)[0], (0, 12));
        assert_eq!(strides(PixelFormat::Mjpeg, 1000)[0], (0, 0));
    }

    #[test]
    fn the_rate_that_windows_lacks_is_the_requested_one() {
        let requested =
            NativeMode { size: UVec2::new(640, 480), frame_rate: 30.0, format: PixelFormat::Yuyv };
        let reported = NativeMode { frame_rate: 1.0, ..requested };
        assert_eq!(with_requested_rate(reported, requested), requested);
        let other = NativeMode { format: PixelFormat::Nv12, ..reported };
        assert_eq!(with_requested_rate(other, requested), other);
        assert!(can_open(&requested) && !can_open(&NativeMode { frame_rate: 29.97, ..requested }));
    }

    #[test]
    fn an_unbelievable_stamp_is_the_time_of_arrival() {
        let before = Instant::now();
        assert!(captured(None) >= before);
        assert!(captured(Some(Duration::ZERO)) >= before);
        assert!(captured(Some(Duration::MAX)) >= before);
        let Ok(now) = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH) else {
            return;
        };
        let second = Duration::from_secs(1);
        assert!(captured(Some(now - second)) <= Instant::now() - second);
    }
}
