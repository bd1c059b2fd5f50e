//! The capture thread. It stops by a flag, within [`LONGEST_WAIT`] if the source keeps that limit, also while its
//! device stalls.

use std::{thread, time::Duration};

use super::{
    frames::Frames,
    lease::DeviceLease,
    negotiation::{DeviceNegotiation, Outcome},
    open_device::{OpenDevice, Step},
    request::CaptureRequest,
    sink::TrackSink,
};
use crate::{
    error::MediaError,
    source::guard::{LONGEST_WAIT, catch_panic},
};

/// The pause until the reader of a lossless source is looked at again.
const BACKPRESSURE_PAUSE: Duration = Duration::from_millis(1);
/// The pause until a suspended device is looked at again.
const SUSPENDED_PAUSE: Duration = Duration::from_millis(20);
/// The pause until an answer is looked for again.
const ANSWER_PAUSE: Duration = Duration::from_millis(5);

/// The capture thread of one track, or of several that share a device. It runs until their switches stop it.
#[derive(Debug)]
pub(super) struct Driver;

impl Driver {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if no thread can be started.
    pub fn start(
        request: CaptureRequest,
        sink: TrackSink,
        frames: Frames,
    ) -> Result<(Self, Frames), MediaError> {
        thread::Builder::new()
            .name("viewfinder capture".into())
            .spawn(move || run(DeviceNegotiation::new(request, sink)))
            .map_err(|error| {
                MediaError::not_supported(format!(
                    "no capture thread can be started ({error}): stop other tracks or threads first"
                ))
            })?;
        Ok((Self, frames))
    }

    /// The thread needs no polling.
    pub fn poll(&self) {}
}

/// Negotiates until there is a device, and reads it until it ends or all its tracks are dropped.
fn run(mut negotiation: DeviceNegotiation) {
    while !negotiation.stopped() {
        match guarded(|| negotiation.step()).unwrap_or_else(Outcome::Failed) {
            Outcome::Waiting => thread::sleep(ANSWER_PAUSE),
            Outcome::Joined => return,
            Outcome::Opened(device, lease) => return read(*device, &lease),
            Outcome::Failed(error) => return negotiation.fail(error),
        }
    }
}

/// Runs code of a source. A driver's binding that panics must not end the app's other tracks.
fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, MediaError> {
    catch_panic(call).map_err(|_| {
        MediaError::unknown(
            "a source panicked on its capture thread: this is a defect of the source; please report it",
        )
    })
}

fn read(mut device: OpenDevice, lease: &DeviceLease) {
    loop {
        if !device.is_exposing() {
            for join in lease.joins.try_iter() {
                let joined = guarded(|| device.join(join.sink)).unwrap_or_else(Err);
                let _ = join.answer.send(joined);
            }
        }
        match guarded(|| device.step(LONGEST_WAIT)).unwrap_or_else(|error| device.end(Some(error))) {
            Step::Progress | Step::TimedOut => {}
            Step::Backpressure => thread::sleep(BACKPRESSURE_PAUSE),
            Step::Suspended => thread::sleep(SUSPENDED_PAUSE),
            Step::Finished => return,
        }
    }
}
