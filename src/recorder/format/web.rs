//! The types that the browser records.

use std::fmt;

use js_sys::global;
use web_sys::MediaRecorder;

use super::{Container, Parts, SOUND_CODEC, parse};
use crate::{
    error::MediaError,
    web::{get, page, string},
};

/// The type of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::recorder) struct Format {
    pub container: Container,
    media_type: String,
}

/// The media type for the browser: `video/webm;codecs=vp8`.
impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.media_type)
    }
}

impl Format {
    /// The type that this media type names. Without codecs it is the preferred one that the browser has for the
    /// container. An empty text is the preferred container too.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if the browser doesn't record it.
    pub fn parse(media_type: &str) -> Result<Self, MediaError> {
        if media_type.trim().is_empty() {
            return Self::preferred();
        }
        let Parts { container, video, .. } = parse(media_type)?;
        if video.is_none() {
            return Self::in_container(container);
        }
        supported(container, media_type.to_owned()).ok_or_else(|| lacking(media_type))
    }

    /// The preferred type in this container.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if the browser doesn't record any.
    pub fn in_container(container: Container) -> Result<Self, MediaError> {
        let essence = container.media_type();
        let named = codecs(container).iter().map(|codec| format!("{essence};codecs={codec}"));
        named
            .chain([essence.to_owned()])
            .find_map(|media_type| supported(container, media_type))
            .ok_or_else(|| lacking(essence))
    }

    /// The same type with sound.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if the browser doesn't record that.
    pub fn with_sound(self) -> Result<Self, MediaError> {
        let Self { container, media_type } = self;
        let Parts { video: Some(video), sound: false, .. } = parse(&media_type)? else {
            // The sound is named already, or the browser chooses all codecs.
            return Ok(Self { container, media_type });
        };
        let essence = container.media_type();
        sound_codecs(container)
            .iter()
            .find_map(|sound| supported(container, format!("{essence};codecs={video},{sound}")))
            .ok_or_else(|| {
                MediaError::not_supported(format!(
                    "this browser doesn't record {media_type} with sound; leave the type empty for the one that it \
                     prefers, or record without a microphone"
                ))
            })
    }

    fn preferred() -> Result<Self, MediaError> {
        let order = if is_webkit() {
            [Container::Mp4, Container::WebM, Container::Matroska]
        } else {
            [Container::WebM, Container::Mp4, Container::Matroska]
        };
        order.into_iter().find_map(|container| Self::in_container(container).ok()).ok_or_else(|| {
            MediaError::not_supported("this browser records no videos; use a newer one, or another one")
        })
    }
}

/// The codecs to choose from, the preferred one first. Without a codec, some browsers choose one for MP4 that few
/// players have.
const fn codecs(container: Container) -> &'static [&'static str] {
    match container {
        Container::WebM => &["vp9", "vp8"],
        Container::Matroska | Container::Mp4 => &["avc1"],
    }
}

/// The codecs of sound to choose from, the preferred one first. Most players of MP4 expect AAC, which not every browser
/// encodes.
const fn sound_codecs(container: Container) -> &'static [&'static str] {
    match container {
        Container::WebM | Container::Matroska => &[SOUND_CODEC],
        Container::Mp4 => &["mp4a.40.2", SOUND_CODEC],
    }
}

/// The type, if the browser records it.
fn supported(container: Container, media_type: String) -> Option<Format> {
    let is_supported =
        get(&global(), "MediaRecorder").is_function() && MediaRecorder::is_type_supported(&media_type);
    is_supported.then_some(Format { container, media_type })
}

/// Whether the browser is Safari, or another one with its engine, which has long recorded and played MP4 alone.
fn is_webkit() -> bool {
    page().is_ok_and(|(window, _)| {
        string(&window.navigator(), "vendor").is_some_and(|vendor| vendor.starts_with("Apple"))
    })
}

fn lacking(media_type: &str) -> MediaError {
    MediaError::not_supported(format!(
        "this browser doesn't record {media_type}; leave the type empty for the one that it prefers"
    ))
}
