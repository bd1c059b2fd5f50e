//! The settings of uploads.

use std::fmt;

use serde::Deserialize;

/// The part `upload` of the settings file.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct UploadSettings {
    /// Shows the upload button. Off by default: nothing is sent.
    pub enabled: bool,
    /// The `http` or `https` URL of the host's server.
    pub url: String,
    /// Uploads each result at once, without the button.
    pub automatic: bool,
    /// The name of the form's field that has the file.
    pub field: String,
    /// Headers of the request, such as `("Authorization", "Bearer ...")`.
    pub headers: Vec<(String, String)>,
}

/// The settings as they are in the file.
#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Unchecked {
    enabled: bool,
    url: String,
    automatic: bool,
    field: String,
    headers: Vec<(String, String)>,
}

impl Default for Unchecked {
    fn default() -> Self {
        let UploadSettings { enabled, url, automatic, field, headers } = UploadSettings::default();
        Self { enabled, url, automatic, field, headers }
    }
}

impl Default for UploadSettings {
    fn default() -> Self {
        Self {
            enabled: false,
            url: String::new(),
            automatic: false,
            field: "photo".into(),
            headers: Vec::new(),
        }
    }
}

impl TryFrom<Unchecked> for UploadSettings {
    type Error = String;

    fn try_from(unchecked: Unchecked) -> Result<Self, String> {
        let Unchecked { enabled, url, automatic, field, headers } = unchecked;
        if enabled || !url.is_empty() {
            check_url(&url).map_err(|why| {
                let shown = url.rsplit('@').next().unwrap_or_default();
                format!("upload.url `{shown}` {why}; give a URL such as https://example.com/photos")
            })?;
        }
        if field.is_empty() || field.contains(|c: char| c.is_control() || c == '"') {
            return Err(format!("upload.field {field:?} isn't the name of a field, such as photo"));
        }
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        let is_header = |(name, value): &&(String, String)| {
            !name.is_empty() && name.chars().all(is_token) && !value.contains(char::is_control)
        };
        if let Some((name, _)) = headers.iter().find(|header| !is_header(header)) {
            return Err(format!("upload.headers has {name:?}, which isn't a header such as Authorization"));
        }
        Ok(Self { enabled, url, automatic, field, headers })
    }
}

/// Checks a URL, so that a mistake is known before the first guest comes.
fn check_url(url: &str) -> Result<(), &'static str> {
    if url.is_empty() {
        return Err("is empty");
    }
    let Some((scheme, rest)) = url.split_once("://") else { return Err("has no scheme") };
    let server = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
        Err("is neither http nor https")
    } else if server.contains('@') {
        Err("has a user name, which belongs into upload.headers")
    } else if server.is_empty() || server.starts_with(':') {
        Err("names no server")
    } else if url.contains(|c: char| c.is_control() || c.is_whitespace()) {
        Err("has spaces")
    } else {
        Ok(())
    }
}

impl fmt::Debug for UploadSettings {
    /// Leaves out the values of headers, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let headers: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("UploadSettings")
            .field("enabled", &self.enabled)
            .field("url", &self.url)
            .field("automatic", &self.automatic)
            .field("field", &self.field)
            .field("headers", &headers)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_that_cannot_work_is_an_error() {
        let parse = |text: &str| ron::from_str::<UploadSettings>(text);
        assert_eq!(parse("()"), Ok(UploadSettings::default()));
        for url in ["http://a", "https://example.com:8443/photos?event=1", "HTTP://[::1]:80/"] {
            assert!(parse(&format!("(enabled: true, url: \"{url}\")")).is_ok(), "{url}");
        }
        for (url, part) in [
            ("", "empty"),
            ("example.com/photos", "no scheme"),
            ("ftp://example.com", "neither http nor https"),
            ("file:///etc/passwd", "neither http nor https"),
            ("https:///photos", "no server"),
            ("http://:80", "no server"),
            ("https://ada:secret@example.com", "user name"),
            ("https://exa mple.com", "spaces"),
        ] {
            let error = parse(&format!("(enabled: true, url: \"{url}\")")).expect_err(url).to_string();
            assert!(error.contains(part) && !error.contains("secret"), "{url}: {error}");
            // A URL that isn't used yet is checked as well.
            assert_eq!(parse(&format!("(url: \"{url}\")")).is_ok(), url.is_empty(), "{url}");
        }
    }

    #[test]
    fn fields_and_headers_are_checked_and_secrets_are_not_shown() {
        for text in [
            "(field: \"\")",
            "(field: \"a\\\"b\")",
            "(headers: [(\"\", \"a\")])",
            "(headers: [(\"a b\", \"\")])",
        ] {
            assert!(ron::from_str::<UploadSettings>(text).is_err(), "{text}");
        }
        let text = "(headers: [(\"Authorization\", \"Bearer secret\")])";
        let settings: UploadSettings = ron::from_str(text).expect("settings");
        let shown = format!("{settings:?}");
        assert!(shown.contains("Authorization") && !shown.contains("secret"), "{shown}");
    }
}
