//! Where frames come from: one trait, and one file for each source.
//!
//! A [`Source`] lists devices and opens them; what it opens is a [`Stream`] of frames. Both may block: they are
//! only ever called on a capture thread, never on the main one. (A browser has but one thread: there they are called
//! once per frame of the app, told not to wait.) A source knows nothing of tracks, textures or Bevy's world.

mod clock;
mod custom;
mod default;
#[cfg(not(target_family = "wasm"))]
mod file;
#[cfg(all(feature = "native", not(target_family = "wasm")))]
mod nokhwa;
mod scripted;
mod silence;
mod synthetic;
mod track_source;
#[cfg(all(feature = "native", target_os = "linux"))]
mod v4l2;
mod watch;
#[cfg(target_family = "wasm")]
pub(crate) mod web;

use std::{fmt::Debug, time::Duration};

#[cfg(all(feature = "native", target_os = "linux"))]
pub use v4l2::V4l2Source;

#[cfg(all(feature = "native", not(target_family = "wasm")))]
pub use nokhwa::NokhwaSource;

pub use custom::{CustomFeed, CustomSource};
#[cfg(not(target_family = "wasm"))]
pub use file::{FileSource, Pace};
pub use scripted::{Broken, Script, ScriptedSource};
pub use synthetic::SyntheticSource;
pub use track_source::{DefaultSource, TrackSource};
pub use watch::Watch;

pub(crate) use silence::{SilenceAction, SilenceWatch};
#[cfg(target_family = "wasm")]
pub use web::{WebFileSource, WebSource};

use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{Frame, FramePool},
};

/// Something that has cameras: the machine, a folder of files, a test, the app itself.
pub trait Source: Debug + Send + Sync + 'static {
    /// The devices that are there now, the default one first. May block.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) where this source can't be had here at
    /// all, [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) where it may not be used. No device is
    /// an empty list and not an error.
    fn devices(&self) -> Result<Vec<Device>, MediaError>;

    /// Opens a device in one of the modes that it listed, and starts it. Called on the thread that will read,
    /// stop and drop the stream. May block.
    ///
    /// # Errors
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) where the device is gone,
    /// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) where it may not be opened,
    /// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) where another program or the hardware
    /// keeps it from being read.
    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError>;

    /// Begins to watch for devices that come and go. What watches is asked on a thread of its own.
    ///
    /// Unless a source knows better, its list is asked for every two seconds.
    fn watch(&self) -> Box<dyn Watch> {
        Box::new(watch::Poll::default())
    }

    /// The source as one of the browser's page, which chooses and opens by itself and gives no bytes.
    #[cfg(target_family = "wasm")]
    #[doc(hidden)]
    fn in_page(&self) -> Option<&dyn web::PageSource> {
        None
    }
}

/// An open device. It lives and dies on its capture thread, so it need not be [`Send`]; dropping it stops the
/// device and lets it go.
pub trait Stream {
    /// The mode that the device really runs in, which can differ a little from the one asked for.
    fn mode(&self) -> NativeMode;

    /// Waits for the next frame, at most this long. [`Next::Nothing`] when none came: the device may stall, and
    /// the thread has other things to look at.
    ///
    /// # Errors
    /// An error here ends the track: the device is gone or won't send again. A single bad frame is
    /// [`Next::Broken`].
    fn next(&mut self, wait: Duration) -> Result<Next, MediaError>;

    /// What can be set of the device beside its mode. What it doesn't have isn't there.
    fn capabilities(&self) -> ControlCapabilities {
        ControlCapabilities::new()
    }

    /// What its controls are set to now, as the device says. May block.
    fn settings(&mut self) -> ControlSettings {
        ControlSettings::new()
    }

    /// Sets a control to a value that its capabilities allow. May block.
    ///
    /// A control that has no effect now (an exposure time while exposure is automatic) is left as it is, and that is no
    /// error.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) where there is no such control,
    /// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) where the device refuses. The control then
    /// stays as it was.
    fn set(&mut self, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        let _ = value;
        Err(MediaError::not_supported(format!("this device has no {control} to set")))
    }

    /// The time without a frame after which the device counts as silent. Its tracks are then
    /// [`Muted`](crate::track::Muted), and it is opened again after pauses of 3, 6, 12 ... such times (at most 60 s each)
    /// until a frame arrives. `None` if the device may be silent for any time.
    ///
    /// The default is five intervals of the [`mode`](Self::mode)'s frame rate, at least a second; `None` if that rate is
    /// 0. It has no effect while [`next`](Self::next) blocks.
    fn silence_limit(&self) -> Option<Duration> {
        silence::silence_limit(self.mode().frame_rate)
    }

    /// Learns that the frame that [`next`](Self::next) gave last can't be shown, and why: it is broken, or larger than
    /// the GPU's textures. Nothing is called for a frame that is shown, or that no track wants.
    ///
    /// A source with an end, as a file is, uses this to fail where it has no good frame at all. A camera needs nothing
    /// of it: its next frame may be good.
    fn reject(&mut self, error: &MediaError) {
        let _ = error;
    }

    /// Whether every frame counts: the capture thread then waits until the last frame was taken before it asks
    /// for another, instead of letting a newer frame replace it.
    fn lossless(&self) -> bool {
        false
    }
}

/// What came of waiting for a frame.
#[derive(Debug)]
pub enum Next {
    /// A frame; it has not been validated yet, and may be a JPEG.
    Frame(Frame),
    /// Nothing in the time given.
    Nothing,
    /// The device's controls changed, by themselves or by another program: ask for its
    /// [`settings`](Stream::settings) again.
    Controls,
    /// The device began, or ceased, to give no picture for a while (a privacy shutter). A stream of a device that can be
    /// muted says first how it stands, since it may have changed while it wasn't open.
    Muted(bool),
    /// A frame came that can't be used. The next may be good.
    Broken(MediaError),
    /// The source has come to its end in the ordinary way, as a file does.
    End,
}
