//! From a source to frames: chooses a device, opens it, reads it, shares it between tracks and closes it.
//!
//! The main thread never waits for a device. It starts a [`Capture`] for each track, reads its reports, and stops it
//! by dropping it. On the other side a [`negotiation`] finds a device for the track and opens it. The [`open_device`]
//! is read for all tracks that share it: a second track of a device joins the first ([`lease`]).
//!
//! On native platforms each device has a thread ([`native`]), which stops within the time that a source may take to
//! return from [`Stream::next`](crate::source::Stream::next). A browser has one thread ([`web`]): there sources are
//! polled once per frame of the app, and the browser's own cameras send their frames by themselves.

mod encoded;
mod frames;
mod hub;
mod lease;
mod live_track;
#[cfg(not(target_family = "wasm"))]
mod native;
mod negotiation;
mod open_device;
#[cfg(target_family = "wasm")]
mod open_devices;
mod request;
mod sink;
#[cfg(target_family = "wasm")]
mod web;

use std::sync::{Arc, atomic::Ordering::Relaxed};

use crossbeam_channel::{Receiver, Sender, unbounded};

#[cfg(all(feature = "recorder", not(target_family = "wasm")))]
pub(crate) use encoded::EncodedSink;
pub(crate) use frames::Frames;
pub(crate) use hub::Hub;
pub(crate) use request::CaptureRequest;

use crate::{
    constraint::VideoConstraints,
    error::MediaError,
    frame::{Staging, frame_slot},
    report::{CaptureReport, CaptureReporter},
    source::StillRequest,
};
#[cfg(not(target_family = "wasm"))]
use native::Driver;
use sink::{Switches, TrackSink};
#[cfg(target_family = "wasm")]
use web::Driver;

/// A running capture. Dropping it stops it: its device is closed at once if no other track shares it, and nothing
/// waits.
#[derive(Debug)]
pub(crate) struct Capture {
    pub reports: Receiver<CaptureReport>,
    /// The place of its newest frame.
    pub frames: Frames,
    /// Its counters, and the way by which the renderer reports for it.
    pub reporter: CaptureReporter,
    changes: Sender<VideoConstraints>,
    stills: Sender<StillRequest>,
    switches: Arc<Switches>,
    driver: Driver,
}

impl Capture {
    /// Requests a device of the source that meets the constraints.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if nothing can be captured at all.
    pub fn start(request: CaptureRequest) -> Result<Self, MediaError> {
        let (reporter, reports) = CaptureReporter::new();
        let (changes, changed) = unbounded();
        let (stills, requested) = unbounded();
        let (writer, frames) = frame_slot();
        let staging = Staging::default();
        let switches = Arc::new(Switches::default());
        let sink = TrackSink {
            reporter: reporter.clone(),
            writer,
            staging: staging.clone(),
            switches: switches.clone(),
            changes: changed,
            stills: requested,
            constraints: request.constraints.clone(),
            longest_texture: request.longest_texture,
        };
        let (driver, frames) = Driver::start(request, sink, Frames::Bytes(frames, staging))?;
        Ok(Self { reports, frames, reporter, changes, stills, switches, driver })
    }

    /// Polls sources that run without a thread (browser). Called once per frame of the app.
    pub fn poll(&self) {
        self.driver.poll();
    }

    /// Requests other constraints in place of those that hold. The answer is a report:
    /// [`CaptureReport::ConstraintsApplied`] or [`CaptureReport::ConstraintsRejected`]. Changes are carried out in
    /// order.
    pub fn change(&self, constraints: &VideoConstraints) {
        // A capture that has ended needs no constraints.
        let _ = self.changes.send(constraints.clone());
    }

    /// Whether the track wants frames. A device is closed while all its tracks are disabled.
    pub fn enable(&self, enabled: bool) {
        self.switches.enabled.store(enabled, Relaxed);
    }

    /// The browser's own track of a camera. `None` for other sources, and while the browser has none.
    #[cfg(all(feature = "recorder", target_family = "wasm"))]
    pub fn stream_track(&self) -> Option<web_sys::MediaStreamTrack> {
        self.driver.stream_track()
    }

    /// Also hands the frames to this sink as the device encoded them, if it sends JPEGs. Those of a disabled track are
    /// left out.
    #[cfg(all(feature = "recorder", not(target_family = "wasm")))]
    pub fn forward_encoded(&self, sink: std::sync::Weak<dyn EncodedSink>) {
        self.switches.encoded.add(sink);
    }

    /// Requests stills of the device. The answers go to the request's sender, which is dropped without one if the
    /// capture ends.
    pub fn take_stills(&self, request: StillRequest) {
        let _ = self.stills.send(request);
    }
}

impl Drop for Capture {
    fn drop(&mut self) {
        self.switches.stopped.store(true, Relaxed);
    }
}
