//! The types of recordings: containers, codecs, and which of them this build or this browser has.

#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(target_family = "wasm")]
mod web;

use crate::error::MediaError;
#[cfg(not(target_family = "wasm"))]
pub(super) use native::Format;
#[cfg(target_family = "wasm")]
pub(super) use web::Format;

/// The container of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    /// Matroska with the codecs of the web: `video/webm`.
    WebM,
    /// `video/x-matroska`.
    Matroska,
    /// `video/mp4`.
    Mp4,
}

impl Container {
    const ALL: [Self; 3] = [Self::WebM, Self::Matroska, Self::Mp4];

    /// The media type without its parameters.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::WebM => "video/webm",
            Self::Matroska => "video/x-matroska",
            Self::Mp4 => "video/mp4",
        }
    }

    /// The extension of its files.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::WebM => "webm",
            Self::Matroska => "mkv",
            Self::Mp4 => "mp4",
        }
    }

    /// The container of files with this extension, in any case.
    pub fn of_extension(extension: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|container| container.extension().eq_ignore_ascii_case(extension))
    }
}

/// The codec of sound in recordings.
const SOUND_CODEC: &str = "opus";

/// The parts of a media type: `video/webm;codecs=vp8,opus`.
#[derive(Debug, PartialEq, Eq)]
struct Parts<'a> {
    container: Container,
    /// The codec of the video, if it is named.
    video: Option<&'a str>,
    /// Whether the codec of sound is named.
    sound: bool,
}

/// The parts of a media type.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for other types, and for several codecs of a
/// kind.
fn parse(media_type: &str) -> Result<Parts<'_>, MediaError> {
    let unknown = || unknown(media_type);
    let (essence, codecs) = split(media_type).ok_or_else(unknown)?;
    let container = Container::ALL
        .into_iter()
        .find(|known| known.media_type().eq_ignore_ascii_case(essence))
        .ok_or_else(unknown)?;
    let (sound, video): (Vec<_>, Vec<_>) =
        codecs.into_iter().partition(|codec| codec.eq_ignore_ascii_case(SOUND_CODEC));
    if sound.len() > 1 || video.len() > 1 || video.contains(&"") {
        return Err(unknown());
    }
    Ok(Parts { container, video: video.first().copied(), sound: !sound.is_empty() })
}

/// A media type without its parameters, and its codecs. `None` if it isn't a media type.
fn split(media_type: &str) -> Option<(&str, Vec<&str>)> {
    let mut parts = media_type.split(';').map(str::trim);
    let essence = parts.next().filter(|essence| essence.contains('/'))?;
    let mut codecs = Vec::new();
    for parameter in parts.filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=')?;
        if name.trim().eq_ignore_ascii_case("codecs") {
            let value = value.trim();
            let value = value.strip_prefix('"').map_or(Some(value), |value| value.strip_suffix('"'))?;
            codecs.extend(value.split(',').map(str::trim));
        }
    }
    Some((essence, codecs))
}

fn unknown(media_type: &str) -> MediaError {
    MediaError::not_supported(format!(
        "nothing records \"{media_type}\"; ask for video/webm, video/x-matroska or video/mp4, with one codec of video \
         that the container holds, and opus"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn case_quotes_and_other_parameters_do_not_matter() {
        for (text, video, sound) in [
            ("video/webm", None, false),
            ("VIDEO/WebM ;Codecs= vp8 ", Some("vp8"), false),
            ("video/webm; codecs=\"VP8\"", Some("VP8"), false),
            ("video/webm;profile=x;codecs=vp8;", Some("vp8"), false),
            ("video/webm;codecs=\"vp8, Opus\"", Some("vp8"), true),
            ("video/webm;codecs=opus", None, true),
        ] {
            assert_eq!(parse(text), Ok(Parts { container: Container::WebM, video, sound }), "{text}");
        }
    }

    #[test]
    fn nonsense_and_several_codecs_are_not_supported() {
        for text in [
            "",
            "video",
            "webm",
            "video/",
            "video/blah",
            "image/png",
            "video/webm;codecs",
            "video/webm;codecs=",
            "video/webm;codecs=\"vp8",
            "video/webm;codecs=vp8,vp9",
            "video/webm;codecs=\"vp8, vp9\"",
            "video/webm;codecs=vp8;codecs=vp9",
            "video/webm;codecs=opus,opus",
            "video/webm;codecs=vp8,",
            "\0",
        ] {
            assert_eq!(parse(text).map_err(|error| error.name), Err(ErrorName::NotSupported), "{text}");
        }
    }

    #[test]
    fn containers_are_known_by_the_extensions_of_their_files() {
        assert_eq!(Container::of_extension("WebM"), Some(Container::WebM));
        assert_eq!(Container::of_extension("mkv"), Some(Container::Matroska));
        assert_eq!(Container::of_extension("mp4"), Some(Container::Mp4));
        assert_eq!(Container::of_extension("avi"), None);
    }
}
