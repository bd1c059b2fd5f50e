//! The request of a track for a microphone.

use std::sync::Arc;

use crate::{consent::Consent, constraint::AudioConstraints, source::audio::AudioSource};

/// The request of a track for a microphone.
#[derive(Debug)]
pub(super) struct AudioRequest {
    /// The source of the microphone.
    pub source: Arc<dyn AudioSource>,
    /// The constraints that the microphone is to meet.
    pub constraints: AudioConstraints,
    /// Whether the user agrees.
    pub consent: Consent,
    /// Whether the microphone may be opened once it is chosen. If not, the capture's `proceed` permits it.
    pub proceeds: bool,
}
