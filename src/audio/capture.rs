//! From a request to sound: chooses a microphone, opens it, and releases it.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::{delivery::Delivery, output::AudioOutput};
use crate::{
    consent::Consent,
    constraint::{AudioCapabilities, AudioConstraints, AudioSettings},
    error::MediaError,
    report::MuteReason,
    source::audio::{AudioEvent, AudioSource},
};

/// The request of a track for a microphone.
#[derive(Debug)]
pub(super) struct AudioRequest {
    /// The source of the microphone.
    pub source: Arc<dyn AudioSource>,
    /// The constraints that the microphone is to meet.
    pub constraints: AudioConstraints,
    /// Whether the user agrees.
    pub consent: Consent,
    /// Whether the microphone may be opened once it is chosen. If not, [`AudioCapture::proceed`] permits it.
    pub proceeds: bool,
}

/// One step in the life of a capture.
#[derive(Debug)]
pub(super) enum AudioReport {
    /// There is a microphone that meets the constraints.
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
    Reopened,
    /// The source ended: in the ordinary way, or because of this error. The last report.
    Ended(Option<MediaError>),
}

/// A message to the thread of a capture.
#[derive(Debug)]
pub(super) enum Message {
    /// The microphone may be opened.
    Proceed,
    /// An event of the stream with this number.
    Event(u64, AudioEvent),
    /// The track was stopped.
    Stop,
}

/// A running capture. Dropping it stops it: its microphone is closed at once, and nothing waits.
#[derive(Debug)]
pub(super) struct AudioCapture {
    pub reports: Receiver<AudioReport>,
    pub delivery: Arc<Delivery>,
    messages: Sender<Message>,
    changes: Sender<AudioConstraints>,
}

/// The other end of a capture.
#[derive(Debug)]
pub(super) struct CaptureEnd {
    pub reports: Sender<AudioReport>,
    pub delivery: Arc<Delivery>,
    pub messages: Receiver<Message>,
    /// For the events of streams.
    pub sender: Sender<Message>,
    /// Other constraints that are requested.
    pub changes: Receiver<AudioConstraints>,
}

impl AudioCapture {
    /// A capture whose sound goes to this output, and its other end.
    pub fn new(output: AudioOutput) -> (Self, CaptureEnd) {
        let (reporter, reports) = unbounded();
        let (sender, messages) = unbounded();
        let (changer, changes) = unbounded();
        let delivery = Arc::new(Delivery::new(output));
        let end = CaptureEnd {
            reports: reporter,
            delivery: delivery.clone(),
            messages,
            sender: sender.clone(),
            changes,
        };
        (Self { reports, delivery, messages: sender, changes: changer }, end)
    }

    /// Permits to open the microphone.
    pub fn proceed(&self) {
        self.send(Message::Proceed);
    }

    /// Requests other constraints in place of those that hold. Changes are carried out in order once the microphone is
    /// open.
    pub fn change(&self, constraints: &AudioConstraints) {
        // A capture that has ended needs no constraints.
        let _ = self.changes.send(constraints.clone());
    }

    fn send(&self, message: Message) {
        // A capture that has ended needs no messages.
        let _ = self.messages.send(message);
    }
}

impl Drop for AudioCapture {
    fn drop(&mut self) {
        self.delivery.set_live(false);
        self.send(Message::Stop);
    }
}
