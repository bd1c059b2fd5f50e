//! The browser's microphones, by
//! [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia).
//!
//! The sound stays with the browser, which measures its level and records it.

mod meter;
mod microphone;
mod settings;

use std::{any::Any, rc::Rc};

use crossbeam_channel::Sender;
use send_wrapper::SendWrapper;

pub(crate) use microphone::PageMicrophone;

use super::{AudioSink, AudioSource, AudioStream};
use crate::{
    constraint::AudioConstraints,
    device::{AudioFormat, AudioMode, Device, DeviceId, DeviceKind},
    error::MediaError,
    report::AudioReport,
    source::web::listed,
    web::media_devices,
};
use meter::MeterContext;

/// The microphones that the browser provides to this page: the [`DefaultAudioSource`](super::DefaultAudioSource) on the
/// web.
///
/// The browser asks the user when the first track is spawned. It chooses a microphone by the track's constraints. Only
/// pages that are served over https or from localhost have access to microphones.
#[derive(Debug, Clone)]
pub struct WebAudioSource(SendWrapper<Rc<MeterContext>>);

impl Default for WebAudioSource {
    fn default() -> Self {
        Self(SendWrapper::new(Rc::default()))
    }
}

impl AudioSource for WebAudioSource {
    /// The microphones of the browser's last list. Before the user has granted access there is at most one, without id
    /// and label.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if the page has no access to devices.
    fn devices(&self) -> Result<Vec<Device>, MediaError> {
        media_devices()?;
        Ok(listed(DeviceKind::AudioInput))
    }

    /// # Errors
    /// Always [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported): a browser converts to any format.
    fn modes(&self, _: &DeviceId) -> Result<Vec<AudioMode>, MediaError> {
        Err(no_samples())
    }

    /// # Errors
    /// The same as of [`WebAudioSource::modes`].
    fn open(&self, _: &DeviceId, _: &AudioFormat, _: AudioSink) -> Result<Box<dyn AudioStream>, MediaError> {
        Err(no_samples())
    }
}

fn no_samples() -> MediaError {
    MediaError::not_supported("a browser's microphone has no samples to read; spawn a track of it")
}

impl WebAudioSource {
    /// A microphone that meets these constraints, which isn't requested yet. Its life goes to the reports.
    ///
    /// # Errors
    /// Invalid constraints, and pages without access to devices.
    pub(crate) fn microphone(
        &self,
        constraints: &AudioConstraints,
        reports: Sender<AudioReport>,
    ) -> Result<PageMicrophone, MediaError> {
        media_devices()?;
        PageMicrophone::new(constraints, reports, Rc::clone(&self.0))
    }
}

/// The source, if it is the page's own, which opens microphones by itself.
pub(crate) fn page_microphones(source: &dyn AudioSource) -> Option<&WebAudioSource> {
    let source: &dyn Any = source;
    source.downcast_ref()
}
