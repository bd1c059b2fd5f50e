//! The types that this build records.

use std::fmt;

use super::{Container, Parts, SOUND_CODEC, parse, unknown};
use crate::{error::MediaError, recorder::codec::VideoCodec};

/// The type of a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::recorder) struct Format {
    pub container: Container,
    pub video: VideoCodec,
    /// Whether there is sound.
    pub sound: bool,
}

/// The codecs that a container holds, the preferred one first.
const fn codecs(container: Container) -> &'static [VideoCodec] {
    match container {
        Container::WebM => &[VideoCodec::Vp8, VideoCodec::Vp9],
        Container::Matroska => &[VideoCodec::H264, VideoCodec::Vp8, VideoCodec::Vp9, VideoCodec::Mjpeg],
        Container::Mp4 => &[VideoCodec::H264, VideoCodec::Vp9],
    }
}

/// The type of a recording, in full: `video/webm;codecs=vp8,opus`.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{};codecs={}", self.container.media_type(), self.video.parameter())?;
        if self.sound { write!(f, ",{SOUND_CODEC}") } else { Ok(()) }
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
        let Parts { container, video, sound } = parse(media_type)?;
        if sound && !cfg!(feature = "audio") {
            return Err(lacking(media_type, "audio"));
        }
        let Some(codec) = video else { return Self::in_container(container) };
        let video = VideoCodec::of_parameter(codec).filter(|codec| codecs(container).contains(codec));
        let video = video.ok_or_else(|| unknown(media_type))?;
        let (feature, is_built) = video.feature();
        if is_built { Ok(Self { container, video, sound: false }) } else { Err(lacking(media_type, feature)) }
    }

    /// The preferred type in this container.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if this build has no codec for it.
    pub fn in_container(container: Container) -> Result<Self, MediaError> {
        let codecs = codecs(container);
        let video = codecs.iter().copied().find(|codec| codec.is_built());
        video
            .map(|video| Self { container, video, sound: false })
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
        Self::in_container(preferred).unwrap_or(Self {
            container: Container::Matroska,
            video: VideoCodec::Mjpeg,
            sound: false,
        })
    }
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
    fn other_codecs_are_not_supported() {
        for text in [
            "video/x-matroska;codecs=theora",
            "video/x-matroska;codecs=mjpeg.1",
            "video/webm;codecs=mjpeg",
            "video/webm;codecs=avc1",
            "video/mp4;codecs=vp8",
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
            ("video/x-matroska;codecs=mjpeg,opus", "`audio`", cfg!(feature = "audio")),
            ("video/mp4", "`h264`", cfg!(any(feature = "h264", feature = "vpx"))),
        ] {
            match Format::parse(text) {
                Ok(format) => assert!(is_built && parse(&format.to_string()).is_some(), "{text}"),
                Err(error) => assert!(!is_built && error.message.contains(feature), "{text}: {error}"),
            }
        }
    }
}
