//! The microphone of a recording.

use bevy::{ecs::system::SystemParam, prelude::*};

use crate::error::MediaError;
#[cfg(all(feature = "audio", not(target_family = "wasm")))]
use crate::{
    audio::{AudioOutput, AudioTrack},
    constraint::AudioSettings,
    track::TrackState,
};

/// The microphones whose sound can be recorded.
#[derive(SystemParam)]
pub(super) struct Microphones<'w, 's> {
    #[cfg(all(feature = "audio", not(target_family = "wasm")))]
    tracks: Query<
        'w,
        's,
        (&'static TrackState, &'static AudioOutput, Option<&'static AudioSettings>),
        With<AudioTrack>,
    >,
    #[cfg(not(all(feature = "audio", not(target_family = "wasm"))))]
    _none: std::marker::PhantomData<(&'w (), &'s ())>,
}

/// A microphone that is to be recorded.
#[derive(Debug)]
pub(super) struct Microphone {
    #[cfg(all(feature = "audio", not(target_family = "wasm")))]
    pub output: AudioOutput,
    /// The channels of the recording.
    #[cfg(all(feature = "audio", not(target_family = "wasm")))]
    pub channels: u16,
}

#[cfg(all(feature = "audio", not(target_family = "wasm")))]
impl Microphones<'_, '_> {
    /// The microphone of a live track.
    ///
    /// # Errors
    /// `NotSupported` if the entity is no live track of a microphone.
    pub fn get(&self, track: Entity) -> Result<Microphone, MediaError> {
        let (state, output, settings) = self.tracks.get(track).map_err(|_| {
            MediaError::not_supported(
                "the entity is no audio track; name one with AudioTrack, or record no sound",
            )
        })?;
        if *state != TrackState::Live {
            return Err(MediaError::not_supported(format!(
                "only a live audio track can be recorded, and this one is {state:?}; wait for TrackLive"
            )));
        }
        let channels = settings.map_or(1, |settings| settings.channel_count).clamp(1, 2) as u16;
        Ok(Microphone { output: output.clone(), channels })
    }

    /// Whether the track hasn't ended.
    pub fn is_live(&self, track: Entity) -> bool {
        self.tracks.get(track).is_ok_and(|(state, ..)| *state != TrackState::Ended)
    }
}

#[cfg(not(all(feature = "audio", not(target_family = "wasm"))))]
impl Microphones<'_, '_> {
    /// # Errors
    /// `NotSupported`.
    pub fn get(&self, _: Entity) -> Result<Microphone, MediaError> {
        Err(MediaError::not_supported(if cfg!(target_family = "wasm") {
            "recordings in browsers have no sound yet; record without it"
        } else {
            "this build records no sound: enable the feature `audio` of bevy_viewfinder, or record without it"
        }))
    }

    pub fn is_live(&self, _: Entity) -> bool {
        false
    }
}
