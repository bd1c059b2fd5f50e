//! From constraints to an open device: the steps of
//! [getUserMedia](https://www.w3.org/TR/mediacapture-streams/#dom-mediadevices-getusermedia), in their order.

use std::{collections::VecDeque, sync::Arc};

use crossbeam_channel::{Receiver, TryRecvError, bounded};

use super::{
    hub::Hub,
    lease::{Access, Join, Place},
    open_device::OpenDevice,
    outlet::Outlet,
};
use crate::{
    consent::Consent,
    constraint::{Requiring, VideoConstraints, rank},
    device::{Device, DeviceId, NativeMode},
    error::{ErrorName, MediaError},
    report::Report,
    source::Source,
};

/// What a track asks for.
#[derive(Debug)]
pub(crate) struct Asking {
    /// The devices that the app has open.
    pub hub: Hub,
    /// Where the device is to be found.
    pub source: Arc<dyn Source>,
    /// What it should be like.
    pub constraints: VideoConstraints,
    /// The one device that will do, where it isn't free.
    pub only: Option<DeviceId>,
    /// Whether the user agrees.
    pub consent: Consent,
    /// The longest side of a texture that the renderer can make, in texels.
    pub longest_texture: u32,
}

/// A track that asks for a device.
pub(super) struct Request {
    hub: Hub,
    source: Arc<dyn Source>,
    /// The one device that will do, where it isn't free.
    only: Option<DeviceId>,
    consent: Consent,
    outlet: Outlet,
    phase: Phase,
    /// The devices and modes that would do, best first.
    choices: VecDeque<(Arc<Device>, NativeMode)>,
    failures: Vec<(DeviceId, MediaError)>,
}

enum Phase {
    New,
    /// The app asks the user.
    Asking,
    Trying,
    /// Another track has the device open.
    Joining(DeviceId, Receiver<Result<(), MediaError>>),
}

/// What came of a step.
pub(super) enum Outcome {
    /// Somebody else must do something first.
    Waiting,
    /// The track shares the device of another, who looks after it from now on.
    Joined,
    /// The device is open.
    Opened(Box<OpenDevice>, Place),
    /// There is no device for it.
    Failed(MediaError),
}

impl Request {
    pub fn new(asking: Asking, outlet: Outlet) -> Self {
        let Asking { hub, source, only, consent, .. } = asking;
        Self {
            hub,
            source,
            only,
            consent,
            outlet,
            phase: Phase::New,
            choices: VecDeque::new(),
            failures: Vec::new(),
        }
    }

    /// Whether nobody waits for it any more.
    #[cfg(not(target_family = "wasm"))]
    pub fn stopped(&self) -> bool {
        self.outlet.stopped()
    }

    /// Says that there is no device for it.
    pub fn fail(&self, error: MediaError) {
        self.outlet.tell(Report::Failed(error));
    }

    /// Goes on until somebody else must do something first.
    pub fn step(&mut self) -> Outcome {
        match self.advance() {
            Ok(outcome) => outcome,
            Err(error) => Outcome::Failed(error),
        }
    }

    fn advance(&mut self) -> Result<Outcome, MediaError> {
        if let Phase::New = self.phase {
            // Step 5 comes first: who may not use cameras doesn't learn which there are.
            self.consent.refusal()?;
            self.choose()?;
            self.phase = Phase::Asking;
            if !self.consent.is_given() {
                self.outlet.tell(Report::Asking);
            }
        }
        if let Phase::Asking = self.phase {
            self.consent.refusal()?;
            if !self.consent.is_given() {
                return Ok(Outcome::Waiting);
            }
            self.phase = Phase::Trying;
        }
        if let Phase::Joining(device, answer) = &self.phase {
            match answer.try_recv() {
                Ok(Ok(())) => return Ok(Outcome::Joined),
                Ok(Err(error)) => self.failures.push((device.clone(), error)),
                Err(TryRecvError::Empty) => return Ok(Outcome::Waiting),
                // It was closed meanwhile: what there is now?
                Err(TryRecvError::Disconnected) => self.choose()?,
            }
            self.phase = Phase::Trying;
        }
        self.open()
    }

    /// Steps 1 to 4: the devices, and what would do of them.
    fn choose(&mut self) -> Result<(), MediaError> {
        let mut devices = self.source.devices()?;
        if let Some(only) = &self.only {
            devices.retain(|device| device.id == *only);
        }
        if devices.is_empty() {
            return Err(MediaError::not_found(
                "there is no camera here; plug one in or choose another source",
            ));
        }
        // A clone's constraints held before.
        let requiring = if self.only.is_some() { Requiring::OfDevice } else { Requiring::ForSelection };
        let ranked: Vec<_> = rank(&devices, &self.outlet.constraints, requiring)?
            .iter()
            .map(|choice| (choice.device_id().clone(), choice.native()))
            .collect();
        let devices: Vec<_> = devices.into_iter().map(Arc::new).collect();
        let with_device = |(id, mode)| Some((devices.iter().find(|device| device.id == id)?.clone(), mode));
        self.choices = ranked.into_iter().filter_map(with_device).collect();
        Ok(())
    }

    /// Step 7: opens the first that can be opened, or joins who has it open.
    fn open(&mut self) -> Result<Outcome, MediaError> {
        while let Some((device, mode)) = self.choices.pop_front() {
            // Opening a device may take its time.
            if self.outlet.stopped() {
                break;
            }
            // One mode that fails says nothing of the others; a device that is held, gone or forbidden does.
            let hopeless = |(failed, error): &(DeviceId, MediaError)| {
                *failed == device.id && error.name != ErrorName::Abort
            };
            if self.failures.iter().any(hopeless) {
                continue;
            }
            match self.hub.leases.enter(&self.source, &device.id) {
                Access::Open(joins) => {
                    let (answer, answered) = bounded(1);
                    // Who is gone by now drops the answer, which is heard.
                    let _ = joins.send(Join { outlet: self.outlet.clone(), answer });
                    self.phase = Phase::Joining(device.id.clone(), answered);
                    return Ok(Outcome::Waiting);
                }
                Access::Free(place) => {
                    let opened =
                        OpenDevice::open(self.source.clone(), (*device).clone(), mode, self.outlet.clone());
                    match opened {
                        Ok(device) => return Ok(Outcome::Opened(Box::new(device), place)),
                        Err(error) => self.failures.push((device.id.clone(), error)),
                    }
                }
            }
        }
        // The first failure is that of the device that fits best.
        Err(match self.failures.first() {
            Some((_, error)) => error.clone(),
            None => MediaError::abort("the track was stopped before a device was opened"),
        })
    }
}
