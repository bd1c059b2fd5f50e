//! A camera's answer to the request: what it means, and what the user can do about it.

use ureq::http::{HeaderMap, header};

use super::camera::Camera;
use crate::{
    error::{ErrorName, MediaError},
    http::Url,
};

/// The longest part of a server's text in a message, in characters.
const QUOTED: usize = 80;

/// Checks the status of an answer.
///
/// # Errors
/// The status isn't that of a success.
pub(super) fn check_status(camera: &Camera, status: u16, headers: &HeaderMap) -> Result<(), MediaError> {
    let shown = &camera.shown;
    let (name, why) = match status {
        200 => return Ok(()),
        401 if camera.credentials.is_none() => (
            ErrorName::NotAllowed,
            "it wants a user name and a password: give them by NetworkSource::credentials".to_owned(),
        ),
        401 => (
            ErrorName::NotAllowed,
            "it refuses the user name or the password of NetworkSource::credentials: check both".to_owned(),
        ),
        403 => (
            ErrorName::NotAllowed,
            "it denies access: check the rights of the user in the camera's settings".to_owned(),
        ),
        404 | 410 => (
            ErrorName::NotFound,
            "it has no such page: look up the path of its video in the camera's manual".to_owned(),
        ),
        300..=399 => {
            let location = headers.get(header::LOCATION).map(|location| {
                let location = String::from_utf8_lossy(location.as_bytes());
                quoted(&Url::without_secrets(&location))
            });
            let location = location.map(|location| format!(" to {location}")).unwrap_or_default();
            (ErrorName::NotAllowed, format!("it redirects{location}: name that URL if you trust it"))
        }
        429 | 503 => (
            ErrorName::NotReadable,
            "it is busy: close other viewers, because many cameras serve one at a time".to_owned(),
        ),
        500.. => {
            (ErrorName::NotReadable, "it reports an error of its own: start the camera again".to_owned())
        }
        _ => (ErrorName::NotSupported, "that is no answer of a camera: check the URL".to_owned()),
    };
    Err(MediaError::new(name, format!("{shown} answered {status}: {why}")))
}

/// The boundary of an answer that is multipart. `None` if its header doesn't name one.
///
/// # Errors
/// [`ErrorName::NotSupported`] if it is anything else, with the way to the right URL.
pub(super) fn boundary(camera: &Camera, headers: &HeaderMap) -> Result<Option<String>, MediaError> {
    let text = |name| {
        let value = headers.get(name)?;
        Some(String::from_utf8_lossy(value.as_bytes()).trim().to_owned())
    };
    let unsupported = |why: String| MediaError::not_supported(format!("{} {why}", camera.shown));
    if let Some(encoding) = text(header::CONTENT_ENCODING)
        && !encoding.is_empty()
        && !encoding.eq_ignore_ascii_case("identity")
    {
        return Err(unsupported(format!(
            "compresses its answer ({}), though it wasn't asked to: switch that off in the server",
            quoted(&encoding)
        )));
    }
    let media_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let mut parts = media_type.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
    if kind.starts_with("multipart/") {
        // A boundary may contain a semicolon only within quotes, which no camera does.
        let boundary = parts.find_map(|part| {
            let (name, value) = part.split_once('=')?;
            name.trim()
                .eq_ignore_ascii_case("boundary")
                .then(|| value.trim().trim_matches('"').trim().to_owned())
        });
        return Ok(boundary.filter(|boundary| !boundary.is_empty()));
    }
    Err(unsupported(match kind.as_str() {
        "" => "doesn't say what it sends: use the URL of its Motion JPEG (multipart/x-mixed-replace)".into(),
        kind if kind.starts_with("image/") => format!(
            "sends one image ({}) and no video: use the URL of its Motion JPEG, or fetch images and push them to a CustomSource",
            quoted(kind)
        ),
        kind if kind.starts_with("text/") => format!(
            "is a web page ({}): use the URL of the video in it, such as /stream, /video or /?action=stream",
            quoted(kind)
        ),
        kind => format!(
            "sends {}, which isn't supported: use the URL of its Motion JPEG (multipart/x-mixed-replace)",
            quoted(kind)
        ),
    }))
}

/// The start of a server's text, as part of a message of one line.
fn quoted(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(QUOTED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::network::camera::Credentials;

    fn camera() -> Camera {
        Camera::of("http://camera/stream?key=secret").expect("a URL")
    }

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().expect("a value"))).collect()
    }

    #[test]
    fn boundaries_are_read_with_and_without_quotes() {
        for (media_type, expected) in [
            ("multipart/x-mixed-replace; boundary=frame", Some("frame")),
            ("multipart/x-mixed-replace;boundary=\"--my frame\"", Some("--my frame")),
            ("Multipart/X-Mixed-Replace; charset=utf-8; Boundary = --frame ", Some("--frame")),
            ("multipart/mixed; boundary=a=b", Some("a=b")),
            ("multipart/x-mixed-replace; boundary=", None),
            ("multipart/x-mixed-replace", None),
        ] {
            let found = boundary(&camera(), &headers(&[(header::CONTENT_TYPE, media_type)]));
            assert_eq!(found, Ok(expected.map(str::to_owned)), "{media_type}");
        }
    }

    #[test]
    fn other_answers_are_not_supported_and_show_the_way() {
        for (media_type, advice) in [
            ("image/jpeg", "CustomSource"),
            ("text/html; charset=utf-8", "/?action=stream"),
            ("video/mp4", "multipart/x-mixed-replace"),
            ("", "multipart/x-mixed-replace"),
        ] {
            let error =
                boundary(&camera(), &headers(&[(header::CONTENT_TYPE, media_type)])).expect_err(media_type);
            assert_eq!(error.name, ErrorName::NotSupported, "{error}");
            assert!(error.message.contains(advice) && !error.message.contains("secret"), "{error}");
        }
        assert!(boundary(&camera(), &HeaderMap::new()).is_err());
        let multipart = (header::CONTENT_TYPE, "multipart/x-mixed-replace; boundary=b");
        for (encoding, is_fine) in [("gzip", false), ("br", false), ("identity", true), ("", true)] {
            let headers = headers(&[multipart.clone(), (header::CONTENT_ENCODING, encoding)]);
            assert_eq!(boundary(&camera(), &headers).is_ok(), is_fine, "{encoding}");
        }
    }

    #[test]
    fn statuses_have_a_name_by_their_cause_and_show_the_way() {
        let mut camera = camera();
        let location = headers(&[(header::LOCATION, "http://me:secret@other/path?token=secret")]);
        for (status, name, advice) in [
            (401, ErrorName::NotAllowed, "give them by NetworkSource::credentials"),
            (403, ErrorName::NotAllowed, "rights"),
            (404, ErrorName::NotFound, "manual"),
            (301, ErrorName::NotAllowed, "redirects to http://other/path: "),
            (503, ErrorName::NotReadable, "other viewers"),
            (500, ErrorName::NotReadable, "start the camera again"),
            (599, ErrorName::NotReadable, "start the camera again"),
            (204, ErrorName::NotSupported, "check the URL"),
            (418, ErrorName::NotSupported, "check the URL"),
        ] {
            let error = check_status(&camera, status, &location).expect_err("no success");
            assert_eq!(error.name, name, "{error}");
            assert!(error.message.contains(advice) && !error.message.contains("secret"), "{error}");
        }
        camera.credentials = Some(Credentials { user: "me".into(), password: String::new() });
        let error = check_status(&camera, 401, &location).expect_err("no success");
        assert!(error.message.contains("check both"), "{error}");
        assert_eq!(check_status(&camera, 200, &location), Ok(()));
    }
}
