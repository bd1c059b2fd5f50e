//! From a source to frames: chooses and opens a device, reads its frames, and lets it go.
//!
//! The main thread never waits for a device. It starts a capture for each track, reads its reports, and stops it by
//! dropping it. On the other side a [`request`] finds a device for the track and opens it, and an [`open_device`] reads
//! it for all tracks that are shown of it: a second track of a device that is open joins the first ([`lease`]).
//!
//! Natively that is done by a thread for each device ([`native`]), which stops within the time that a source may take to
//! come back from [`Stream::next`](crate::source::Stream::next). In the browser, which has one thread for everything
//! ([`web`]), sources are asked in passing, once per frame of the app, and the browser's own camera sends its frames by
//! itself.

mod frames;
mod hub;
mod lease;
#[cfg(not(target_family = "wasm"))]
mod native;
mod open_device;
#[cfg(target_family = "wasm")]
mod open_devices;
mod outlet;
mod request;
#[cfg(target_family = "wasm")]
mod web;

use std::sync::{Arc, atomic::Ordering::Relaxed};

use crossbeam_channel::{Receiver, Sender, unbounded};

pub(crate) use frames::Frames;
pub(crate) use hub::Hub;
#[cfg(not(target_family = "wasm"))]
pub(crate) use native::Still;
pub(crate) use request::Asking;

#[cfg(target_family = "wasm")]
pub(crate) use crate::source::web::Still;
use crate::{
    constraint::VideoConstraints,
    error::MediaError,
    frame::frame_slot,
    report::{Counters, Report},
};
#[cfg(not(target_family = "wasm"))]
use native::Driver;
use outlet::{Outlet, Switches};
#[cfg(target_family = "wasm")]
use web::Driver;

/// A running capture. Dropping it stops it: the device is let go at once and without a wait.
#[derive(Debug)]
pub(crate) struct Capture {
    /// What it has to say.
    pub reports: Receiver<Report>,
    /// Where its newest frame lies.
    pub frames: Frames,
    /// What it has counted.
    pub counters: Arc<Counters>,
    changes: Sender<VideoConstraints>,
    switches: Arc<Switches>,
    driver: Driver,
}

impl Capture {
    /// Asks the source for a device that meets the constraints.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) where nothing can be captured at all.
    pub fn start(asking: Asking) -> Result<Self, MediaError> {
        let (report, reports) = unbounded();
        let (changes, changed) = unbounded();
        let (writer, frames) = frame_slot();
        let counters = Arc::new(Counters::default());
        let switches = Arc::new(Switches::default());
        let outlet = Outlet {
            report,
            writer,
            counters: counters.clone(),
            switches: switches.clone(),
            changes: changed,
            constraints: asking.constraints.clone(),
            longest_texture: asking.longest_texture,
        };
        let (driver, frames) = Driver::start(asking, outlet, Frames::Bytes(frames))?;
        Ok(Self { reports, frames, counters, changes, switches, driver })
    }

    /// Lets what has no thread of its own do its work; called once per frame of the app.
    pub fn poll(&self) {
        self.driver.poll();
    }

    /// Asks for other constraints in place of those that hold. The answer is a report: [`Report::Applied`] or
    /// [`Report::Refused`]. Changes are carried out in order.
    pub fn change(&self, constraints: &VideoConstraints) {
        // A capture that has ended needs no constraints.
        let _ = self.changes.send(constraints.clone());
    }

    /// Whether the track shows what the source gives. A device whose tracks are all off is let go of for that time.
    pub fn enable(&self, enabled: bool) {
        self.switches.enabled.store(enabled, Relaxed);
    }

    /// Takes a photo that is more than a frame, where the source has such: it comes later.
    pub fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        self.driver.take_photo()
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.switches.stopped.store(true, Relaxed);
    }
}
