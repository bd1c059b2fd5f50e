//! The source of an audio track's sound.

use std::sync::Arc;

use bevy::prelude::*;

use super::AudioSource;
#[cfg(target_family = "wasm")]
use super::web::WebAudioSource;
#[cfg(not(target_family = "wasm"))]
use super::{native::default_source, synthetic::SyntheticMicrophone};

/// The source of audio tracks without an [`AudioTrackSource`]: the machine's microphones, unless the app replaces it.
#[derive(Resource, Clone, Debug, Reflect)]
#[reflect(opaque, Resource, Clone, Debug, Default)]
pub struct DefaultAudioSource(pub Arc<dyn AudioSource>);

impl Default for DefaultAudioSource {
    fn default() -> Self {
        #[cfg(target_family = "wasm")]
        return Self(Arc::new(WebAudioSource::default()));
        #[cfg(not(target_family = "wasm"))]
        Self(default_source())
    }
}

/// The source of a track's sound: a component on the entity of an audio track. A track without one uses the
/// [`DefaultAudioSource`].
#[derive(Component, Clone, Debug, Reflect)]
#[reflect(opaque, Component, Clone, Debug)]
pub struct AudioTrackSource(pub Arc<dyn AudioSource>);

impl AudioTrackSource {
    /// Sound from this source.
    pub fn new(source: impl AudioSource) -> Self {
        Self(Arc::new(source))
    }

    /// Sound from a [`SyntheticMicrophone`] with its defaults: a quiet tone, and a click each second.
    #[cfg(not(target_family = "wasm"))]
    pub fn synthetic() -> Self {
        Self::new(SyntheticMicrophone::new())
    }
}
