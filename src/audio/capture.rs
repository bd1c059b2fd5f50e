//! The two ends of the capture of a microphone: the one of the track, and the one of its thread.

use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::{AudioLevel, delivery::Delivery, output::AudioOutput};
use crate::{
    constraint::AudioConstraints,
    report::AudioReport,
    source::{Source, audio::AudioEvent},
};

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
    reports: Receiver<AudioReport>,
    delivery: Arc<Delivery>,
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

    /// The thread needs no polling.
    pub fn poll(&self) {}

    /// The next report, if there is one.
    pub fn report(&self) -> Option<AudioReport> {
        self.reports.try_recv().ok()
    }

    /// No source requests a camera and a microphone in one call: each has its own.
    pub fn joint_source(&self, _: &dyn Source, _: bool, _: bool) -> Option<Arc<dyn Source>> {
        None
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

    /// Lets sound pass: the track is live.
    pub fn set_live(&self) {
        self.delivery.set_live(true);
    }

    /// Replaces the sound by silence, or ends that.
    pub fn enable(&self, enabled: bool) {
        self.delivery.set_silent(!enabled);
    }

    /// The level since the last call. `None` if no sound arrived.
    pub fn level(&self) -> Option<AudioLevel> {
        self.delivery.level()
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
