//! Reports of the captures of microphones.

use super::MuteReason;
use crate::{
    constraint::{AudioCapabilities, AudioConstraints, AudioSettings},
    error::MediaError,
};

/// One step in the life of a microphone's capture, reported to its track.
#[derive(Debug)]
pub(crate) enum AudioReport {
    /// There is a microphone that meets the constraints. In a browser, which chooses by itself: they make sense.
    Chosen,
    /// The app is to ask the user before the microphone is opened.
    AwaitingConsent,
    /// The microphone is open, with these settings and capabilities.
    Opened(Box<(AudioSettings, AudioCapabilities)>),
    /// No microphone can be opened. The last report.
    Failed(MediaError),
    /// The microphone runs with other settings from now on.
    SettingsChanged(Box<AudioSettings>),
    /// These constraints hold from now on.
    ConstraintsApplied(Box<AudioConstraints>),
    /// These constraints can't be met. Those before them still hold.
    ConstraintsRejected(Box<(AudioConstraints, MediaError)>),
    /// The microphone sends no sound for this reason, or sends sound again.
    Muted(Option<MuteReason>),
    /// The silent microphone was opened again.
    #[cfg_attr(target_family = "wasm", expect(dead_code, reason = "browsers open microphones by themselves"))]
    Reopened,
    /// The source ended: in the ordinary way, or because of this error. The last report.
    Ended(Option<MediaError>),
}
