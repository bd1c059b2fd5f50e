//! Linux cameras, straight from the kernel's Video4Linux2 interface.
//!
//! The crate `v4l` makes the system calls, and `linuxvideo` some of those for controls. What they do not give in safe
//! code is not had here:
//! - the Y'CbCr encoding that a driver names beside its color space (`ycbcr_enc`) is not read: the encoding is
//!   the color space's default, which is what webcams send;
//! - a device with several inputs streams from the one that is chosen (`v4l2-ctl --set-input` chooses);
//! - a device that only has the multi-planar interface is not listed;
//! - events: other programs' doings are looked for ([`control`]).
//!
//! `v4l` also panics on what it does not know (a name that is not UTF-8, a color space that it has no name for):
//! [`guarded`] makes an error of that.

mod control;
mod error;
mod format;
mod mode;
mod node;
mod stream;
mod watch;

use crate::{
    device::{Device, DeviceId, DeviceKind, NativeMode},
    error::MediaError,
    frame::FramePool,
    source::{Source, Stream, Watch},
};
pub(super) use control::Controls;
pub(super) use error::media_error;

use error::is_gone;
use node::{Node, OpenNode, Role};

/// The cameras of a Linux machine, through Video4Linux2: the default source there.
///
/// A device is a video node that captures: metadata nodes, outputs and codecs are left out. Devices that other programs
/// can send video to (v4l2loopback without `exclusive_caps`) come after the cameras. A device's
/// [`DeviceId`] is its link in `/dev/v4l/by-id` or else in `/dev/v4l/by-path`, which stay the same from run to run;
/// where there is no such link (no udev) it is `v4l2:BUS:CARD:INDEX` of what the driver calls itself.
/// [`open`](Source::open) takes each of these and any path such as `/dev/video0`.
///
/// Its [`group_id`](Device::group_id) is the driver's bus info, which the nodes of one piece of hardware share.
/// Where a driver offers sizes or rates as ranges, the usual ones within are listed.
///
/// Its controls are those of the driver that the standard has names for, in the standard's units; focus distance and
/// zoom are in the driver's own. What another program, or the camera, does to them is heard within about a second.
///
/// # Errors
/// A node that this user may not open is no device, unless there is nothing else: then
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
                        controls: open.panel().map(control::capabilities).unwrap_or_default(),
                    };
                    devices.push((open.role == Role::Loopback, device));
                }
                Ok(_) => {}
                // It went while the list was made: it is no device any more.
                Err(error) if is_gone(&error) => {}
                Err(error) => refused = refused.or(Some(media_error("opening", &node.path, &error))),
            }
        }
        match refused {
            Some(error) if devices.is_empty() => Err(error),
            _ => {
                // Nothing may be sent to a loopback device now: a camera is the better default.
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

    fn watch(&self) -> Box<dyn Watch> {
        watch::watch()
    }
}

/// Sets a device to a mode and lets go of it: the driver remembers. What comes back is the number of the node.
pub(super) fn prepare(device: &DeviceId, mode: &NativeMode) -> Result<u32, MediaError> {
    let node = OpenNode::find(device)?;
    stream::set_mode(&node, mode)?;
    node.number().ok_or_else(|| MediaError::not_supported(format!("{device} leads to no /dev/videoN")))
}

/// The controls of a device, whoever streams from it.
pub(super) fn controls(device: &DeviceId) -> Option<Controls> {
    OpenNode::find(device).ok()?.panel().map(Controls::new)
}
