//! From a request to an open device: the steps of
//! [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia), in their order.

use std::{collections::VecDeque, sync::Arc};

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::{
    hub::Hub,
    lease::{Access, DeviceLease, JoinRequest},
    open_device::OpenDevice,
    request::CaptureRequest,
    sink::TrackSink,
};
use crate::{
    consent::Consent,
    constraint::{Requiring, rank},
    device::{Device, DeviceId, NativeMode},
    error::{ErrorName, MediaError},
    report::CaptureReport,
    source::Source,
};

/// Finds and opens a device for a track.
pub(super) struct DeviceNegotiation {
    hub: Hub,
    source: Arc<dyn Source>,
    /// The only device to choose, if the choice isn't free.
    only: Option<DeviceId>,
    consent: Consent,
    sink: TrackSink,
    phase: Phase,
    /// The devices and modes that meet the constraints, best first.
    candidates: VecDeque<(Arc<Device>, NativeMode)>,
    failures: Vec<(DeviceId, MediaError)>,
}

enum Phase {
    New,
    /// The app asks the user.
    AwaitingConsent,
    /// Candidates are opened in their order.
    Opening,
    /// Another track has the device open, and is asked to share it.
    Joining(DeviceId, Receiver<Result<(), MediaError>>),
}

/// The result of a step.
pub(super) enum Outcome {
    /// The user, or the thread of another track, has to answer first.
    Waiting,
    /// The track shares the device of another, whose driver serves it from now on.
    Joined,
    /// The device is open.
    Opened(Box<OpenDevice>, DeviceLease),
    /// There is no device for the track.
    Failed(MediaError),
}

impl DeviceNegotiation {
    pub fn new(request: CaptureRequest, sink: TrackSink) -> Self {
        let CaptureRequest { hub, source, only, consent, .. } = request;
        Self {
            hub,
            source,
            only,
            consent,
            sink,
            phase: Phase::New,
            candidates: VecDeque::new(),
            failures: Vec::new(),
        }
    }

    /// Whether the track was dropped.
    #[cfg(not(target_family = "wasm"))]
    pub fn stopped(&self) -> bool {
        self.sink.stopped()
    }

    /// Reports that there is no device for the track.
    pub fn fail(&self, error: MediaError) {
        self.sink.report(CaptureReport::Failed(error));
    }

    /// Goes on until it has to wait or has come to its end.
    pub fn step(&mut self) -> Outcome {
        match self.advance() {
            Ok(outcome) => outcome,
            Err(error) => Outcome::Failed(error),
        }
    }

    fn advance(&mut self) -> Result<Outcome, MediaError> {
        if let Phase::New = self.phase {
            // Step 5 comes first: an app that may not use cameras doesn't learn which there are.
            self.consent.refusal()?;
            self.select()?;
            self.phase = Phase::AwaitingConsent;
            if !self.consent.is_given() {
                self.sink.report(CaptureReport::AwaitingConsent);
            }
        }
        if let Phase::AwaitingConsent = self.phase {
            self.consent.refusal()?;
            if !self.consent.is_given() {
                return Ok(Outcome::Waiting);
            }
            self.phase = Phase::Opening;
        }
        if let Phase::Joining(device, answer) = &self.phase {
            match answer.try_recv() {
                Ok(Ok(())) => return Ok(Outcome::Joined),
                Ok(Err(error)) => self.failures.push((device.clone(), error)),
                Err(TryRecvError::Empty) => return Ok(Outcome::Waiting),
                // It was closed meanwhile, so the list may have changed.
                Err(TryRecvError::Disconnected) => self.select()?,
            }
            self.phase = Phase::Opening;
        }
        self.open()
    }

    /// Steps 1 to 4: lists the devices and ranks those that meet the constraints.
    fn select(&mut self) -> Result<(), MediaError> {
        let mut devices = self.source.devices()?;
        if let Some(only) = &self.only {
            devices.retain(|device| device.id == *only);
        }
        if devices.is_empty() {
            return Err(MediaError::not_found(
                "the source has no camera: plug one in, or choose another source",
            ));
        }
        // The constraints of a clone have held before.
        let requiring = if self.only.is_some() { Requiring::OfDevice } else { Requiring::ForSelection };
        let ranked: Vec<_> = rank(&devices, &self.sink.constraints, requiring)?
            .iter()
            .map(|choice| (choice.device_id().clone(), choice.native()))
            .collect();
        let devices: Vec<_> = devices.into_iter().map(Arc::new).collect();
        let with_device = |(id, mode)| Some((devices.iter().find(|device| device.id == id)?.clone(), mode));
        self.candidates = ranked.into_iter().filter_map(with_device).collect();
        Ok(())
    }

    /// Step 7: opens the first candidate that can be opened, or joins the track that has it open.
    fn open(&mut self) -> Result<Outcome, MediaError> {
        while let Some((device, mode)) = self.candidates.pop_front() {
            // Opening a device may take long.
            if self.sink.stopped() {
                break;
            }
            // A mode that fails says nothing about the others; a device that is busy, gone or forbidden does.
            let hopeless = |(failed, error): &(DeviceId, MediaError)| {
                *failed == device.id && error.name != ErrorName::Abort
            };
            if self.failures.iter().any(hopeless) {
                continue;
            }
            match self.hub.leases.acquire(&self.source, &device.id) {
                Access::Shared(joins) => {
                    let (answer, answered) = bounded(1);
                    // If the other track is gone by now, the answer is dropped and so disconnected.
                    let _ = joins.send(JoinRequest { sink: self.sink.clone(), answer });
                    self.phase = Phase::Joining(device.id.clone(), answered);
                    return Ok(Outcome::Waiting);
                }
                Access::Granted(lease) => {
                    let opened =
                        OpenDevice::open(self.source.clone(), (*device).clone(), mode, self.sink.clone());
                    match opened {
                        Ok(device) => return Ok(Outcome::Opened(Box::new(device), lease)),
                        Err(error) => self.failures.push((device.id.clone(), error)),
                    }
                }
            }
        }
        // The first failure is that of the device that fits best.
        Err(match self.failures.first() {
            Some((_, error)) => error.clone(),
            None => MediaError::abort("the track was stopped before its device was opened: spawn it again"),
        })
    }
}
