//! Linux devices, directly through the kernel's Video4Linux2 interface.
//!
//! The crate `v4l` makes the system calls, and `linuxvideo` some of those for controls. They limit this source in safe
//! code:
//! - the Y'CbCr encoding of a driver (`ycbcr_enc`) is not read. The default of the color space is assumed, which is
//!   what webcams send;
//! - a device with several inputs streams from the selected one (`v4l2-ctl --set-input` selects it);
//! - a device that has the multi-planar interface only is not listed;
//! - there are no events. Changes by other programs are polled ([`control`]).
//!
//! `v4l` also panics on unknown data (a name that is not UTF-8, a color space without a name). [`guarded`] turns that
//! into an error.

mod control;
mod error;
mod format;
mod mode;
mod node;
#[cfg(feature = "virtual-camera")]
mod output;
mod stream;
mod watch;

use crate::{
    device::{Device, DeviceId, DeviceKind, NativeMode},
    error::MediaError,
    frame::FramePool,
    source::{DeviceWatcher, Source, Stream},
};
pub(super) use control::Controls;
pub(super) use error::system_error;
#[cfg(feature = "virtual-camera")]
pub(crate) use output::{OutputNode, VideoOutput};

use error::is_gone;
use node::{Node, OpenNode, Role};

/// The devices of a Linux machine, through Video4Linux2: the default source on Linux.
///
/// A device is a video node that captures. Metadata nodes, outputs and codecs are not listed. Devices that other
/// programs can send video to (v4l2loopback without `exclusive_caps`) are listed after the cameras.
///
/// A device's [`DeviceId`] is its link in `/dev/v4l/by-id`, or else in `/dev/v4l/by-path`. Both are stable from run to
/// run. Without such a link (no udev) it is `v4l2:BUS:CARD:INDEX`, from the driver's names. [`open`](Source::open)
/// accepts each of these and any path such as `/dev/video0`. Its [`group_id`](Device::group_id) is the driver's bus
/// info, which the nodes of one piece of hardware share.
///
/// A mode in H.264 (feature `h264`) is listed with the format of its decoded frames,
/// [`I420`](crate::frame::PixelFormat::I420), if the device has no other format of that size and rate.
///
/// If a driver offers ranges of sizes or frame rates, the common ones within them are listed.
///
/// Its controls are the driver's controls that the standard names, in the standard's units. Focus distance and zoom are
/// in the driver's units. A change by another program, or by the device, is detected within about a second.
///
/// # Errors
/// A node that this user may not open is not listed. If there is no other,
/// [`devices`](Source::devices) fails with [`NotAllowed`](crate::error::ErrorName::NotAllowed).
#[derive(Debug, Clone, Copy, Default)]
pub struct V4l2Source;

impl Source for V4l2Source {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        let mut devices = Vec::new();
        let mut refused = None;
        for node in Node::all() {
            match node.open() {
                Ok(Some(open)) if open.role != Role::IdleLoopback => {
                    let device = Device {
                        id: open.id(),
                        label: open.card.clone(),
                        group_id: open.bus.clone(),
                        kind: DeviceKind::VideoInput,
                        facing_mode: open.facing_mode(),
                        modes: mode::modes(&open.device),
                        controls: open.controls().map(control::capabilities).unwrap_or_default(),
                    };
                    devices.push((open.role == Role::Loopback, device));
                }
                Ok(_) => {}
                // It was unplugged during the listing.
                Err(error) if is_gone(&error) => {}
                Err(error) => refused = refused.or(Some(system_error("opening", &node.path, &error))),
            }
        }
        match refused {
            Some(error) if devices.is_empty() => Err(error),
            _ => {
                // A loopback device may be without input: a camera is the better default.
                devices.sort_by_key(|(loops_back, _)| *loops_back);
                Ok(devices.into_iter().map(|(_, device)| device).collect())
            }
        }
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        let node = OpenNode::find(device)?;
        let stream = stream::V4l2Stream::start(node, mode, pool.clone())?;
        Ok(Box::new(stream))
    }

    fn watch(&self) -> Box<dyn DeviceWatcher> {
        watch::watch()
    }
}

/// Sets a device to a mode and closes it: the driver keeps the mode. Returns the number of the node.
pub(super) fn prepare(device: &DeviceId, mode: &NativeMode) -> Result<u32, MediaError> {
    let node = OpenNode::find(device)?;
    stream::set_mode(&node, mode)?;
    node.number().ok_or_else(|| {
        MediaError::not_supported(format!(
            "{device} doesn't link to a /dev/videoN; use an id of the list of devices"
        ))
    })
}

/// The controls of a device, also while another owner streams from it.
pub(super) fn controls(device: &DeviceId) -> Option<Controls> {
    OpenNode::find(device).ok()?.controls().map(Controls::new)
}
