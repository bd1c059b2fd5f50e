//! The types of recordings: containers, codecs, and which of them this build has.

use std::fmt;

use super::codec::VideoCodec;
use crate::error::MediaError;

/// The container of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Container {
    /// Matroska with the codecs of the web: `video/webm`.
    WebM,
    /// `video/x-matroska`.
    Matroska,
    /// `video/mp4`.
    Mp4,
}

/// The type of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Format {
    pub container: Container,
    pub video: VideoCodec,
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

    /// The codecs that it holds, the preferred one first.
    const fn codecs(self) -> &'static [VideoCodec] {
        match self {
            Self::WebM => &[VideoCodec::Vp8, VideoCodec::Vp9],
            Self::Matroska => &[VideoCodec::H264, VideoCodec::Vp8, VideoCodec::Vp9, VideoCodec::Mjpeg],
            Self::Mp4 => &[VideoCodec::H264, VideoCodec::Vp9],
        }
    }
}

/// The type of a recording, in full: `video/webm;codecs=vp8`.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};codecs={}", self.container.media_type(), self.video.parameter())
    }
}

impl Format {
    /// The type that this media type names: `video/webm;codecs=vp8`. Without codecs it is the preferred one that the
    /// container holds and this build has. An empty text is the preferred container too.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if there is no such type, or if this build
    /// lacks it. The message names the missing feature.
    pub fn parse(media_type: &str) -> Result<Self, MediaError> {
        if media_type.trim().is_empty() {
            return Ok(Self::preferred());
        }
        let (container, codecs) = split(media_type).ok_or_else(|| unknown(media_type))?;
        let container = Container::ALL
            .into_iter()
            .find(|known| known.media_type().eq_ignore_ascii_case(container))
            .ok_or_else(|| unknown(media_type))?;
        match codecs.as_slice() {
            [] => Self::in_container(container),
            [codec] => {
                let video = VideoCodec::of_parameter(codec).ok_or_else(|| unknown(media_type))?;
                if !container.codecs().contains(&video) {
                    return Err(unknown(media_type));
                }
                let (feature, is_built) = video.feature();
                if is_built { Ok(Self { container, video }) } else { Err(lacking(media_type, feature)) }
            }
            _ => Err(unknown(media_type)),
        }
    }

    /// The preferred type in this container.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if this build has no codec for it.
    pub fn in_container(container: Container) -> Result<Self, MediaError> {
        let codecs = container.codecs();
        let video = codecs.iter().copied().find(|codec| codec.is_built());
        video
            .map(|video| Self { container, video })
            .ok_or_else(|| lacking(container.media_type(), codecs[0].feature().0))
    }

    /// The type of a recording for which the app asks for none: it must survive a process that is killed, and play in
    /// as many players as can be.
    fn preferred() -> Self {
        let preferred = if VideoCodec::H264.is_built() || !VideoCodec::Vp8.is_built() {
            Container::Matroska
        } else {
            Container::WebM
        };
        // Matroska always has a codec: Motion JPEG.
        Self::in_container(preferred)
            .unwrap_or(Self { container: Container::Matroska, video: VideoCodec::Mjpeg })
    }
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
        "nothing records \"{media_type}\"; ask for video/webm, video/x-matroska or video/mp4, with one codec that the \
         container holds"
    ))
}

fn lacking(media_type: &str, feature: &str) -> MediaError {
    MediaError::not_supported(format!(
        "this build can't record {media_type}: enable the feature `{feature}` of bevy_viewfinder, or record \
         video/x-matroska;codecs=mjpeg"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    fn parse(media_type: &str) -> Option<String> {
        Format::parse(media_type).ok().map(|format| format.to_string())
    }

    #[test]
    fn motion_jpeg_is_in_every_build() {
        let mjpeg = Some("video/x-matroska;codecs=mjpeg".to_owned());
        for text in [
            "video/x-matroska;codecs=mjpeg",
            "video/x-matroska; codecs=\"MJPEG\"",
            "VIDEO/X-Matroska ;Codecs= mjpeg ",
            "video/x-matroska;profile=x;codecs=mjpeg;",
        ] {
            assert_eq!(parse(text), mjpeg, "{text}");
        }
        assert!(parse("").is_some() && parse(" ").is_some());
        assert!(parse("video/x-matroska").is_some());
    }

    #[test]
    fn nonsense_is_not_supported() {
        for text in [
            "video",
            "webm",
            "video/",
            "video/blah",
            "image/png",
            "video/x-matroska;codecs",
            "video/x-matroska;codecs=",
            "video/x-matroska;codecs=theora",
            "video/x-matroska;codecs=\"mjpeg",
            "video/x-matroska;codecs=mjpeg.1",
            "video/webm;codecs=mjpeg",
            "video/webm;codecs=avc1",
            "video/mp4;codecs=vp8",
            "\0",
        ] {
            let error = Format::parse(text).expect_err(text);
            assert_eq!(error.name, ErrorName::NotSupported);
        }
    }

    #[test]
    fn two_video_codecs_are_not_supported() {
        for text in ["video/x-matroska;codecs=mjpeg,mjpeg", "video/webm;codecs=\"vp8, vp9\""] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_type_that_this_build_lacks_names_the_feature() {
        for (text, feature, is_built) in [
            ("video/webm", "`vpx`", cfg!(feature = "vpx")),
            ("video/webm;codecs=vp9", "`vpx`", cfg!(feature = "vpx")),
            ("video/x-matroska;codecs=avc1.42E01E", "`h264`", cfg!(feature = "h264")),
            ("video/mp4", "`h264`", cfg!(any(feature = "h264", feature = "vpx"))),
        ] {
            match Format::parse(text) {
                Ok(format) => assert!(is_built && parse(&format.to_string()).is_some(), "{text}"),
                Err(error) => assert!(!is_built && error.message.contains(feature), "{text}: {error}"),
            }
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
