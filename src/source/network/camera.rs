//! A camera's URL, its credentials and its limits.

use std::{fmt, sync::Arc, time::Duration};

use percent_encoding::percent_decode_str;

use crate::http::Url;

/// A camera, as the app has named it.
#[derive(Clone)]
pub(super) struct Camera {
    /// The URL without the user name and the password.
    pub url: String,
    /// The URL for messages, without its query too.
    pub shown: String,
    /// The path and the query.
    pub path: String,
    pub credentials: Option<Credentials>,
    pub certificates: Vec<Arc<[u8]>>,
    pub connect_limit: Duration,
}

/// A user name and a password.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Credentials {
    pub user: String,
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

impl Camera {
    /// # Errors
    /// The reason why the URL is invalid.
    pub fn of(url: &str) -> Result<Self, &'static str> {
        let Url { scheme, user, host, path } = match Url::parse(url) {
            Err(_) if url.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("rtsp://")) => {
                return Err("RTSP is for a RtspSource; many cameras send Motion JPEG over HTTP too");
            }
            parsed => parsed?,
        };
        if path.contains('@') || !has_valid_port(host) {
            return Err("special characters in its user name, password or path aren't percent-encoded");
        }
        let path = path.split('#').next().unwrap_or_default();
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self {
            url: format!("{scheme}://{host}{path}"),
            shown: Url::without_secrets(url),
            path,
            credentials: user.map(|user| {
                let (user, password) = user.split_once(':').unwrap_or((user, ""));
                Credentials { user: decoded(user), password: decoded(password) }
            }),
            certificates: Vec::new(),
            connect_limit: Duration::from_secs(10),
        })
    }
}

/// Whether the port of a server is a number, if there is one.
fn has_valid_port(host: &str) -> bool {
    let name_end = host.rfind(']').map_or(0, |end| end + 1);
    match host[name_end..].split_once(':') {
        Some((_, port)) => port.parse::<u16>().is_ok(),
        None => true,
    }
}

/// A percent-encoded text.
fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_in_a_url_are_taken_out_and_decoded() {
        let camera = Camera::of("http://me%40home:a%2Fb%zz%C3%A9:%+1@camera:81?a=b#c").expect("a URL");
        assert_eq!((camera.url.as_str(), camera.path.as_str()), ("http://camera:81/?a=b", "/?a=b"));
        let expected = Credentials { user: "me@home".into(), password: "a/b%zzé:%+1".into() };
        assert!(camera.credentials == Some(expected));
        let camera = Camera::of("http://me@camera/stream").expect("a URL");
        assert!(camera.credentials == Some(Credentials { user: "me".into(), password: String::new() }));
        assert_eq!(camera.url, "http://camera/stream");
        assert!(Camera::of("http://camera").is_ok_and(|camera| camera.credentials.is_none()));
    }

    #[test]
    fn a_part_of_a_password_is_never_the_name_of_a_server() {
        for url in
            ["http://me:12/34@camera/", "http://me:a/b@camera/", "http://me:a?b@camera", "http://me:99999"]
        {
            assert!(Camera::of(url).is_err(), "{url}");
        }
        assert!(Camera::of("http://[::1]:8080/").is_ok());
        assert!(Camera::of("http://[::1]/").is_ok());
    }
}
