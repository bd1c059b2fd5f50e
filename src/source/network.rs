//! Cameras in a network, by their URLs.

mod answer;
mod camera;
mod connection;
mod multipart;
mod reader;
mod stream;

use std::{fmt, sync::Arc, time::Duration};

use bevy::math::UVec2;

use super::{
    Source, Stream,
    remote::{self, KnownMode},
};
use crate::{
    device::{Device, DeviceId, NativeMode},
    error::MediaError,
    frame::{FramePool, MAX_FRAME_SIDE, PixelFormat},
    http::Url,
};
use camera::{Camera, Credentials};
use stream::NetworkStream;

/// A camera in a network that sends Motion JPEG over HTTP (`multipart/x-mixed-replace`): IP cameras, ESP32-CAM,
/// mjpg-streamer, OctoPrint, `ffmpeg -f mpjpeg`.
///
/// It is one device. Nothing is sent before a track opens it, so its size is unknown until then:
/// [`devices`](Source::devices) lists a mode of the largest size, and constraints are checked against the real one when
/// the camera is open. Its frame rate isn't told by the camera ([`frame_rate`](Self::frame_rate)). A frame's time of
/// capture is that of its arrival.
///
/// If the connection breaks, or the camera falls silent, the track is [`Muted`](crate::track::Muted) and holds its last
/// frame, and the camera is connected to again after pauses that grow to a minute
/// ([`DeviceReopened`](crate::track::DeviceReopened), [`DeviceReopenFailed`](crate::track::DeviceReopenFailed)).
/// Despawning the track closes the connection at once, also while the camera doesn't answer.
///
/// A boundary with or without its dashes, and missing or wrong lengths, are read as they are meant. An image may have
/// 64 MiB. Redirects aren't followed, and proxies aren't used.
///
/// # Security
///
/// - `http` is not encrypted: everyone on the way sees the frames, and a password if the camera wants *Basic*
///   authentication. Use `https` where the camera has it, or a network that you trust.
/// - A password is sent only after the camera asked for it, as *Digest* if the camera offers that. No message, no id
///   and no `Debug` text has a password or the query of the URL, which often has one too.
/// - The URL decides which server in the user's network the app talks to. Don't take it from a stranger.
///
/// ```no_run
/// # use bevy_viewfinder::source::{NetworkSource, TrackSource};
/// let camera = NetworkSource::new("http://192.168.1.20:81/stream").credentials("admin", "secret");
/// let track_source = TrackSource::new(camera.label("Front door"));
/// ```
///
/// # Errors
///
/// A track fails with [`TrackFailed`](crate::track::TrackFailed), by the name of
/// - [`Type`](crate::error::ErrorName::Type): the URL, the frame rate or a certificate is invalid;
/// - [`NotFound`](crate::error::ErrorName::NotFound): the server's name is unknown, or it has no such page. Not once
///   the camera has worked: it may be starting again, and the error is then
///   [`NotReadable`](crate::error::ErrorName::NotReadable);
/// - [`NotAllowed`](crate::error::ErrorName::NotAllowed): the user name or the password is missing or wrong, or the
///   server redirects;
/// - [`Security`](crate::error::ErrorName::Security): the certificate of the server isn't trusted;
/// - [`NotSupported`](crate::error::ErrorName::NotSupported): the server doesn't send Motion JPEG, but a web page, or
///   a single image;
/// - [`Data`](crate::error::ErrorName::Data): its images can't be read;
/// - [`Overconstrained`](crate::error::ErrorName::Overconstrained): the camera doesn't have the required size;
/// - [`NotReadable`](crate::error::ErrorName::NotReadable): it can't be reached, doesn't answer in time, or reports
///   an error of its own.
#[derive(Clone)]
pub struct NetworkSource {
    /// The URL without secrets.
    shown: String,
    label: Option<String>,
    /// The camera, or the reason why its URL is invalid.
    camera: Result<Camera, &'static str>,
    frame_rate: f64,
    silence_limit: Duration,
    known: KnownMode,
}

impl NetworkSource {
    /// The camera at this `http` or `https` URL. A user name and a password in it (`http://user:password@camera/`) are
    /// its [`credentials`](Self::credentials), with special characters percent-encoded.
    pub fn new(url: impl AsRef<str>) -> Self {
        let url = url.as_ref();
        Self {
            shown: Url::without_secrets(url),
            label: None,
            camera: Camera::of(url),
            frame_rate: 25.0,
            silence_limit: Duration::from_secs(3),
            known: KnownMode::default(),
        }
    }

    /// Sets the name for people. By default the URL, without its query.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Sets the user name and the password, for *Digest* and *Basic* authentication.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        if let Ok(camera) = &mut self.camera {
            camera.credentials = Some(Credentials { user: user.into(), password: password.into() });
        }
        self
    }

    /// Trusts this certificate (PEM) in the place of the system's certificate authorities: that of the camera, or of
    /// the authority that issued it.
    #[must_use]
    pub fn certificate(mut self, pem: impl Into<Arc<[u8]>>) -> Self {
        if let Ok(camera) = &mut self.camera {
            camera.certificates.push(pem.into());
        }
        self
    }

    /// Sets the frame rate of the settings, in Hz, which the camera doesn't tell. By default 25 Hz. All frames that
    /// arrive are shown, but those beyond a lower rate that the constraints ask for.
    ///
    /// For a camera with less than two frames in the [`silence_limit`](Self::silence_limit) it must be about right:
    /// five intervals without a frame are no silence.
    #[must_use]
    pub fn frame_rate(mut self, frame_rate: f64) -> Self {
        self.frame_rate = frame_rate;
        self
    }

    /// Sets the longest time until the first frame has arrived, after which opening fails. By default 10 s.
    #[must_use]
    pub fn connect_limit(mut self, limit: Duration) -> Self {
        if let Ok(camera) = &mut self.camera {
            // The system understands no limit of zero, nor one that ends after the end of time.
            camera.connect_limit = limit.clamp(Duration::from_millis(1), Duration::from_secs(24 * 60 * 60));
        }
        self
    }

    /// Sets the time without a frame after which the camera counts as silent. By default 3 s.
    #[must_use]
    pub fn silence_limit(mut self, limit: Duration) -> Self {
        self.silence_limit = limit;
        self
    }

    /// The camera, if all that the app has set is valid.
    fn camera(&self) -> Result<&Camera, MediaError> {
        if !(self.frame_rate.is_finite() && self.frame_rate > 0.0) {
            return Err(MediaError::type_error(format!(
                "{} can't have {} Hz; set a positive NetworkSource::frame_rate",
                self.shown, self.frame_rate
            )));
        }
        self.camera.as_ref().map_err(|why| {
            MediaError::type_error(format!(
                "'{}' is no URL of a camera: {why}; give a URL such as http://192.168.1.20:81/stream",
                self.shown
            ))
        })
    }
}

impl Source for NetworkSource {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        self.camera()?;
        let size = self.known.get().map_or(UVec2::splat(MAX_FRAME_SIDE), |mode| mode.size);
        let mode = NativeMode { size, frame_rate: self.frame_rate, format: PixelFormat::Mjpeg };
        Ok(vec![remote::device(&self.shown, self.label.as_deref(), mode)])
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
        remote::check_device(device, &self.shown)?;
        let (camera, limit) = (self.camera()?, self.silence_limit);
        self.known.remember(NetworkStream::open(camera, self.frame_rate, limit, pool, is_wanted))
    }
}

impl fmt::Debug for NetworkSource {
    /// Leaves out the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetworkSource")
            .field("url", &self.shown)
            .field("label", &self.label)
            .field("frame_rate", &self.frame_rate)
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
        let url = format!("https://me:{SECRET}@camera/a?pwd={SECRET}#{SECRET}");
        let source = NetworkSource::new(&url).credentials("me", SECRET);
        let device = source.devices().expect("a camera").remove(0);
        let wrong = source.open(&"other".into(), &device.modes[0], &FramePool::default()).err();
        let texts = [format!("{source:?}"), format!("{device:?}"), format!("{wrong:?}")];
        for url in [
            format!("camera?{SECRET}"),
            format!("me:{SECRET}@camera"),
            format!("http://me:{SECRET}/@camera"),
            format!("http://me:pass/{SECRET}@camera:x"),
            format!("rtsp://me:{SECRET}@camera"),
        ] {
            let error = NetworkSource::new(&url).devices().expect_err(&url);
            assert_eq!(error.name, ErrorName::Type, "{error}");
            assert!(!error.message.contains(SECRET), "{error}");
        }
        for text in texts {
            assert!(text.contains("https://camera/a") && !text.contains(SECRET), "{text}");
        }
    }

    #[test]
    fn a_camera_is_listed_without_a_connection() {
        // No port of this number is open.
        let source = NetworkSource::new("http://127.0.0.1:1/").label("Door").frame_rate(12.5);
        let device = source.devices().expect("a camera").remove(0);
        assert_eq!((device.id.0.as_str(), device.label.as_str()), ("http://127.0.0.1:1/", "Door"));
        assert_eq!(device.modes[0].frame_rate, 12.5);
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = source.clone().frame_rate(rate).devices().expect_err("no rate");
            assert_eq!(error.name, ErrorName::Type, "{error}");
        }
    }
}
