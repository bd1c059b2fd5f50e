//! The parts of a URL.

/// An `http` or `https` URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Url<'a> {
    /// `http` or `https`, in any case.
    pub scheme: &'a str,
    /// The user name, and the password after a colon, percent-encoded.
    pub user: Option<&'a str>,
    /// The server, with its port.
    pub host: &'a str,
    /// The path, the query and the fragment.
    pub path: &'a str,
}

impl<'a> Url<'a> {
    /// # Errors
    /// The reason why it is no such URL. It has no part of the URL, which may be secret.
    pub fn parse(url: &'a str) -> Result<Self, &'static str> {
        let (scheme, rest) = url.split_once("://").ok_or("it has no scheme")?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            Err("its scheme is neither http nor https")
        } else if host.is_empty() || host.starts_with(':') {
            Err("it names no server")
        } else if url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            Err("it has spaces or line breaks")
        } else {
            Ok(Self { scheme, user, host, path })
        }
    }

    /// The URL without its query, a user name and a password, which may be secret: for messages. It need not be valid.
    pub fn without_secrets(url: &str) -> String {
        let (scheme, rest) = match url.split_once("://") {
            Some((scheme, rest)) if scheme.chars().all(char::is_alphanumeric) => {
                (format!("{scheme}://"), rest)
            }
            _ => (String::new(), url),
        };
        // A password may contain an unescaped slash.
        let rest = rest.rsplit('@').next().unwrap_or_default();
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        // A message has one line.
        scheme + &rest.replace(char::is_control, " ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_has_its_parts() {
        let url = Url::parse("HTTPS://me:a%40b@[::1]:8443/a/b?c=d#e");
        let parts = Url { scheme: "HTTPS", user: Some("me:a%40b"), host: "[::1]:8443", path: "/a/b?c=d#e" };
        assert_eq!(url, Ok(parts));
        let bare = Url { scheme: "http", user: None, host: "a", path: "?b" };
        assert_eq!(Url::parse("http://a?b"), Ok(bare));
    }

    #[test]
    fn urls_that_are_none_are_errors() {
        for url in
            ["", "a/b", "ftp://a", "http://", "https:///path", "http://:80", "http://me@", "http://a b/"]
        {
            assert!(Url::parse(url).is_err(), "{url}");
        }
    }

    #[test]
    fn secrets_are_left_out() {
        for (url, shown) in [
            ("http://me:secret@camera:81/a?password=secret#secret", "http://camera:81/a"),
            ("https://me:sec/ret@camera", "https://camera"),
            ("me:secret@camera/a", "camera/a"),
            ("http://camera?user=secret", "http://camera"),
            ("camera?secret=http://a", "camera"),
            ("http://a\nb", "http://a b"),
            ("http://camera/a", "http://camera/a"),
            ("camera", "camera"),
            ("", ""),
        ] {
            assert_eq!(Url::without_secrets(url), shown);
        }
    }
}
