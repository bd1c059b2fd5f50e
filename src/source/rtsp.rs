//! Cameras in a network by RTSP, by their URLs.

mod error;
mod stream;

use std::{fmt, time::Duration};

use bevy::math::UVec2;
use viewfinder_rtsp::{Options, Transport};

use super::{
    Source, Stream,
    remote::{self, KnownMode},
};
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{FramePool, MAX_FRAME_SIDE, PixelFormat},
};
use error::media_error;
use stream::RtspStream;

/// The frame rate of a camera that doesn't tell it, in Hz.
const USUAL_RATE: f64 = 25.0;

/// The way that the packets of an [`RtspSource`] take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum RtspTransport {
    /// Through the connection of RTSP itself. No packet is lost, and firewalls let it pass.
    #[default]
    Tcp,
    /// Packets of their own. Lost ones aren't sent again, so frames are damaged or lost too.
    Udp,
}

/// A camera in a network that is watched by RTSP: IP cameras (ONVIF), doorbells, network recorders, MediaMTX.
///
/// Its first video that is H.264 (feature `h264`) or Motion JPEG is played, without its sound. H.265 isn't supported:
/// most cameras have a second stream of H.264, or a setting. The manual of the camera has the path of its URL.
///
/// It is one device. Nothing is sent before a track opens it, so its size is unknown until then:
/// [`devices`](Source::devices) lists a mode of the largest size, and constraints are checked against the real one when
/// the camera is open. A frame's time of capture is that of its arrival. Frames that wait are decoded, but only the
/// newest is shown, so a track doesn't lag behind. The decoder returns a frame of H.264 when the next one has come, but
/// one of the Baseline profile at once.
///
/// If the connection breaks, or the camera falls silent, the track is [`Muted`](crate::track::Muted) and holds its last
/// frame, and the camera is connected to again after pauses that grow to a minute
/// ([`DeviceReopened`](crate::track::DeviceReopened), [`DeviceReopenFailed`](crate::track::DeviceReopenFailed)).
/// Despawning the track tells the camera to stop, and closes the connection within half a second, also while the camera
/// doesn't answer.
///
/// The first frame comes with the next key frame, which some cameras send only every few seconds. A frame and an answer
/// may have 32 MiB; on systems other than Linux, and over UDP, the limits of time limit them. JPEGs of more than 2040
/// pixels a side don't fit in RTP. Redirects aren't followed.
///
/// # Security
///
/// - RTSP is not encrypted: everyone on the way sees the frames, and a password if the camera wants *Basic*
///   authentication. Use a network that you trust.
/// - A password is sent only after the camera asked for it. No message, no id and no `Debug` text has a password, the
///   query of the URL, or a part of its path that has a value (`user=admin&password=secret`). `retina` writes the URL
///   to the log at the levels `debug` and, if an answer has no media type, `warn`.
/// - The URL decides which server in the user's network the app talks to. Don't take it from a stranger.
///
/// ```no_run
/// # use bevy_viewfinder::source::{RtspSource, TrackSource};
/// let camera = RtspSource::new("rtsp://192.168.1.20/stream1").credentials("admin", "secret");
/// let track_source = TrackSource::new(camera.label("Front door"));
/// ```
///
/// # Errors
///
/// A track fails with [`TrackFailed`](crate::track::TrackFailed), by the name of
/// - [`Type`](crate::error::ErrorName::Type): the URL or the user name is invalid;
/// - [`NotFound`](crate::error::ErrorName::NotFound): the server's name is unknown, or it has no such stream. Not
///   once the camera has worked: it may be starting again, and the error is then
///   [`NotReadable`](crate::error::ErrorName::NotReadable);
/// - [`NotAllowed`](crate::error::ErrorName::NotAllowed): the user name or the password is missing or wrong, or the
///   server redirects;
/// - [`NotSupported`](crate::error::ErrorName::NotSupported): the server isn't an RTSP server, or its video is of
///   another codec, or H.264 without the feature `h264`;
/// - [`Data`](crate::error::ErrorName::Data): its answers or its frames can't be read;
/// - [`Overconstrained`](crate::error::ErrorName::Overconstrained): the camera doesn't have the required size;
/// - [`NotReadable`](crate::error::ErrorName::NotReadable): it can't be reached, doesn't send a frame in time, or
///   reports an error of its own.
#[derive(Clone)]
pub struct RtspSource {
    options: Options,
    label: Option<String>,
    silence_limit: Duration,
    known: KnownMode,
}

impl RtspSource {
    /// The camera at this `rtsp` URL. A user name and a password in it (`rtsp://user:password@camera/`) are its
    /// [`credentials`](Self::credentials), with special characters percent-encoded.
    pub fn new(url: impl AsRef<str>) -> Self {
        Self {
            options: Options::new(url),
            label: None,
            silence_limit: Duration::from_secs(3),
            known: KnownMode::default(),
        }
    }

    /// Sets the name for people. By default the URL, without its secrets.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Sets the user name and the password, for *Digest* and *Basic* authentication.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.options = self.options.credentials(user, password);
        self
    }

    /// Sets the way of the packets. By default TCP.
    #[must_use]
    pub fn transport(mut self, transport: RtspTransport) -> Self {
        self.options = self.options.transport(match transport {
            RtspTransport::Tcp => Transport::Tcp,
            RtspTransport::Udp => Transport::Udp,
        });
        self
    }

    /// Sets the longest time until the first frame has arrived, after which opening fails. By default 10 s.
    #[must_use]
    pub fn connect_limit(mut self, limit: Duration) -> Self {
        self.options = self.options.connect_limit(limit);
        self
    }

    /// Sets the time without a frame after which the camera counts as silent. By default 3 s.
    #[must_use]
    pub fn silence_limit(mut self, limit: Duration) -> Self {
        self.silence_limit = limit;
        self
    }
}

impl Source for RtspSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        self.options.check().map_err(media_error)?;
        let mode = self.known.get().unwrap_or(NativeMode {
            size: UVec2::splat(MAX_FRAME_SIDE),
            frame_rate: USUAL_RATE,
            format: if cfg!(feature = "h264") { PixelFormat::I420 } else { PixelFormat::Mjpeg },
        });
        Ok(vec![remote::device(self.options.shown(), self.label.as_deref(), mode)])
    }

    fn open(
        &self,
        device: &DeviceId,
        mode: &NativeMode,
        pool: &FramePool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        self.open_while_wanted(device, mode, pool, &|| true)
    }

    fn open_while_wanted(
        &self,
        device: &DeviceId,
        _: &NativeMode,
        pool: &FramePool,
        is_wanted: &dyn Fn() -> bool,
    ) -> Result<Box<dyn Stream>, MediaError> {
        remote::check_device(device, self.options.shown())?;
        let (limit, options) = (self.silence_limit, &self.options);
        self.known.remember(RtspStream::open(options, USUAL_RATE, limit, pool, is_wanted))
    }
}

impl fmt::Debug for RtspSource {
    /// Leaves out the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RtspSource")
            .field("options", &self.options)
            .field("label", &self.label)
            .field("silence_limit", &self.silence_limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    const SECRET: &str = "hunter2";

    #[test]
    fn no_text_has_a_password() {
        let url = format!("rtsp://me:{SECRET}@camera/a?pwd={SECRET}#{SECRET}");
        let source = RtspSource::new(&url).credentials("me", SECRET);
        let device = source.devices().expect("a camera").remove(0);
        let wrong = source.open(&"other".into(), &device.modes[0], &FramePool::default()).err();
        for text in [format!("{source:?}"), format!("{device:?}"), format!("{wrong:?}")] {
            assert!(text.contains("rtsp://camera/a") && !text.contains(SECRET), "{text}");
        }
        for url in [
            format!("camera?{SECRET}"),
            format!("http://me:{SECRET}@camera"),
            format!("rtsp://me:12/{SECRET}@camera"),
        ] {
            let error = RtspSource::new(&url).devices().expect_err(&url);
            assert_eq!(error.name, ErrorName::Type, "{error}");
            assert!(!error.message.contains(SECRET), "{error}");
        }
    }

    #[test]
    fn a_camera_is_listed_without_a_connection() {
        // No port of this number is open.
        let source = RtspSource::new("rtsp://127.0.0.1:1/").label("Door");
        let device = source.devices().expect("a camera").remove(0);
        assert_eq!((device.id.0.as_str(), device.label.as_str()), ("rtsp://127.0.0.1:1/", "Door"));
        let error =
            source.open(&device.id, &device.modes[0], &FramePool::default()).err().expect("no camera");
        assert_eq!(error.name, ErrorName::NotReadable, "{error}");
    }
}
