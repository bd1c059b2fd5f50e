//! The default source of microphones in browsers.

use std::sync::Arc;

use super::{AudioSink, AudioSource, AudioStream};
use crate::{
    device::{AudioFormat, AudioMode, Device, DeviceId},
    error::MediaError,
};

/// A source that fails.
pub(super) fn default_source() -> Arc<dyn AudioSource> {
    Arc::new(NoMicrophones)
}

/// The source of builds without support for microphones.
#[derive(Debug)]
struct NoMicrophones;

impl AudioSource for NoMicrophones {
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        Err(not_supported())
    }

    fn modes(&self, _: &DeviceId) -> Result<Vec<AudioMode>, MediaError> {
        Err(not_supported())
    }

    fn open(&self, _: &DeviceId, _: &AudioFormat, _: AudioSink) -> Result<Box<dyn AudioStream>, MediaError> {
        Err(not_supported())
    }
}

fn not_supported() -> MediaError {
    MediaError::not_supported(
        "microphones aren't supported in browsers yet: run the app on a desktop, or leave the sound out",
    )
}
