//! Cameras of macOS, through AVFoundation, of Windows, through Media Foundation, and of Linux, through the camera
//! portal and PipeWire (feature `pipewire`).
//!
//! A camera's formats are listed as the system has them: each with its own code, size, ranges of rates and color. A
//! format and a rate of it are chosen together ([`select`]), and set as they are: nothing is converted. Frames lend the
//! system's memory, with the stride of each plane. On Linux they lend a copy, because other programs can write to the
//! original.
//!
//! ```no_run
//! use std::time::Duration;
//! use viewfinder_cameras::{Error, Event, Layout};
//!
//! # fn main() -> Result<(), Error> {
//! for camera in viewfinder_cameras::list()? {
//!     println!("{}: {} formats", camera.name, camera.formats.len());
//!     let Some(chosen) = viewfinder_cameras::select(&camera.formats, Layout::Nv12, 1280, 720, 30.0) else {
//!         continue;
//!     };
//!     let mut stream = viewfinder_cameras::open(&camera, &chosen)?;
//!     let event = stream.next(Duration::from_secs(1), |frame| frame.planes[0].bytes.first().copied())?;
//!     if let Event::Frame(first) = event {
//!         println!("the first byte is {first:?}");
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Systems
//! - **macOS 10.15 or newer.** The user is asked once ([`request_permission`]). A bundle needs the text
//!   `NSCameraUsageDescription` in its `Info.plist`, and with the hardened runtime the entitlement
//!   `com.apple.security.device.camera`. Virtual cameras are listed like others. Exceptions of AVFoundation are errors,
//!   unless the program is built with `panic = "abort"`: then they end it.
//! - **Windows 10 or newer.** There is no prompt. *Settings, Privacy, Camera* has a switch for desktop apps, and while
//!   it is off, [`open`] fails with [`Error::NotAllowed`]. Virtual cameras that register with Media Foundation are
//!   listed. Those that have only a DirectShow filter are not: Media Foundation doesn't know them.
//! - **Linux, with the feature `pipewire`.** The camera portal asks the user ([`request_permission`]), and gives the
//!   cameras to programs in Flatpak and Snap. Outside of a sandbox a program uses the user's own PipeWire where there
//!   is no portal. PipeWire has the cameras behind V4L2 and libcamera, among them those of MIPI laptops and of the
//!   Raspberry Pi. Several programs can use a camera at the same time: the first one chooses its format. The module
//!   `pipewire` has options, tells which way was used, and watches for changes. It links libpipewire 0.3.65 or newer.
//! - **Others.** The crate compiles, and each function fails with [`Error::NotSupported`].
//!
//! # Threads
//! [`list`], [`ids`] and [`open`] may block, so call them on a thread of their own. A [`Stream`] stays on its thread.
//! [`Stream::next`] returns in time, also if the camera sends nothing.
//!
//! # nokhwa
//! [`nokhwa_trouble`] tells which cameras the crate nokhwa 0.10.11 can't open without harm, for programs that use it
//! for the others.

#![deny(unsafe_op_in_unsafe_fn)]
#![warn(clippy::undocumented_unsafe_blocks, missing_docs, missing_debug_implementations)]

mod camera;
mod control;
mod error;
mod fence;
mod format;
mod frame;
#[cfg(any(target_os = "macos", windows, all(feature = "pipewire", target_os = "linux"), test))]
mod mailbox;
#[cfg(any(all(feature = "pipewire", target_os = "linux"), test))]
mod spa;

#[cfg(all(feature = "pipewire", target_os = "linux"))]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(not(any(target_os = "macos", windows, all(feature = "pipewire", target_os = "linux"))))]
mod none;
#[cfg(windows)]
mod windows;

use std::time::Duration;

#[cfg(all(feature = "pipewire", target_os = "linux"))]
use linux as system;
#[cfg(target_os = "macos")]
use macos as system;
#[cfg(not(any(target_os = "macos", windows, all(feature = "pipewire", target_os = "linux"))))]
use none as system;
#[cfg(windows)]
use windows as system;

pub use camera::{Camera, Position, Transport};
pub use control::{Control, ControlChange, ControlInfo, ControlMode, ControlRange, ControlState};
pub use error::Error;
pub use fence::{System, Trouble, nokhwa_trouble};
pub use format::{
    Color, ColorRange, Format, Interval, Layout, Matrix, PixelCode, Primaries, RateRange, Selection, select,
};
pub use frame::{Frame, Orientation, Plane};

/// The cameras that are connected now, with their formats. No camera is an empty list.
///
/// On Windows it opens each camera for a moment, without starting it. One that another program holds can be listed
/// without formats. On Linux, before the user has answered the portal, the list has at most one camera, without an id,
/// a name and formats.
///
/// # Errors
/// [`Error::NotSupported`] on other systems, and on Linux if there is neither a portal nor PipeWire,
/// [`Error::NotAllowed`] if the system denies access, [`Error::Failed`] if the system's list can't be read.
pub fn list() -> Result<Vec<Camera>, Error> {
    system::list()
}

/// The ids of the cameras that are connected now, in the order of [`list`]. It opens no camera, so it is the way to
/// notice that one was connected or disconnected.
///
/// # Errors
/// Those of [`list`].
pub fn ids() -> Result<Vec<String>, Error> {
    system::ids()
}

/// Opens a camera in a format and at a rate of it, and starts it.
///
/// # Errors
/// [`Error::NotFound`] if the camera is gone, [`Error::NotAllowed`] if the user or the system denies access,
/// [`Error::InUse`] if another program holds it, [`Error::Format`] if it has no such format any more.
pub fn open(camera: &Camera, selection: &Selection) -> Result<Stream, Error> {
    let (format, range, rate) = selected(camera, selection)?;
    system::Stream::open(camera, format, range, rate).map(|stream| Stream::new(stream, format, rate))
}

/// The format, the range and the rate that a selection means.
fn selected<'a>(
    camera: &'a Camera,
    selection: &Selection,
) -> Result<(&'a Format, &'a RateRange, f64), Error> {
    let missing = || Error::Format(format!("{} has no format {}", camera.name, selection.format));
    let format = camera.formats.get(selection.format).ok_or_else(missing)?;
    let range = format.rates.get(selection.range).ok_or_else(missing)?;
    let rate = range.nearest(selection.rate).ok_or_else(missing)?;
    Ok((format, range, rate))
}

/// The cameras of Linux that PipeWire has, for programs that set limits or watch for changes.
///
/// The functions of the crate itself use one [`Cameras`](pipewire::Cameras) of their own, with the default options.
#[cfg(all(feature = "pipewire", target_os = "linux"))]
pub mod pipewire {
    pub use crate::linux::{Cameras, Change, Options, Route, Watcher};
}

/// The permission of this program to use cameras.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Permission {
    /// The user hasn't been asked yet.
    NotAsked,
    /// The program may use cameras.
    Granted,
    /// The user, or a policy, denies it.
    Denied,
    /// The system doesn't tell before a camera is opened.
    Unknown,
}

/// The present permission. It asks nobody.
pub fn permission() -> Permission {
    system::permission()
}

/// Asks the user for permission, if that hasn't happened, and waits for the answer. On Windows, which doesn't ask, and
/// on Linux without a portal it returns at once.
///
/// # Errors
/// [`Error::NotAllowed`] if the user or a policy denies it, or if asking would end the program: a bundle without
/// `NSCameraUsageDescription`. On Linux [`Error::Failed`] if the portal doesn't answer in time, or ends.
pub fn request_permission() -> Result<(), Error> {
    system::request_permission()
}

/// A camera that is open and sends frames. Dropping it stops and closes the camera.
#[derive(Debug)]
pub struct Stream {
    format: Format,
    rate: f64,
    stream: system::Stream,
    /// The controls, once they have been asked for.
    controls: Option<Vec<(Control, ControlInfo)>>,
}

/// The result of [`Stream::next`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event<T> {
    /// A frame came. The value is that of the function that read it.
    Frame(T),
    /// Nothing came within the wait.
    Pending,
    /// The system stopped (`true`) or resumed (`false`) the camera for now, as with the lid of a laptop.
    Suspended(bool),
    /// A frame came that can't be read. The next may be good.
    Corrupt(Error),
}

impl Stream {
    fn new(stream: system::Stream, format: &Format, rate: f64) -> Self {
        #[cfg(all(feature = "pipewire", target_os = "linux"))]
        let (format, rate) = stream.agreed(format, rate);
        #[cfg(not(all(feature = "pipewire", target_os = "linux")))]
        let format = format.clone();
        Self { format, rate, stream, controls: None }
    }

    /// The format that the camera runs in.
    pub fn format(&self) -> &Format {
        &self.format
    }

    /// The rate that the camera was asked for, in Hz.
    pub fn rate(&self) -> f64 {
        self.rate
    }

    /// Waits for the newest frame or an event, at most this long, and reads the frame.
    ///
    /// Older frames that nobody took are lost, and counted in [`Frame::lost`].
    ///
    /// # Errors
    /// [`Error::NotFound`] if the camera was disconnected, [`Error::InUse`] if another program took it. The stream then
    /// sends nothing more.
    pub fn next<T>(&mut self, wait: Duration, read: impl FnOnce(&Frame<'_>) -> T) -> Result<Event<T>, Error> {
        let mut read = Some(read);
        let mut value = None;
        let event = self.stream.next(wait, &mut |frame| {
            if let Some(read) = read.take() {
                value = Some(read(frame));
            }
        })?;
        Ok(match (event, value) {
            (_, Some(value)) => Event::Frame(value),
            (Event::Suspended(suspended), None) => Event::Suspended(suspended),
            (Event::Corrupt(error), None) => Event::Corrupt(error),
            (Event::Frame(()) | Event::Pending, None) => Event::Pending,
        })
    }

    /// The controls of the camera, and the values that each accepts. The first call asks the camera.
    pub fn controls(&mut self) -> &[(Control, ControlInfo)] {
        let stream = &self.stream;
        self.controls.get_or_insert_with(|| {
            let known = |control| Some((control, stream.control_info(control)?));
            Control::ALL.into_iter().filter_map(known).collect()
        })
    }

    /// The present state of a control. `None` if the camera doesn't have it, or doesn't answer.
    pub fn control(&self, control: Control) -> Option<ControlState> {
        self.stream.control(control)
    }

    /// Changes a control. Numbers are set to the nearest one that the camera accepts.
    ///
    /// # Errors
    /// [`Error::NotSupported`] if the camera has no such control or mode, [`Error::Failed`] and the others if it
    /// rejects the value.
    pub fn set_control(&mut self, control: Control, change: ControlChange) -> Result<(), Error> {
        self.stream.set_control(control, change)
    }
}

#[cfg(all(test, not(any(target_os = "macos", windows, feature = "pipewire"))))]
mod tests {
    use super::*;

    #[test]
    fn other_systems_have_a_named_error() {
        assert!(matches!(list(), Err(Error::NotSupported(_))));
        assert!(matches!(ids(), Err(Error::NotSupported(_))));
        assert!(matches!(request_permission(), Err(Error::NotSupported(_))));
        assert_eq!(permission(), Permission::Unknown);
        let mut camera = Camera::new("id", "a camera");
        let chosen = Selection { format: 0, range: 0, rate: 30.0 };
        assert!(matches!(open(&camera, &chosen), Err(Error::Format(_))), "it has no such format");
        camera.formats.push(Format {
            index: 0,
            code: PixelCode::four_cc(*b"NV12"),
            width: 640,
            height: 480,
            rates: vec![RateRange::new(30.0, 30.0)],
            color: Color::default(),
            stride: None,
        });
        assert!(matches!(open(&camera, &chosen), Err(Error::NotSupported(_))));
    }
}
