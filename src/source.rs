//! Sources of frames: one trait, and a file for each source.
//!
//! A [`Source`] lists devices and opens them. An open device is a [`Stream`] of frames. Both may block: they are called
//! on a capture thread, never on the main one. (A browser has one thread. There they are called once per frame of the
//! app, with no time to wait.) A source knows nothing of tracks, textures or Bevy's world.

#[cfg(feature = "audio")]
mod all_devices;
#[cfg(feature = "audio")]
pub mod audio;
mod clock;
mod custom;
mod default;
#[cfg(all(feature = "native", any(target_os = "macos", windows, all(test, target_os = "linux"))))]
mod desktop;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod file;
#[cfg(not(target_family = "wasm"))]
pub(crate) mod guard;
mod image_limits;
#[cfg(all(any(feature = "rtsp", all(feature = "native", target_os = "linux")), not(target_family = "wasm")))]
mod live_video;
#[cfg(all(feature = "http-camera", not(target_family = "wasm")))]
mod network;
#[cfg(all(feature = "native", not(target_family = "wasm")))]
mod nokhwa;
#[cfg(all(feature = "pipewire", target_os = "linux"))]
mod pipewire;
mod player;
#[cfg(all(any(feature = "http-camera", feature = "rtsp"), not(target_family = "wasm")))]
mod remote;
#[cfg(all(feature = "rtsp", not(target_family = "wasm")))]
mod rtsp;
#[cfg(feature = "test-sources")]
pub mod scripted;
mod silence;
mod still;
mod synthetic;
#[cfg(all(
    feature = "native",
    any(target_os = "macos", windows, all(any(test, feature = "pipewire"), target_os = "linux"))
))]
mod system;
mod track_source;
#[cfg(all(feature = "native", target_os = "linux"))]
mod v4l2;
mod watch;
#[cfg(target_family = "wasm")]
pub(crate) mod web;

use std::{any::Any, fmt::Debug, time::Duration};

#[cfg(all(feature = "native", target_os = "linux"))]
pub use v4l2::V4l2Source;
#[cfg(all(feature = "virtual-camera", target_os = "linux"))]
pub(crate) use v4l2::{OutputNode, VideoOutput};

#[cfg(all(feature = "native", not(target_family = "wasm")))]
pub use nokhwa::NokhwaSource;

#[cfg(all(feature = "native", any(target_os = "macos", windows, all(test, target_os = "linux"))))]
pub use desktop::DesktopSource;
#[cfg(all(feature = "native", any(target_os = "macos", windows, all(test, target_os = "linux"))))]
pub use system::SystemSource;

#[cfg(all(feature = "pipewire", target_os = "linux"))]
pub use pipewire::PipewireSource;

pub use custom::{CustomFeed, CustomSource};
#[cfg(not(target_family = "wasm"))]
pub(crate) use file::is_jpeg_stream;
#[cfg(not(target_family = "wasm"))]
pub use file::{FileSource, Playback};
#[cfg(all(feature = "http-camera", not(target_family = "wasm")))]
pub use network::NetworkSource;
pub use player::FilePlayer;
#[cfg(all(feature = "rtsp", not(target_family = "wasm")))]
pub use rtsp::{RtspSource, RtspTransport};
pub use synthetic::SyntheticSource;
pub use track_source::{DefaultSource, TrackSource};
pub use watch::DeviceWatcher;
#[cfg(target_family = "wasm")]
pub use web::{WebFileSource, WebSource};

#[cfg(feature = "audio")]
pub(crate) use all_devices::AllDevices;
pub(crate) use silence::{SilenceAction, SilenceWatch};
pub(crate) use still::{Still, StillAnswer, StillRequest};

use crate::{
    device::{Control, ControlCapabilities, ControlSettings, ControlValue, Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{Frame, FramePool, FrameRef},
};

/// A provider of video devices: the machine, a folder of files, a test, the app itself.
pub trait Source: Any + Debug + Send + Sync {
    /// The devices that are present now, the default one first. May block.
    ///
    /// No device is an empty list and no error.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if this source doesn't work on this platform,
    /// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) if it may not be used.
    fn devices(&self) -> Result<Vec<Device>, MediaError>;

    /// Opens a device in one of the modes that it listed, and starts it. May block.
    ///
    /// It is called on the thread that reads, stops and drops the stream.
    ///
    /// # Errors
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) if the device is gone,
    /// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) if it may not be opened,
    /// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) if another program or the hardware prevents
    /// reading.
    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError>;

    /// Opens a device as [`open`](Self::open) does, while a track waits for it.
    ///
    /// A source whose devices take long to open, such as cameras in a network, implements it: it calls `is_wanted`
    /// several times a second, and gives up with [`ErrorName::Abort`](crate::error::ErrorName::Abort) once that returns
    /// `false`. By default it is [`open`](Self::open).
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    fn open_while_wanted(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        let _ = is_wanted;
        self.open(device, mode, pool)
    }

    /// Starts to watch for devices that are connected or disconnected. The watcher runs on a thread of its own.
    ///
    /// By default the devices are listed every two seconds.
    fn watch(&self) -> Box<dyn DeviceWatcher> {
        Box::new(watch::PollingWatcher::default())
    }
}

/// An open device. It stays on its capture thread, so it need not be [`Send`]. Dropping it stops and closes the device.
pub trait Stream {
    /// The mode that the device runs in, which can differ a little from the requested one.
    fn mode(&self) -> NativeMode;

    /// The modes of the device, if they are known only now that it is open. They replace those that the source listed,
    /// and contain the [`mode`](Self::mode). By default `None`.
    fn modes(&self) -> Option<Vec<NativeMode>> {
        None
    }

    /// Waits for the next frame or event, at most this long.
    ///
    /// It returns [`StreamEvent::Pending`] in time even if the device stalls: the capture thread has other work to do.
    ///
    /// # Errors
    /// An error ends the track: the device is gone or won't send again. A single bad frame is
    /// [`StreamEvent::Corrupt`].
    fn next(&mut self, wait: Duration) -> Result<StreamEvent, MediaError>;

    /// Waits as [`next`](Self::next) does, and hands a frame over where it lies in the device's memory, instead of
    /// returning it. A track then copies it once, into memory of the GPU. Returns [`StreamEvent::Pending`] after a
    /// frame.
    ///
    /// The default is [`next`](Self::next), which returns frames with bytes of their own.
    ///
    /// # Errors
    /// Those of [`next`](Self::next).
    fn read(
        &mut self,
        wait: Duration,
        receive: &mut dyn FnMut(FrameRef<'_>),
    ) -> Result<StreamEvent, MediaError> {
        let _ = receive;
        self.next(wait)
    }

    /// The device's controls and the values that each accepts.
    fn capabilities(&self) -> ControlCapabilities {
        ControlCapabilities::new()
    }

    /// The current values of the device's controls, read from the device. May block.
    fn settings(&mut self) -> ControlSettings {
        ControlSettings::new()
    }

    /// Sets a control to a value that its capabilities allow. May block.
    ///
    /// A control that has no effect now (an exposure time while exposure is automatic) keeps its value. That is no
    /// error.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if there is no such control,
    /// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) if the device rejects the value. The control
    /// then keeps its value.
    fn set(&mut self, control: Control, value: &ControlValue) -> Result<(), MediaError> {
        let _ = value;
        Err(MediaError::not_supported(format!("this device has no control {control}")))
    }

    /// The time without a frame after which the device counts as silent. Its tracks are then
    /// [`Muted`](crate::track::Muted), and it is opened again after pauses of 3, 6, 12 ... such times (at most 60 s
    /// each) until a frame arrives. `None` if the device may be silent for any time.
    ///
    /// The default is five intervals of the [`mode`](Self::mode)'s frame rate, at least a second; `None` if that rate
    /// is
    /// 0. It has no effect while [`next`](Self::next) blocks.
    fn silence_limit(&self) -> Option<Duration> {
        silence::silence_limit(self.mode().frame_rate)
    }

    /// Whether the device may be opened in another of its modes for a [photo](crate::photo::TakePhoto). If not, a photo
    /// is the track's frame. The default is `true`.
    fn switches_mode_for_photos(&self) -> bool {
        true
    }

    /// Reports that the last frame from [`next`](Self::next) can't be shown, and why: it is corrupt, or larger than the
    /// GPU's textures. It isn't called for a frame that is shown, or that no track wants.
    ///
    /// A source with an end, such as a file, uses this to fail if it has no good frame at all. A camera can ignore it:
    /// its next frame may be good.
    fn reject(&mut self, error: &MediaError) {
        let _ = error;
    }

    /// Whether every frame counts. The capture thread then waits until the last frame is taken before it reads another,
    /// instead of letting a newer frame replace it.
    fn lossless(&self) -> bool {
        false
    }
}

/// The result of [`Stream::next`].
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamEvent {
    /// A frame. It has not been validated yet, and may be a JPEG.
    Frame(Frame),
    /// No frame came within the wait.
    Pending,
    /// The device's controls changed, by themselves or by another program. Their values are read from
    /// [`settings`](Stream::settings) again.
    ControlsChanged,
    /// The device stopped (`true`) or resumed (`false`) sending frames for now, as with a privacy shutter. The stream
    /// of a device that can be muted reports its state first, because that can change while the device is closed.
    Muted(bool),
    /// A frame came that can't be used. The next may be good.
    Corrupt(MediaError),
    /// The connection to the device is broken, and may work again later, as that to a camera in a network. The tracks
    /// are [`Muted`](crate::track::Muted), and the device is opened again after a second, then after growing pauses.
    Disconnected,
    /// The source has ended without an error, as a file does.
    Ended,
}
