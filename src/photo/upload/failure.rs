//! The failures of uploads that browsers and desktops share.

use std::time::Duration;

use crate::error::{ErrorName, MediaError};

/// The longest part of a server's answer in a message, in characters.
const QUOTED: usize = 200;

/// The end of an upload that failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub error: MediaError,
    pub status: Option<u16>,
}

impl From<MediaError> for Failure {
    fn from(error: MediaError) -> Self {
        Self { error, status: None }
    }
}

impl Failure {
    /// The server answered with a status that is no success.
    pub fn status(url: &str, status: u16, reason: &str, body: &[u8]) -> Self {
        let (name, advice) = match status {
            401 | 403 | 407 => {
                (ErrorName::NotAllowed, "send the credentials that it wants, by Upload::header")
            }
            404 | 410 => (ErrorName::NotFound, "check the path of the URL"),
            405 => (ErrorName::NotSupported, "it may want Upload::put, or another URL"),
            413 => (ErrorName::Operation, "send a smaller photo, or another format"),
            415 => (ErrorName::NotSupported, "send another format, or the file alone by Upload::raw"),
            408 | 429 | 500.. => (ErrorName::Operation, "try again later, or look into the server's log"),
            _ => (ErrorName::Operation, "check what the server expects"),
        };
        let reason = if reason.is_empty() { String::new() } else { format!(" ({reason})") };
        let error = MediaError::new(
            name,
            format!("{url} didn't take the upload, it answered {status}{reason}{}; {advice}", quoted(body)),
        );
        Self { error, status: Some(status) }
    }

    /// The server redirects, and redirects aren't allowed.
    pub fn redirected(url: &str, status: Option<u16>, location: Option<&str>) -> Self {
        let location = location.map(|location| format!(" to {location}")).unwrap_or_default();
        let error = MediaError::not_allowed(format!(
            "{url} redirects{location}, which isn't allowed; name the right URL, or allow it by Upload::redirects"
        ));
        Self { error, status }
    }

    /// The server's answer is longer than allowed.
    pub fn too_long(url: &str, status: u16, limit: usize) -> Self {
        let error = MediaError::data(format!(
            "{url} took the upload, but its answer is longer than {limit} bytes; check the URL, or allow more by \
             Upload::response_limit"
        ));
        // A browser forgets the status of an answer that it breaks off.
        Self { error, status: Some(status).filter(|status| *status > 0) }
    }
}

/// Nothing was sent or received for too long.
pub(super) fn stalled(url: &str, limit: Duration) -> MediaError {
    MediaError::operation(format!(
        "the upload to {url} made no progress for {} s; check the network and the server, or allow more time by \
         Upload::stall_limit",
        limit.as_secs_f32()
    ))
}

/// The start of a server's answer, as part of a message.
fn quoted(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let words: Vec<_> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let text: String = words.join(" ").chars().take(QUOTED).collect();
    if text.is_empty() { text } else { format!(": \"{text}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_a_name_and_an_advice_by_their_cause() {
        for (status, name, advice) in [
            (401, ErrorName::NotAllowed, "Upload::header"),
            (404, ErrorName::NotFound, "path"),
            (405, ErrorName::NotSupported, "Upload::put"),
            (413, ErrorName::Operation, "smaller"),
            (418, ErrorName::Operation, "expects"),
            (429, ErrorName::Operation, "later"),
            (500, ErrorName::Operation, "log"),
            (599, ErrorName::Operation, "log"),
        ] {
            let Failure { error, status: told } = Failure::status("http://a", status, "", b"");
            assert_eq!((error.name, told), (name, Some(status)), "{error}");
            assert!(error.message.contains(advice), "{error}");
        }
    }

    #[test]
    fn a_long_answer_is_cut_and_has_one_line() {
        let Failure { error, .. } = Failure::status(
            "http://a",
            500,
            "Oops",
            format!("no\r\n\u{1b}[31mred {}", "x".repeat(9999)).as_bytes(),
        );
        assert!(error.message.len() < 500 && !error.message.contains(char::is_control), "{error}");
        assert!(error.message.contains("500 (Oops): \"no [31mred xxx"), "{error}");
    }
}
