//! The options of a connection.

use std::{fmt, time::Duration};

use crate::{
    address::{Address, Credentials, without_secrets},
    error::{Error, ErrorKind},
};

/// The way that packets take from the camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Transport {
    /// Through the connection of RTSP itself. No packet is lost, and firewalls let it pass.
    #[default]
    Tcp,
    /// Packets of their own. Lost ones aren't sent again, so frames are lost too, but none comes late. Packets that
    /// overtake others count as lost.
    Udp,
}

/// The longest limit.
const LONGEST_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// The camera to connect to, and how.
#[derive(Clone)]
pub struct Options {
    /// The URL without secrets.
    shown: String,
    /// The parts of the URL, or the reason why it is invalid.
    address: Result<Address, &'static str>,
    pub(crate) transport: Transport,
    pub(crate) connect_limit: Duration,
    pub(crate) frame_limit: Duration,
}

impl Options {
    /// The camera at this `rtsp` URL. A user name and a password in it (`rtsp://user:password@camera/`) are its
    /// [`credentials`](Self::credentials), with special characters percent-encoded. An invalid URL is an error of
    /// [`check`](Self::check) and [`Camera::connect`](crate::Camera::connect).
    pub fn new(url: impl AsRef<str>) -> Self {
        let url = url.as_ref();
        Self {
            shown: without_secrets(url),
            address: Address::parse(url),
            transport: Transport::Tcp,
            connect_limit: Duration::from_secs(10),
            frame_limit: Duration::from_secs(10),
        }
    }

    /// Sets the user name and the password, for *Digest* and *Basic* authentication. They are sent only if the camera
    /// asks for them.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        if let Ok(address) = &mut self.address {
            address.credentials = Some(Credentials { user: user.into(), password: password.into() });
        }
        self
    }

    /// Sets the way of the packets. By default TCP.
    #[must_use]
    pub fn transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// Sets the longest time until the first frame has arrived, after which connecting fails. By default 10 s.
    #[must_use]
    pub fn connect_limit(mut self, limit: Duration) -> Self {
        self.connect_limit = limit.min(LONGEST_LIMIT);
        self
    }

    /// Sets the longest time between two frames, after which the connection ends with
    /// [`ErrorKind::NotReadable`]. By default 10 s. It also limits the memory that a frame without an end takes.
    #[must_use]
    pub fn frame_limit(mut self, limit: Duration) -> Self {
        self.frame_limit = limit.min(LONGEST_LIMIT);
        self
    }

    /// The URL for people: without a user name, a password, the query, and the parts of the path that have values.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Checks the URL and the credentials.
    ///
    /// # Errors
    /// [`ErrorKind::Invalid`] if they aren't valid.
    pub fn check(&self) -> Result<(), Error> {
        self.address().map(|_| ())
    }

    /// The parts of a valid URL.
    pub(crate) fn address(&self) -> Result<&Address, Error> {
        let invalid = |message| Error::new(ErrorKind::Invalid, message);
        let address = self.address.as_ref().map_err(|why| {
            invalid(format!(
                "'{}' is no URL of a camera: {why}; give a URL such as rtsp://192.168.1.20/stream1",
                self.shown
            ))
        })?;
        // They are sent in a header. Passwords too, but encoded.
        let is_printable = |user: &str| user.chars().all(|c| c == ' ' || c.is_ascii_graphic());
        match &address.credentials {
            Some(Credentials { user, .. }) if !is_printable(user) => Err(invalid(format!(
                "the user name for {} has characters other than printable ASCII: choose another one in the camera's \
                 settings",
                self.shown
            ))),
            Some(Credentials { user, .. }) if user.contains(':') => Err(invalid(format!(
                "the user name for {} has a colon: choose another one in the camera's settings",
                self.shown
            ))),
            _ => Ok(address),
        }
    }

    /// Whether there is a user name or a password.
    pub(crate) fn has_credentials(&self) -> bool {
        self.address.as_ref().is_ok_and(|address| address.credentials.is_some())
    }
}

impl fmt::Debug for Options {
    /// Leaves out the secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("url", &self.shown)
            .field("transport", &self.transport)
            .field("connect_limit", &self.connect_limit)
            .field("frame_limit", &self.frame_limit)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_has_a_secret() {
        let options = Options::new("rtsp://me:hunter2@camera/a?pwd=hunter2").credentials("me", "hunter2");
        let text = format!("{options:?}");
        assert!(text.contains("rtsp://camera/a") && !text.contains("hunter2"), "{text}");
        for url in ["http://me:hunter2@camera", "rtsp://me:12/hunter2@camera", "hunter2@camera"] {
            let error = Options::new(url).credentials("me", "hunter2").check().expect_err(url);
            assert_eq!(error.kind(), ErrorKind::Invalid);
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn user_names_that_no_header_can_have_are_errors() {
        for user in ["a\r\nb", "a\u{0}", "ä", "a:b"] {
            let error = Options::new("rtsp://camera").credentials(user, "a").check().expect_err(user);
            assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        }
        assert_eq!(Options::new("rtsp://camera").credentials("a \"b\"", "ä\n:").check(), Ok(()));
    }
}
