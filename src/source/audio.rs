//! Sources of sound: one trait, and a file for each source.
//!
//! An [`AudioSource`] lists microphones and opens them. An open microphone is an [`AudioStream`], which passes its
//! sound to an [`AudioSink`] from a thread of its own. Listing and opening may block: both are called on a thread of
//! their own, never on the main one. (A browser has one thread. There only its own microphones can be tracks.)

#[cfg(not(target_family = "wasm"))]
mod cpal;
#[cfg(not(target_family = "wasm"))]
mod native;
#[cfg(not(target_family = "wasm"))]
mod resampler;
mod samples;
#[cfg(all(feature = "test-sources", not(target_family = "wasm")))]
pub mod scripted;
#[cfg(not(target_family = "wasm"))]
mod synthetic;
mod track_source;
#[cfg(target_family = "wasm")]
mod web;

use std::{any::Any, fmt, fmt::Debug, sync::Arc};

#[cfg(not(target_family = "wasm"))]
pub use cpal::CpalSource;
#[cfg(not(target_family = "wasm"))]
pub(crate) use cpal::host as audio_host;
#[cfg(not(target_family = "wasm"))]
pub(crate) use resampler::{resample, sinc_resampler};
pub use samples::AudioSamples;
#[cfg(not(target_family = "wasm"))]
pub use synthetic::SyntheticMicrophone;
pub use track_source::{AudioTrackSource, DefaultAudioSource};
#[cfg(target_family = "wasm")]
pub use web::WebAudioSource;
#[cfg(target_family = "wasm")]
pub(crate) use web::{PageMicrophone, page_microphones};

use super::{DeviceWatcher, watch::PollingWatcher};
use crate::{
    device::{AudioFormat, AudioMode, Device, DeviceId},
    error::MediaError,
};

/// A provider of microphones: the machine, a test, the app itself.
pub trait AudioSource: Any + Debug + Send + Sync {
    /// The microphones that are present now, the default one first. May block.
    ///
    /// No microphone is an empty list and no error.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if this source doesn't work on this platform,
    /// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) if it may not be used.
    fn devices(&self) -> Result<Vec<Device>, MediaError>;

    /// The formats that a microphone offers, its own one first. May block.
    ///
    /// # Errors
    /// Those of [`open`](Self::open).
    fn modes(&self, device: &DeviceId) -> Result<Vec<AudioMode>, MediaError>;

    /// Opens a microphone in a format of one of its modes, and starts it. May block.
    ///
    /// # Errors
    /// [`ErrorName::NotFound`](crate::error::ErrorName::NotFound) if the microphone is gone,
    /// [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) if it may not be opened,
    /// [`ErrorName::NotReadable`](crate::error::ErrorName::NotReadable) if another program or the hardware prevents
    /// its use.
    fn open(
        &self,
        device: &DeviceId,
        format: &AudioFormat,
        sink: AudioSink,
    ) -> Result<Box<dyn AudioStream>, MediaError>;

    /// Starts to watch for microphones that are connected or disconnected. The watcher runs on a thread of its own.
    ///
    /// By default the microphones are listed every two seconds.
    fn watch(&self) -> Box<dyn DeviceWatcher> {
        Box::new(PollingWatcher::default())
    }
}

/// An open microphone. It stays on the thread that opened it. Dropping it stops and closes the microphone.
pub trait AudioStream {
    /// The format of the sound, which can differ a little from the requested one.
    fn format(&self) -> AudioFormat;
}

/// The receiver of an open microphone's sound. Clones lead to the same one.
#[derive(Clone)]
pub struct AudioSink(Arc<dyn Fn(AudioEvent) + Send + Sync>);

impl AudioSink {
    /// Events go to this function. It is called on the threads of the source, and must not block.
    pub fn new(receive: impl Fn(AudioEvent) + Send + Sync + 'static) -> Self {
        Self(Arc::new(receive))
    }

    /// Sends an event.
    pub fn send(&self, event: AudioEvent) {
        (self.0)(event);
    }
}

impl fmt::Debug for AudioSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AudioSink").finish_non_exhaustive()
    }
}

/// An event of an open microphone.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum AudioEvent {
    /// Sound.
    Samples(AudioSamples),
    /// The microphone stopped (`true`) or resumed (`false`) for now, as with a switch on it.
    Muted(bool),
    /// The system changed something about the microphone: it has to be opened again.
    Invalidated,
    /// The microphone has ended: without an error, or because of this one. The last event.
    Ended(Option<MediaError>),
}
