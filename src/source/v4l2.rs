//! Linux cameras, straight from the kernel's Video4Linux2 interface.
//!
//! The crate `v4l` makes the system calls, and `linuxvideo` some of those for controls. What they do not give in safe
//! code is not had here:
//! - the Y'CbCr encoding that a driver names beside its colour space (`ycbcr_enc`) is not read: the encoding is
//!   the colour space's default, which is what webcams send;
//! - a device with several inputs streams from the one that is chosen (`v4l2-ctl --set-input` chooses);
//! - a device that only has the multi-planar interface is not listed;
//! - events: other programs' doings are looked for ([`control`]).
//!
//! `v4l` also panics on what it does not know (a name that is not UTF-8, a colour space that it has no name for):
//! [`guarded`] makes an error of that.

mod control;
mod format;
mod mode;
mod node;
mod stream;
mod watch;

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
};

use rustix::io::Errno;

use crate::{
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::FramePool,
    source::{Source, Stream, Watch},
};
pub(super) use control::Controls;
use node::{Node, OpenNode};

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
                Ok(Some(open)) => {
                    let device = Device {
                        id: open.id(),
                        label: open.card.clone(),
                        group_id: open.bus.clone(),
                        facing_mode: open.facing_mode(),
                        modes: mode::modes(&open.device),
                        controls: open.panel().map(control::capabilities).unwrap_or_default(),
                    };
                    devices.push((open.loops_back, device));
                }
                Ok(None) => {}
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

/// Runs calls into `v4l` and makes an error of a panic there.
fn guarded<T>(call: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(io::Error::other("the driver said something that this program can't read")))
}

/// Whether a call failed because the device is no longer there.
fn is_gone(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::NODEV | Errno::NXIO | Errno::NOENT | Errno::SHUTDOWN))
}

/// What a failed system call means. `doing` says what was tried, for the messages that have no better words.
pub(super) fn media_error(doing: &str, path: &Path, error: &io::Error) -> MediaError {
    let path = path.display();
    match Errno::from_io_error(error) {
        Some(Errno::ACCESS | Errno::PERM) => MediaError::not_allowed(format!(
            "{path} may not be used by this user: add the user to the group `video` \
             (`sudo usermod -aG video $USER`) and log in again; in a container or sandbox, pass the device in"
        )),
        Some(Errno::BUSY) => MediaError::not_readable(format!(
            "another program holds {path}: close that program and try again (`fuser {path}` names it)"
        )),
        Some(Errno::NOSPC) => MediaError::not_readable(format!(
            "the USB bus has no room for {path} in this mode: ask for a smaller size or rate, or use another port"
        )),
        Some(Errno::NOTTY) => MediaError::not_found(format!(
            "{path} isn't a camera: list the devices and take one of their ids"
        )),
        _ if is_gone(error) => MediaError::not_found(format!(
            "{path} isn't there (any more): plug it in and list the devices again"
        )),
        Some(_) => MediaError::not_readable(format!(
            "{doing} {path} failed ({error}): unplug the camera, plug it in again and try once more"
        )),
        None => MediaError::abort(format!("{doing} {path} failed ({error}): try another mode or device")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn the_systems_errors_have_the_standards_names() {
        let name = |errno: Errno| media_error("opening", Path::new("/dev/video0"), &errno.into()).name;
        assert_eq!(name(Errno::ACCESS), ErrorName::NotAllowed);
        assert_eq!(name(Errno::PERM), ErrorName::NotAllowed);
        assert_eq!(name(Errno::BUSY), ErrorName::NotReadable);
        assert_eq!(name(Errno::IO), ErrorName::NotReadable);
        assert_eq!(name(Errno::NODEV), ErrorName::NotFound);
        assert_eq!(name(Errno::NOENT), ErrorName::NotFound);
        assert_eq!(name(Errno::NOTTY), ErrorName::NotFound);
    }

    #[test]
    fn a_panic_in_a_dependency_is_an_error() {
        let result = guarded(|| -> io::Result<()> { panic!("on purpose, by a test") });
        let error = media_error("opening", Path::new("/dev/video0"), &result.unwrap_err());
        assert_eq!(error.name, ErrorName::Abort);
    }
}
