//! The state of a recorder, and the transitions that commands make
//! ([`state`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-state)).

use bevy::prelude::*;

use crate::error::MediaError;

/// The state of a [`MediaRecorder`](super::MediaRecorder)
/// ([`RecordingState`](https://www.w3.org/TR/mediastream-recording/#recordingstate)). The app can't change it: trigger
/// commands such as [`StartRecording`](super::StartRecording).
///
/// It changes with the command; the event, such as [`RecordingStarted`](super::RecordingStarted), follows in a later
/// frame.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub enum RecorderState {
    /// Nothing is recorded: it wasn't started, or it was stopped. Data of the last recording may still come.
    #[default]
    Inactive,
    /// Frames are recorded.
    Recording,
    /// The recording goes on once it is resumed. The pause will not be part of it.
    Paused,
}

impl RecorderState {
    /// The state after `start()`.
    ///
    /// # Errors
    /// `InvalidState` unless the recorder is inactive.
    pub(super) fn start(self) -> Result<Self, MediaError> {
        match self {
            Self::Inactive => Ok(Self::Recording),
            Self::Recording | Self::Paused => Err(MediaError::invalid_state(
                "the recorder records already; stop it first, or use another recorder for the same track",
            )),
        }
    }

    /// The state after `pause()`; `None` if nothing is to be done.
    ///
    /// # Errors
    /// `InvalidState` if the recorder is inactive.
    pub(super) fn pause(self) -> Result<Option<Self>, MediaError> {
        match self {
            Self::Inactive => Err(inactive("paused")),
            Self::Recording => Ok(Some(Self::Paused)),
            Self::Paused => Ok(None),
        }
    }

    /// The state after `resume()`; `None` if nothing is to be done.
    ///
    /// # Errors
    /// `InvalidState` if the recorder is inactive.
    pub(super) fn resume(self) -> Result<Option<Self>, MediaError> {
        match self {
            Self::Inactive => Err(inactive("resumed")),
            Self::Recording => Ok(None),
            Self::Paused => Ok(Some(Self::Recording)),
        }
    }

    /// Checks that `requestData()` is allowed.
    ///
    /// # Errors
    /// `InvalidState` if the recorder is inactive.
    pub(super) fn request_data(self) -> Result<(), MediaError> {
        match self {
            Self::Inactive => Err(inactive("asked for data")),
            Self::Recording | Self::Paused => Ok(()),
        }
    }

    /// The state after `stop()`; `None` if nothing is to be done.
    pub(super) fn stop(self) -> Option<Self> {
        (self != Self::Inactive).then_some(Self::Inactive)
    }
}

fn inactive(done: &str) -> MediaError {
    MediaError::invalid_state(format!("an inactive recorder can't be {done}; trigger StartRecording first"))
}

#[cfg(test)]
mod tests {
    use super::{RecorderState::*, *};
    use crate::error::ErrorName;

    fn name<T>(result: Result<T, MediaError>) -> Option<ErrorName> {
        result.err().map(|error| error.name)
    }

    #[test]
    fn an_inactive_recorder_only_starts() {
        let invalid = Some(ErrorName::InvalidState);
        assert_eq!(Inactive.start(), Ok(Recording));
        assert_eq!(name(Inactive.pause()), invalid);
        assert_eq!(name(Inactive.resume()), invalid);
        assert_eq!(name(Inactive.request_data()), invalid);
        assert_eq!(Inactive.stop(), None, "no error and no event");
    }

    #[test]
    fn an_active_recorder_does_not_start_again() {
        for state in [Recording, Paused] {
            assert_eq!(name(state.start()), Some(ErrorName::InvalidState));
            assert_eq!(state.stop(), Some(Inactive));
            assert_eq!(state.request_data(), Ok(()));
        }
    }

    #[test]
    fn a_repeated_pause_or_resume_does_nothing() {
        assert_eq!(Recording.pause(), Ok(Some(Paused)));
        assert_eq!(Paused.pause(), Ok(None));
        assert_eq!(Paused.resume(), Ok(Some(Recording)));
        assert_eq!(Recording.resume(), Ok(None));
    }
}
