//! The microphone of a recording.

use bevy::{ecs::system::SystemParam, prelude::*};

#[cfg(all(feature = "audio", target_family = "wasm"))]
use crate::audio::AudioCapturing;
use crate::error::MediaError;
#[cfg(all(feature = "audio", not(target_family = "wasm")))]
use crate::{audio::AudioOutput, constraint::AudioSettings};
#[cfg(feature = "audio")]
use crate::{audio::AudioTrack, track::TrackState};

/// The microphones whose sound can be recorded.
#[derive(SystemParam)]
pub(super) struct Microphones<'w, 's> {
    #[cfg(feature = "audio")]
    tracks: Query<'w, 's, (&'static TrackState, Sound), With<AudioTrack>>,
    #[cfg(not(feature = "audio"))]
    _none: std::marker::PhantomData<(&'w (), &'s ())>,
}

/// The parts of a track that its sound is recorded by.
#[cfg(all(feature = "audio", not(target_family = "wasm")))]
type Sound = (&'static AudioOutput, Option<&'static AudioSettings>);
/// The part of a track that its sound is recorded by.
#[cfg(all(feature = "audio", target_family = "wasm"))]
type Sound = Option<&'static AudioCapturing>;

/// A microphone that is to be recorded.
#[derive(Debug)]
pub(super) struct Microphone {
    #[cfg(all(feature = "audio", not(target_family = "wasm")))]
    pub output: AudioOutput,
    /// The channels of the recording.
    #[cfg(all(feature = "audio", not(target_family = "wasm")))]
    pub channels: u16,
    /// The browser's own track.
    #[cfg(target_family = "wasm")]
    pub track: web_sys::MediaStreamTrack,
}

#[cfg(feature = "audio")]
impl Microphones<'_, '_> {
    /// The microphone of a live track.
    ///
    /// # Errors
    /// `NotSupported` if the entity is no live track of a microphone.
    pub fn get(&self, track: Entity) -> Result<Microphone, MediaError> {
        let (state, sound) = self.tracks.get(track).map_err(|_| {
            MediaError::not_supported(
                "the entity is no audio track; name one with AudioTrack, or record no sound",
            )
        })?;
        if *state != TrackState::Live {
            return Err(MediaError::not_supported(format!(
                "only a live audio track can be recorded, and this one is {state:?}; wait for TrackLive"
            )));
        }
        microphone(sound)
    }

    /// Whether the track hasn't ended.
    pub fn is_live(&self, track: Entity) -> bool {
        self.tracks.get(track).is_ok_and(|(state, _)| *state != TrackState::Ended)
    }
}

#[cfg(all(feature = "audio", not(target_family = "wasm")))]
fn microphone((output, settings): (&AudioOutput, Option<&AudioSettings>)) -> Result<Microphone, MediaError> {
    let channels = settings.map_or(1, |settings| settings.channel_count).clamp(1, 2) as u16;
    Ok(Microphone { output: output.clone(), channels })
}

#[cfg(all(feature = "audio", target_family = "wasm"))]
fn microphone(capturing: Option<&AudioCapturing>) -> Result<Microphone, MediaError> {
    let track = capturing.and_then(AudioCapturing::stream_track).ok_or_else(|| {
        MediaError::not_supported("the microphone's track has ended; start it again, and wait for TrackLive")
    })?;
    Ok(Microphone { track })
}

#[cfg(not(feature = "audio"))]
impl Microphones<'_, '_> {
    /// # Errors
    /// `NotSupported`.
    pub fn get(&self, _: Entity) -> Result<Microphone, MediaError> {
        Err(MediaError::not_supported(
            "this build records no sound: enable the feature `audio` of bevy_viewfinder, or record without it",
        ))
    }

    pub fn is_live(&self, _: Entity) -> bool {
        false
    }
}
