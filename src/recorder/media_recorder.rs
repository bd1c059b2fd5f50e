//! The component of a recorder.

use bevy::prelude::*;

use super::{
    BitRates, KeyFrameInterval, RecorderState, RecorderStatistics, RecordingFile, format::Format,
    running::Recordings,
};
use crate::error::MediaError;

/// Records a track, or an [`EffectInput`](crate::image_input::EffectInput)
/// ([`MediaRecorder`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder)).
///
/// Spawn it on an entity of its own, and trigger [`StartRecording`](super::StartRecording). A track can have several
/// recorders. To record a view of the game, draw it into an image by a Bevy camera, and name the entity of an
/// `EffectInput` of that image.
///
/// The component is immutable. If it is inserted again during a recording, that recording fails with
/// `InvalidModification`. A type that can't be recorded is answered by [`CommandRejected`](super::CommandRejected) at
/// once.
///
/// ```
/// # use bevy::prelude::*;
/// use bevy_viewfinder::{prelude::*, recorder::*};
///
/// fn prepare(mut commands: Commands, track: Single<Entity, With<VideoTrack>>) {
///     let rates = BitRates { video: Some(5_000_000), ..default() };
///     commands.spawn(
///         MediaRecorder::new(*track).media_type("video/x-matroska").bit_rates(rates).size(UVec2::new(1280, 720)),
///     );
/// }
/// # bevy::ecs::system::assert_is_system(prepare);
/// ```
#[derive(Component, Clone, Debug, PartialEq, Reflect)]
#[reflect(Component)]
#[component(immutable)]
#[require(RecorderState, RecorderStatistics, Recordings)]
#[non_exhaustive]
pub struct MediaRecorder {
    /// The track, or the entity of an [`EffectInput`](crate::image_input::EffectInput).
    #[entities]
    pub track: Entity,
    /// The microphone's track, whose sound is recorded with the video. `None` for a recording without sound. It needs
    /// the feature `audio`.
    #[entities]
    pub audio: Option<Entity>,
    /// The type: `video/webm`, `video/x-matroska;codecs=vp8`. Empty for that of the [`RecordingFile`]'s extension, or
    /// else the preferred one of this build or browser. [`is_type_supported`](Self::is_type_supported) says which there
    /// are.
    pub media_type: String,
    /// Bits per second.
    pub bit_rates: BitRates,
    /// The longest interval between key frames.
    pub key_frames: KeyFrameInterval,
    /// Width and height in pixels; `None` for the size that the track has at the start.
    pub size: Option<UVec2>,
    /// Whether the track is recorded after its effects.
    pub effects: bool,
    /// Whether it is recorded mirrored left to right. The track's [`Mirroring`](crate::track::Mirroring) doesn't count.
    pub mirrored: bool,
}

impl MediaRecorder {
    /// A recorder of this track after its effects, of the preferred type, at the track's size, not mirrored.
    pub fn new(track: Entity) -> Self {
        Self {
            track,
            audio: None,
            media_type: String::new(),
            bit_rates: BitRates::default(),
            key_frames: KeyFrameInterval::default(),
            size: None,
            effects: true,
            mirrored: false,
        }
    }

    /// Sets the microphone's track.
    #[must_use]
    pub fn audio(self, audio: Entity) -> Self {
        Self { audio: Some(audio), ..self }
    }

    /// Sets the type: `video/webm;codecs=vp8`.
    #[must_use]
    pub fn media_type(self, media_type: impl Into<String>) -> Self {
        Self { media_type: media_type.into(), ..self }
    }

    /// Sets the bits per second.
    #[must_use]
    pub fn bit_rates(self, bit_rates: BitRates) -> Self {
        Self { bit_rates, ..self }
    }

    /// Sets the longest interval between key frames.
    #[must_use]
    pub fn key_frames(self, key_frames: KeyFrameInterval) -> Self {
        Self { key_frames, ..self }
    }

    /// Sets the size in pixels.
    #[must_use]
    pub fn size(self, size: UVec2) -> Self {
        Self { size: Some(size), ..self }
    }

    /// Sets whether the track is recorded after its effects.
    #[must_use]
    pub fn effects(self, effects: bool) -> Self {
        Self { effects, ..self }
    }

    /// Sets whether it is recorded mirrored left to right.
    #[must_use]
    pub fn mirrored(self, mirrored: bool) -> Self {
        Self { mirrored, ..self }
    }

    /// Whether this build, or this browser, records this type
    /// ([`isTypeSupported()`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-istypesupported)). An
    /// empty text is supported: it is the preferred type.
    pub fn is_type_supported(media_type: &str) -> bool {
        Format::parse(media_type).is_ok()
    }

    /// The type that is recorded.
    ///
    /// # Errors
    /// `NotSupported` if this build or this browser lacks it, or if the file is of another type.
    pub(super) fn format(&self, file: Option<&RecordingFile>) -> Result<Format, MediaError> {
        let Some(file) = file else { return Format::parse(&self.media_type) };
        let container = file.container().ok_or_else(|| {
            MediaError::not_supported(format!(
                "a recording can't be saved as {}; name a file that ends with .webm, .mkv or .mp4",
                file.path().display()
            ))
        })?;
        if self.media_type.trim().is_empty() {
            return Format::in_container(container);
        }
        let format = Format::parse(&self.media_type)?;
        if format.container == container {
            return Ok(format);
        }
        Err(MediaError::not_supported(format!(
            "{format} can't be saved as {}; name a file that ends with .{}",
            file.path().display(),
            format.container.extension()
        )))
    }
}
