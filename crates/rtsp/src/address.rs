//! The URL of a camera: its server, its secrets, and the form for messages.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use url::Url;

/// The port of RTSP servers.
pub(crate) const DEFAULT_PORT: u16 = 554;

/// A user name and a password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub user: String,
    pub password: String,
}

/// The parts of a camera's URL.
#[derive(Clone)]
pub(crate) struct Address {
    /// The URL without a user name, a password and a fragment.
    pub url: Url,
    pub credentials: Option<Credentials>,
}

impl Address {
    /// # Errors
    /// The reason why it is no such URL. It has no part of the URL, which may be secret.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err("it has spaces or line breaks");
        }
        let (scheme, _) = text.split_once("://").ok_or("it has no scheme")?;
        if scheme.eq_ignore_ascii_case("rtsps") {
            return Err("encrypted RTSP isn't supported");
        } else if !scheme.eq_ignore_ascii_case("rtsp") {
            return Err("its scheme isn't rtsp");
        }
        let encoding = "special characters in its user name, password or path aren't percent-encoded";
        let mut url = Url::parse(text).map_err(|error| match error {
            url::ParseError::EmptyHost => "it names no server",
            _ => encoding,
        })?;
        // A part of a password must not become the name of a server.
        if url.path().contains('@') || url.query().is_some_and(|query| query.contains('@')) {
            return Err(encoding);
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err("it names no server");
        }
        let password = url.password().map(decoded);
        let credentials = (!url.username().is_empty() || password.is_some())
            .then(|| Credentials { user: decoded(url.username()), password: password.unwrap_or_default() });
        url.set_fragment(None);
        if url.set_username("").is_err() || url.set_password(None).is_err() {
            return Err("it names no server");
        }
        Ok(Self { url, credentials })
    }

    /// The name and the port of the server.
    pub fn server(&self) -> (&str, u16) {
        // The brackets of an IPv6 address are no part of it.
        let host = self.url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        (host, self.url.port().unwrap_or(DEFAULT_PORT))
    }
}

/// The URL for messages: without a user name, a password, the query, and the parts of the path that have values, as
/// `user=admin&password=secret.sdp` does. It need not be valid.
pub(crate) fn without_secrets(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if scheme.chars().all(char::is_alphanumeric) => (format!("{scheme}://"), rest),
        _ => (String::new(), url),
    };
    // A password may contain an unescaped slash.
    let rest = rest.rsplit('@').next().unwrap_or_default();
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let parts: Vec<Cow<str>> = rest
        .split('/')
        .map(|part| match part.contains('=') {
            true => Cow::Borrowed("..."),
            false => Cow::Owned(part.replace(char::is_control, " ")),
        })
        .collect();
    scheme + &parts.join("/")
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
        let address = Address::parse("rtsp://me%40home:a%2Fb%zz%C3%A9@camera:81/a?b=c#d").expect("a URL");
        assert_eq!(address.url.as_str(), "rtsp://camera:81/a?b=c");
        assert_eq!(address.server(), ("camera", 81));
        let expected = Credentials { user: "me@home".into(), password: "a/b%zzé".into() };
        assert!(address.credentials == Some(expected));
        let address = Address::parse("RTSP://me@[::1]/stream").expect("a URL");
        assert!(address.credentials == Some(Credentials { user: "me".into(), password: String::new() }));
        assert_eq!(address.server(), ("::1", 554));
        assert!(Address::parse("rtsp://camera").is_ok_and(|address| address.credentials.is_none()));
    }

    #[test]
    fn urls_that_are_none_are_errors() {
        for url in [
            "",
            "camera/stream",
            "http://camera",
            "rtsp://",
            "rtsp:///path",
            "rtsp://:554/",
            "rtsp://camera:99999/",
            "rtsp://a b/",
            "rtsp://camera/\n",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
        let error = Address::parse("rtsps://camera/").err();
        assert_eq!(error, Some("encrypted RTSP isn't supported"));
    }

    #[test]
    fn a_part_of_a_password_is_never_the_name_of_a_server() {
        for url in [
            "rtsp://me:12/34@camera/",
            "rtsp://me:a/b@camera/",
            "rtsp://me:a?b@camera",
            "rtsp://me:12?b@camera",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn secrets_are_left_out() {
        for (url, shown) in [
            ("rtsp://me:secret@camera:81/a?password=secret#secret", "rtsp://camera:81/a"),
            ("rtsp://me:sec/ret@camera", "rtsp://camera"),
            ("rtsp://camera/user=me&password=secret.sdp", "rtsp://camera/..."),
            ("rtsp://camera/a/b=secret/c", "rtsp://camera/a/.../c"),
            ("me:secret@camera/a", "camera/a"),
            ("camera?secret=rtsp://a", "camera"),
            ("rtsp://a\nb", "rtsp://a b"),
            ("rtsp://camera/a", "rtsp://camera/a"),
            ("", ""),
        ] {
            assert_eq!(without_secrets(url), shown);
        }
    }
}
