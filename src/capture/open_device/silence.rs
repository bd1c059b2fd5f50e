//! Mutes the tracks of a device that sends no frames, and opens it again.

use bevy::platform::time::Instant;

use super::{OpenDevice, Step};
use crate::{
    error::{ErrorName, MediaError},
    report::{CaptureReport, MuteReason},
    source::SilenceAction,
};

impl OpenDevice {
    /// Reports to all tracks whether and why they are muted, if that has changed.
    pub(super) fn report_mute(&mut self) {
        let reason = if self.muted {
            Some(MuteReason::Source)
        } else if self.stills.mutes() {
            Some(MuteReason::Photo)
        } else if self.silence.is_silent() {
            Some(MuteReason::Silence)
        } else {
            None
        };
        if std::mem::replace(&mut self.reported_mute, reason) != reason {
            self.tracks.iter().for_each(|track| track.sink.reporter.muted(reason));
        }
    }

    /// Called for each frame, before it is delivered.
    pub(super) fn end_silence(&mut self) {
        if self.silence.frame(Instant::now()) {
            self.report_mute();
        }
    }

    /// Called while no frame is there: mutes the tracks once the device is silent, and opens it again when that is due.
    /// Returns the given step if neither is.
    pub(super) fn check_silence(&mut self, step: Step) -> Step {
        // A closed shutter is no fault of the device, and a device without enabled tracks is suspended anyway.
        if self.muted || self.unwatched.is_some() {
            return step;
        }
        match self.silence.check(Instant::now()) {
            None => step,
            Some(SilenceAction::Mute) => {
                self.report_mute();
                Step::Progress
            }
            Some(SilenceAction::Reopen) => match self.reopen_silent() {
                Ok(()) => Step::Progress,
                Err(error) => self.end(Some(error)),
            },
        }
    }

    /// The connection to the device broke: closes it, and mutes the tracks until it is open again and sends frames.
    pub(super) fn disconnect(&mut self) -> Step {
        self.stream = None;
        self.silence.disconnected(Instant::now());
        self.report_mute();
        self.check_exposure(Step::Progress)
    }

    /// Closes the silent device and opens it again. If that fails, it stays silent and closed until the next attempt.
    ///
    /// # Errors
    /// The device is gone, or may not be used any more.
    pub(super) fn reopen_silent(&mut self) -> Result<(), MediaError> {
        // Most devices can be opened once at a time.
        self.stream = None;
        match self.reopen() {
            Ok(()) => {
                self.tracks.iter().for_each(|track| track.sink.reporter.reopened());
                self.renegotiate_all();
                Ok(())
            }
            Err(error) if matches!(error.name, ErrorName::NotFound | ErrorName::NotAllowed) => Err(error),
            Err(error) => {
                for track in &self.tracks {
                    track.sink.report(CaptureReport::ReopenFailed(error.clone()));
                }
                Ok(())
            }
        }
    }
}
