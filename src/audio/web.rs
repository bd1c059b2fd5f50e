//! Captures in a browser, on its one thread.

use std::{cell::Cell, sync::Arc};

use crossbeam_channel::{Receiver, Sender, unbounded};
use send_wrapper::SendWrapper;

use super::{AudioLevel, AudioOutput, level::LevelMeter, request::AudioRequest};
use crate::{
    consent::Consent,
    constraint::AudioConstraints,
    error::MediaError,
    report::AudioReport,
    source::{
        Source,
        audio::{PageMicrophone, page_microphones},
    },
};

/// A running capture. Dropping it stops it: its microphone is closed at once.
#[derive(Debug)]
pub(super) struct AudioCapture {
    reports: Receiver<AudioReport>,
    reporter: Sender<AudioReport>,
    microphone: SendWrapper<PageMicrophone>,
    consent: Consent,
    progress: SendWrapper<Cell<Progress>>,
    meter: LevelMeter,
}

/// The progress of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Progress {
    /// It waits for the camera of the same request.
    HeldBack,
    /// The app is to ask the user, if it has a gate.
    Permitted,
    /// The app asks the user.
    Asking,
    /// The browser was asked, or the user doesn't agree.
    Over,
}

/// Starts a capture.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if the source isn't the browser's, or if the page
/// has no access to devices, [`ErrorName::NotAllowed`](crate::error::ErrorName::NotAllowed) if the user doesn't agree,
/// and those of invalid constraints.
pub(super) fn start(request: AudioRequest, _: AudioOutput) -> Result<AudioCapture, MediaError> {
    let AudioRequest { source, constraints, consent, proceeds } = request;
    consent.refusal()?;
    let source = page_microphones(&*source).ok_or_else(|| {
        MediaError::not_supported(
            "in a browser only its own microphones can be tracks: remove the source of the track or the app, or run \
             the app on a desktop",
        )
    })?;
    let (reporter, reports) = unbounded();
    let microphone = source.microphone(&constraints, reporter.clone())?;
    let progress = if proceeds { Progress::Permitted } else { Progress::HeldBack };
    let capture = AudioCapture {
        reports,
        reporter,
        microphone: SendWrapper::new(microphone),
        consent,
        progress: SendWrapper::new(Cell::new(progress)),
        meter: LevelMeter::default(),
    };
    capture.report_to_track(AudioReport::Chosen);
    capture.poll();
    Ok(capture)
}

impl AudioCapture {
    /// Goes on with the request, and reads the level. Called once per frame of the app.
    pub fn poll(&self) {
        if matches!(self.progress.get(), Progress::Permitted | Progress::Asking)
            && !self.microphone.is_joint()
        {
            self.go_on();
        }
        self.microphone.read_samples(|samples| self.meter.add(samples));
    }

    /// Asks the browser, once the user agrees by the app's own gate.
    fn go_on(&self) {
        if let Err(refusal) = self.consent.refusal() {
            self.progress.set(Progress::Over);
            self.report_to_track(AudioReport::Failed(refusal));
        } else if self.consent.is_given() {
            self.progress.set(Progress::Over);
            self.microphone.request();
        } else if self.progress.replace(Progress::Asking) != Progress::Asking {
            self.report_to_track(AudioReport::AwaitingConsent);
        }
    }

    fn report_to_track(&self, report: AudioReport) {
        // The receiver is in the same struct.
        let _ = self.reporter.send(report);
    }

    /// The next report, if there is one.
    pub fn report(&self) -> Option<AudioReport> {
        self.reports.try_recv().ok()
    }

    /// A source like this one of a camera, which requests the microphone too in its next request. `None` if that isn't
    /// possible. `same_gate` is whether the app's gate is the same for both, and with `optional` the camera goes on
    /// without the microphone.
    pub fn joint_source(
        &self,
        cameras: &dyn Source,
        same_gate: bool,
        optional: bool,
    ) -> Option<Arc<dyn Source>> {
        if !same_gate && !self.consent.is_given() {
            return None;
        }
        self.microphone.joint_source(cameras, optional)
    }

    /// Permits to request the microphone, unless a request for a camera is to do so.
    pub fn proceed(&self) {
        if self.progress.get() == Progress::HeldBack {
            self.progress.set(Progress::Permitted);
        }
    }

    /// Requests other constraints in place of those that hold. Changes are carried out in order once the microphone is
    /// open.
    pub fn change(&self, constraints: &AudioConstraints) {
        self.microphone.change(constraints.clone());
    }

    /// The browser's microphone is live once it is open.
    pub fn set_live(&self) {
        // The sound from before doesn't count.
        self.meter.take();
    }

    /// Replaces the sound by silence, or ends that.
    pub fn enable(&self, enabled: bool) {
        self.microphone.enable(enabled);
    }

    /// The level since the last call. `None` if no sound arrived.
    pub fn level(&self) -> Option<AudioLevel> {
        self.meter.take()
    }

    /// The browser's own track. `None` while there is none.
    #[cfg(feature = "recorder")]
    pub fn stream_track(&self) -> Option<web_sys::MediaStreamTrack> {
        self.microphone.stream_track()
    }
}
