//! The other direction: nodes that take video, such as those of v4l2loopback, from which other programs read it.

use std::{
    fmt,
    io::{self, Write},
    path::{Path, PathBuf},
};

use bevy::math::UVec2;
use v4l::{
    Device, Format, FourCC,
    buffer::Type,
    capability::{Capabilities, Flags},
    io::traits::Stream as _,
    prelude::MmapStream,
    video::{Output, output::Parameters},
};

use super::{
    error::{guarded, is_gone, system_error},
    mode::fraction,
    node::{ID_PREFIX, LOOPBACK_DRIVER, Node, bus_id},
    stream::{close, is_false_alarm},
};
use crate::{device::DeviceId, error::MediaError, frame::PixelFormat};

/// The code of [`PixelFormat::I420`].
const I420: &[u8; 4] = b"YU12";

/// The number of buffers that mark a writer: not fewer than v4l2loopback has, because it would lose the others.
const MARK_BUFFERS: u32 = 32;

/// A node that takes video.
pub(crate) struct OutputNode {
    pub path: PathBuf,
    device: Device,
}

impl OutputNode {
    /// Opens a node by its path, an id of the form `v4l2:BUS:CARD:INDEX`, or its name. An empty id is the first node of
    /// v4l2loopback that no program sends video to. May block.
    ///
    /// # Errors
    /// `NotFound` if there is no such node, `NotSupported` if it takes no video, `NotReadable` if another program sends
    /// video to it, and that of the failed system call, such as `NotAllowed`.
    pub fn find(id: &DeviceId) -> Result<Self, MediaError> {
        if id.0.starts_with('/') {
            let path = PathBuf::from(&id.0);
            let (device, capabilities) =
                open(&path).map_err(|error| system_error("opening", &path, &error))?;
            takes_video(&path, &capabilities)?;
            return Ok(Self { path, device });
        }
        let mut refused = None;
        for Node { path } in Node::all() {
            let found = match open(&path) {
                Ok((device, capabilities)) if is_meant(id, &path, &capabilities) => {
                    takes_video(&path, &capabilities).map(|()| device)
                }
                Ok(_) => continue,
                Err(error) if is_gone(&error) => continue,
                Err(error) => Err(system_error("opening", &path, &error)),
            };
            match found {
                Ok(device) => return Ok(Self { path, device }),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        Err(refused.unwrap_or_else(|| {
            MediaError::not_found(match id.0.as_str() {
                "" => "there is no virtual camera: load the kernel's module v4l2loopback \
                   (`sudo modprobe v4l2loopback exclusive_caps=1`; the package is v4l2loopback-dkms)"
                    .into(),
                id => format!(
                    "there is no video device `{id}`: give its path, such as /dev/video10, or its name"
                ),
            })
        }))
    }

    /// Begins to send frames of [`PixelFormat::I420`] in this size, without padding, at about this rate in Hz.
    ///
    /// # Errors
    /// `NotSupported` if the device takes another size or format, as while another program still reads from it, and
    /// that of the failed system call.
    pub fn start(self, size: UVec2, frame_rate: Option<f64>) -> Result<VideoOutput, MediaError> {
        let Self { path, device } = self;
        let wanted = Format::new(size.x, size.y, FourCC::new(I420));
        let format = guarded(|| device.set_format(&wanted))
            .map_err(|error| system_error("setting the format of", &path, &error))?;
        if (format.width, format.height, &format.fourcc.repr) != (size.x, size.y, I420) {
            return Err(MediaError::not_supported(format!(
                "{} takes {}x{} {} alone, not {}x{} {}: close the programs that read from it, or choose its size",
                path.display(),
                format.width,
                format.height,
                format.fourcc,
                size.x,
                size.y,
                wanted.fourcc
            )));
        }
        if let Some(interval) = frame_rate.and_then(fraction) {
            // Readers are told the rate. Devices without rates refuse it.
            let _ = guarded(|| device.set_params(&Parameters::new(interval)));
        }
        Ok(VideoOutput {
            path,
            device,
            bytes: PixelFormat::I420.packed_len(size),
            mark: None,
            is_marked: false,
        })
    }
}

fn open(path: &Path) -> io::Result<(Device, Capabilities)> {
    let device = guarded(|| Device::with_path(path))?;
    // The kernel takes the format of a writer only after the driver was asked for its capabilities.
    let capabilities = guarded(|| device.query_caps())?;
    Ok((device, capabilities))
}

/// Whether an id means this node.
fn is_meant(id: &DeviceId, path: &Path, capabilities: &Capabilities) -> bool {
    if id.0.is_empty() {
        capabilities.driver == LOOPBACK_DRIVER
    } else if id.0.starts_with(ID_PREFIX) {
        bus_id(path, &capabilities.bus, &capabilities.card) == *id
    } else {
        capabilities.card == id.0
    }
}

/// Checks that a node takes video.
fn takes_video(path: &Path, capabilities: &Capabilities) -> Result<(), MediaError> {
    let path = path.display();
    let Capabilities { driver, card, capabilities, .. } = capabilities;
    if capabilities.contains(Flags::VIDEO_OUTPUT | Flags::READ_WRITE) {
        return Ok(());
    }
    // While a program sends to it, such a device is a camera alone.
    if driver == LOOPBACK_DRIVER {
        return Err(MediaError::not_readable(format!(
            "another program sends video to {path} ({card}): close that program, or use another device"
        )));
    }
    Err(MediaError::not_supported(format!(
        "{path} ({card}) takes no video from programs: use a device of the kernel's module v4l2loopback"
    )))
}

/// A device that frames are sent to. Dropping it closes the device.
pub(crate) struct VideoOutput {
    path: PathBuf,
    device: Device,
    /// The bytes of a frame.
    bytes: usize,
    /// It marks this program as the device's writer: [`Self::mark_as_writer`].
    mark: Option<MmapStream<'static>>,
    is_marked: bool,
}

impl VideoOutput {
    /// The path of the device.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Sends a frame. Returns `false` if the device had no room for it. May block for a short time.
    ///
    /// # Errors
    /// `NotFound` if the device is gone, `NotReadable` if another program sends video to it, and that of the failed
    /// system call.
    pub fn write(&mut self, frame: &[u8]) -> Result<bool, MediaError> {
        debug_assert_eq!(frame.len(), self.bytes);
        match self.device.write(frame) {
            Ok(written) if written < self.bytes => Err(MediaError::operation(format!(
                "{} took {written} of a frame's {} bytes: choose another size",
                self.path.display(),
                self.bytes
            ))),
            Ok(_) => {
                self.mark_as_writer();
                Ok(true)
            }
            Err(error) if is_false_alarm(&error) => Ok(false),
            Err(error) => Err(system_error("sending video to", &self.path, &error)),
        }
    }

    /// Starts a stream, once: v4l2loopback up to 0.12 takes another writer only after one has closed that it has seen
    /// start a stream. Newer versions refuse it after a write, and don't need it.
    fn mark_as_writer(&mut self) {
        if self.is_marked {
            return;
        }
        self.is_marked = true;
        let stream = guarded(|| MmapStream::with_buffers(&self.device, Type::VideoOutput, MARK_BUFFERS));
        self.mark = stream.ok().and_then(|mut stream| match guarded(|| stream.start()) {
            Ok(()) => Some(stream),
            Err(_) => {
                close(stream, &self.path);
                None
            }
        });
    }
}

impl Drop for VideoOutput {
    fn drop(&mut self) {
        if let Some(stream) = self.mark.take() {
            close(stream, &self.path);
        }
    }
}

impl fmt::Debug for VideoOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VideoOutput").field("path", &self.path).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    fn capabilities(driver: &str, capabilities: Flags) -> Capabilities {
        Capabilities {
            driver: driver.into(),
            card: "Virtual".into(),
            bus: "platform:v4l2loopback-000".into(),
            version: (6, 1, 0),
            capabilities,
        }
    }

    fn refusal(driver: &str, flags: Flags) -> Option<ErrorName> {
        takes_video(Path::new("/dev/video10"), &capabilities(driver, flags)).err().map(|error| error.name)
    }

    #[test]
    fn outputs_take_video_and_other_nodes_say_why_not() {
        let output = Flags::VIDEO_OUTPUT | Flags::READ_WRITE | Flags::STREAMING;
        let capture = Flags::VIDEO_CAPTURE | Flags::READ_WRITE | Flags::STREAMING;
        assert_eq!(refusal(LOOPBACK_DRIVER, output), None);
        assert_eq!(refusal(LOOPBACK_DRIVER, output | capture), None);
        assert_eq!(refusal("vivid", output), None);
        assert_eq!(refusal(LOOPBACK_DRIVER, capture), Some(ErrorName::NotReadable));
        assert_eq!(refusal("uvcvideo", capture), Some(ErrorName::NotSupported));
        assert_eq!(refusal("codec", Flags::VIDEO_OUTPUT | Flags::STREAMING), Some(ErrorName::NotSupported));
    }

    #[test]
    fn an_id_is_empty_a_name_or_that_of_the_list() {
        let path = Path::new("/dev/video4294967295");
        let loopback = capabilities(LOOPBACK_DRIVER, Flags::VIDEO_OUTPUT);
        let is_meant = |id: &str| is_meant(&id.into(), path, &loopback);
        assert!(is_meant("") && is_meant("Virtual"));
        assert!(is_meant("v4l2:platform:v4l2loopback-000:Virtual:"));
        assert!(!is_meant("virtual camera") && !is_meant("v4l2:platform:v4l2loopback-001:Virtual:"));
        let camera = capabilities("uvcvideo", Flags::VIDEO_CAPTURE);
        assert!(!super::is_meant(&"".into(), path, &camera));
    }

    #[test]
    fn nodes_that_are_none_are_errors_by_name() {
        for (id, name) in [
            ("/dev/video4294967295", ErrorName::NotFound),
            ("/dev/null", ErrorName::NotFound),
            ("No such camera", ErrorName::NotFound),
        ] {
            let error = OutputNode::find(&id.into()).err().expect("there is none");
            assert_eq!(error.name, name, "{id}: {error}");
        }
    }
}
