//! The server of an upload, and the form of the request.

use std::{fmt, sync::Arc, time::Duration};

use crate::{error::MediaError, http::Url, photo::PhotoFormat};

/// The place of an upload, and how it is sent. It converts from a URL: `upload("https://example.com/photos")`.
///
/// Uploads don't use the proxies of the environment.
#[derive(Clone, PartialEq)]
pub struct Upload {
    pub(super) url: String,
    pub(super) method: &'static str,
    /// `None` if the body is the file alone.
    pub(super) form: Option<Form>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) format: PhotoFormat,
    pub(super) name: Option<String>,
    pub(super) redirects: bool,
    pub(super) stall_limit: Duration,
    pub(super) response_limit: usize,
    pub(super) certificates: Vec<Arc<[u8]>>,
}

/// The fields of a form.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Form {
    /// The name of the file's field.
    pub field: String,
    pub texts: Vec<(String, String)>,
}

impl Upload {
    /// A `POST` of a form (`multipart/form-data`) to this `http` or `https` URL, with the file in the field `photo`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            method: "POST",
            form: Some(Form { field: "photo".into(), texts: Vec::new() }),
            headers: Vec::new(),
            format: PhotoFormat::default(),
            name: None,
            redirects: false,
            stall_limit: Duration::from_secs(10),
            response_limit: 64 << 10,
            certificates: Vec::new(),
        }
    }

    /// Sets the name of the form's field that has the file. By default `photo`.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.form_mut().field = name.into();
        self
    }

    /// Adds a field with a text to the form.
    #[must_use]
    pub fn text(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.form_mut().texts.push((name.into(), text.into()));
        self
    }

    /// Sends the file as it is in the place of a form: the body is the file, and its media type is the `Content-Type`.
    #[must_use]
    pub fn raw(mut self) -> Self {
        self.form = None;
        self
    }

    /// Sends a `PUT` in the place of a `POST`, as stores of objects expect with [`raw`](Self::raw).
    #[must_use]
    pub fn put(mut self) -> Self {
        self.method = "PUT";
        self
    }

    /// Adds a header to the request, such as `Authorization`. A redirect to another server gets none of them.
    #[must_use]
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the format of photos. By default PNG.
    #[must_use]
    pub fn format(mut self, format: PhotoFormat) -> Self {
        self.format = format;
        self
    }

    /// Sets the file's name in the form.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets whether redirects are followed, to up to five other addresses. By default they are refused, so that a
    /// server can't pass the photo on.
    ///
    /// The statuses 307 and 308 send the file again, and 303 fetches the answer from elsewhere. 301 and 302 are errors
    /// natively, because by the standard the file would get lost; browsers follow them without the file. `https` never
    /// redirects to `http`.
    #[must_use]
    pub fn redirects(mut self, follow: bool) -> Self {
        self.redirects = follow;
        self
    }

    /// Sets the longest time without progress, after which the upload fails. By default 10 s. An answer may take six
    /// times as long in total.
    ///
    /// Browsers report the progress of a body only if redirects are allowed. Without it they wait this long, and longer
    /// by the time that the body takes at 16 kB/s.
    #[must_use]
    pub fn stall_limit(mut self, limit: Duration) -> Self {
        self.stall_limit = limit;
        self
    }

    /// Sets the greatest length of the server's answer in bytes. By default 64 KiB. A longer answer is an error.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Trusts this certificate (PEM) in the place of the system's certificate authorities: that of a server of one's
    /// own, or of the authority that issued it. Browsers trust those of the system alone, and ignore it.
    #[must_use]
    pub fn certificate(mut self, pem: impl Into<Arc<[u8]>>) -> Self {
        self.certificates.push(pem.into());
        self
    }

    /// The form, after [`raw`](Self::raw) a new one.
    fn form_mut(&mut self) -> &mut Form {
        self.form.get_or_insert_with(|| Form { field: "photo".into(), texts: Vec::new() })
    }

    /// Checks the URL, before anything is sent.
    pub(super) fn check(&self) -> Result<(), MediaError> {
        let invalid = |why| {
            MediaError::type_error(format!(
                "'{}' can't be uploaded to: {why}; give a URL such as https://example.com/photos",
                Url::without_secrets(&self.url)
            ))
        };
        let url = Url::parse(&self.url).map_err(invalid)?;
        if url.user.is_some() {
            return Err(invalid("it has a user name, which belongs into a header (Upload::header)"));
        }
        Ok(())
    }
}

impl fmt::Debug for Upload {
    /// Leaves out the values of headers, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Upload")
            .field("url", &self.url)
            .field("method", &self.method)
            .field("form", &self.form)
            .field("headers", &headers)
            .field("redirects", &self.redirects)
            .finish_non_exhaustive()
    }
}

impl<U: Into<String>> From<U> for Upload {
    fn from(url: U) -> Self {
        Self::new(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn addresses_that_cannot_be_uploaded_to_are_type_errors() {
        for url in ["http://a", "HTTPS://a:8443/b?c=d", "http://[::1]:80/", "http://127.0.0.1"] {
            assert_eq!(Upload::new(url).check(), Ok(()), "{url}");
        }
        for url in [
            "",
            "example.com/photos",
            "ftp://example.com",
            "file:///etc/passwd",
            "http://",
            "https:///path",
            "http://:80",
            "https://user:secret@example.com",
            "https://exa mple.com",
            "https://example.com/\r\nHost: other",
        ] {
            let error = Upload::new(url).check().expect_err(url);
            assert_eq!(error.name, ErrorName::Type, "{url}: {error}");
            assert!(!error.message.contains("secret"), "{error}");
        }
    }

    #[test]
    fn secret_headers_are_not_in_the_debug_text() {
        let text = format!("{:?}", Upload::new("https://a").header("Authorization", "Bearer secret"));
        assert!(text.contains("Authorization") && !text.contains("secret"), "{text}");
    }
}
