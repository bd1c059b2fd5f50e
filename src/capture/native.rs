//! The capture thread. It stops by a flag, within [`LONGEST_WAIT`] for a source that keeps its word, also when its
//! driver stalls.

use std::{thread, time::Duration};

use crossbeam_channel::Receiver;

use super::{
    frames::Frames,
    lease::Place,
    open_device::{OpenDevice, Step},
    outlet::Outlet,
    request::{Asking, Outcome, Request},
};
use crate::{
    error::MediaError,
    source::guard::{LONGEST_WAIT, catch_panic},
};

/// How long to leave alone what has nothing to do.
const REST: Duration = Duration::from_millis(1);
/// How long the wait is until somebody looks again who has switched the track off.
const SLEEP: Duration = Duration::from_millis(20);
/// How long to leave alone somebody who is asked.
const PATIENCE: Duration = Duration::from_millis(5);

/// There are no pictures beside the frames.
#[derive(Debug)]
pub(crate) enum Still {}

/// A thread that reads a source for one track or several. Its tracks' switches stop it.
#[derive(Debug)]
pub(super) struct Driver;

impl Driver {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) where there are no threads.
    pub fn start(asking: Asking, outlet: Outlet, frames: Frames) -> Result<(Self, Frames), MediaError> {
        thread::Builder::new()
            .name("viewfinder capture".into())
            .spawn(move || run(Request::new(asking, outlet)))
            .map_err(|error| {
                MediaError::not_supported(format!("no capture thread can be started here: {error}"))
            })?;
        Ok((Self, frames))
    }

    /// The thread goes on by itself.
    pub fn poll(&self) {}

    /// A camera's frames are all that it has.
    pub fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        None
    }
}

/// Asks until there is a device, and reads it until it ends or nobody looks any more.
fn run(mut request: Request) {
    while !request.stopped() {
        match guarded(|| request.step()).unwrap_or_else(Outcome::Failed) {
            Outcome::Waiting => thread::sleep(PATIENCE),
            Outcome::Joined => return,
            Outcome::Opened(device, place) => return read(*device, &place),
            Outcome::Failed(error) => return request.fail(error),
        }
    }
}

/// Runs a source's code: a driver's binding that panics must not take the app's other tracks along.
fn guarded<T>(call: impl FnOnce() -> T) -> Result<T, MediaError> {
    catch_panic(call).map_err(|_| {
        MediaError::unknown(
            "a source panicked on its capture thread: this is a defect of the source; please report it",
        )
    })
}

fn read(mut device: OpenDevice, place: &Place) {
    loop {
        for join in place.joins.try_iter() {
            let joined = guarded(|| device.join(join.outlet)).unwrap_or_else(Err);
            let _ = join.answer.send(joined);
        }
        match guarded(|| device.step(LONGEST_WAIT)).unwrap_or_else(|error| device.end(Some(error))) {
            Step::Busy | Step::Nothing => {}
            Step::Rest => thread::sleep(REST),
            Step::Asleep => thread::sleep(SLEEP),
            Step::Over => return,
        }
    }
}
