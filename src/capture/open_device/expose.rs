//! Takes stills: brings the device into its largest mode, waits until its exposure has settled, and brings it back.

use std::time::Duration;

use bevy::platform::time::Instant;

use super::{
    OpenDevice, Step,
    delivery::{longest_texture, prepare},
    settling::Settling,
    stills::{Exposure, Stage},
};
use crate::{
    device::NativeMode,
    error::MediaError,
    frame::Frame,
    source::{Still, StillAnswer, StillRequest},
};

/// The time in which a device must send a frame, unless it has a limit of its own.
const LONGEST_SILENCE: Duration = Duration::from_secs(5);

impl OpenDevice {
    /// Receives the requests of the tracks for stills. Answers those at once that need no still, and begins an exposure
    /// for the others.
    pub(super) fn begin_exposure(&mut self) {
        for track in &self.tracks {
            let is_black = self.muted || !track.sink.enabled();
            for request in track.sink.stills.try_iter() {
                if is_black {
                    // So is the photo.
                    request.answer(Ok(StillAnswer::TrackFrame));
                } else {
                    self.stills.waiting.push_back(request);
                }
            }
        }
        if self.stills.exposure.is_some() {
            return;
        }
        while let Some(request) = self.stills.waiting.pop_front() {
            match self.mode_for(&request) {
                Ok(mode) => {
                    // Requests for stills of one mode share them.
                    let waiting = std::mem::take(&mut self.stills.waiting);
                    let shares = |other: &StillRequest| self.mode_for(other).is_ok_and(|other| other == mode);
                    let (sharing, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(shares);
                    self.stills.waiting = others.into();
                    let requests = std::iter::once(request).chain(sharing).collect();
                    let quiet_since = Instant::now();
                    self.stills.exposure =
                        Some(Exposure { requests, mode, stage: Stage::Measuring, quiet_since, taken: 0 });
                    return;
                }
                Err(answer) => request.answer(Ok(answer)),
            }
        }
    }

    /// The mode for stills, or the answer to a request that gets none.
    fn mode_for(&self, request: &StillRequest) -> Result<NativeMode, StillAnswer> {
        let Some(stream) = &self.stream else { return Err(StillAnswer::TrackFrame) };
        if !stream.switches_mode_for_photos() {
            return Err(StillAnswer::TrackFrame);
        }
        let longest = longest_texture(&self.tracks);
        let fits = |mode: &&NativeMode| mode.format.check_texture_size(mode.size, longest).is_ok();
        let modes: Vec<_> = self.device.modes.iter().filter(fits).copied().collect();
        let mode = request.settings.choose_mode(&modes).ok_or(StillAnswer::TrackFrame)?;
        if mode.size == self.mode.size {
            Err(StillAnswer::TrackFrame)
        } else if request.holds_mode || self.tracks.len() > 1 {
            Err(StillAnswer::SharedFrame)
        } else {
            Ok(mode)
        }
    }

    /// A frame arrived. Returns it if it is for the tracks.
    pub(super) fn expose(&mut self, frame: Frame) -> Option<Frame> {
        let longest = longest_texture(&self.tracks);
        let Some(exposure) = &mut self.stills.exposure else {
            if std::mem::take(&mut self.stills.resuming) {
                self.report_mute();
            }
            return Some(frame);
        };
        exposure.quiet_since = Instant::now();
        let prepared = match prepare(&self.decoder, frame, longest) {
            Ok(frame) => frame,
            Err(error) => {
                self.report_corrupt(&error);
                return None;
            }
        };
        match &mut exposure.stage {
            Stage::Measuring => {
                let luma = prepared.mean_luma();
                self.switch_for_stills(Some(luma));
                return Some(prepared);
            }
            Stage::Settling(settling, back) => {
                if !settling.is_settled(prepared.captured, prepared.mean_luma()) {
                    return None;
                }
                exposure.stage = Stage::Taking(*back);
            }
            Stage::Taking(_) => {}
        }
        exposure.taken += 1;
        let taken = exposure.taken;
        for request in &exposure.requests {
            if taken <= request.count {
                request.answer(Ok(StillAnswer::Still(Still::Frame(prepared.clone()))));
            }
        }
        if exposure.requests.iter().all(|request| taken >= request.count) {
            self.end_exposure(None);
        }
        None
    }

    /// No frame is there now. Gives up an exposure whose device sends none.
    pub(super) fn check_exposure(&mut self, step: Step) -> Step {
        let limit = self.stream.as_ref().and_then(|stream| stream.silence_limit()).unwrap_or(LONGEST_SILENCE);
        let Some(exposure) = &self.stills.exposure else { return step };
        if exposure.quiet_since.elapsed() < limit && self.stream.is_some() {
            return step;
        }
        let size = exposure.mode.size;
        self.end_exposure(Some(MediaError::unknown(format!(
            "the device sent no frame for a photo of {}x{}; take the photo again, or of another size",
            size.x, size.y
        ))));
        Step::Progress
    }

    /// Brings the device into the mode of the stills.
    fn switch_for_stills(&mut self, luma: Option<f32>) {
        let Some(exposure) = &mut self.stills.exposure else { return };
        let (mode, back) = (exposure.mode, self.mode);
        exposure.stage = Stage::Settling(Settling::new(luma), back);
        self.report_mute();
        if let Err(error) = self.switch_mode(mode) {
            // It runs in its own mode again.
            self.answer_exposure(Some(MediaError::unknown(format!(
                "the device can't be opened for a photo of {}x{}: {}",
                mode.size.x, mode.size.y, error.message
            ))));
            self.resume_tracks();
        } else if let Some(exposure) = &mut self.stills.exposure {
            exposure.quiet_since = Instant::now();
        }
    }

    /// Answers the requests that wait for stills, and brings the device back into the mode of its tracks.
    fn end_exposure(&mut self, error: Option<MediaError>) {
        let back = match self.answer_exposure(error) {
            Some(Stage::Settling(_, back) | Stage::Taking(back)) => back,
            Some(Stage::Measuring) | None => return,
        };
        // If that fails, the next step opens it again or ends the tracks.
        let _ = self.switch_mode(back);
        self.renegotiate_all();
        self.resume_tracks();
    }

    /// Ends the exposure, with an error for its requests if they haven't got their stills.
    fn answer_exposure(&mut self, error: Option<MediaError>) -> Option<Stage> {
        let exposure = self.stills.exposure.take()?;
        if let Some(error) = error {
            exposure.requests.iter().for_each(|request| request.answer(Err(error.clone())));
        }
        Some(exposure.stage)
    }

    fn resume_tracks(&mut self) {
        self.stills.resuming = true;
        self.report_mute();
    }
}
