//! From a source to frames: chooses and opens a device, reads its frames, and lets it go.
//!
//! The main thread never waits for a device. It starts a capture for each track, reads its reports, and stops it by
//! dropping it. On the other side a [`request`] finds a device for the track and opens it, and a [`camera`] reads it for
//! all tracks that are shown of it: a second track of a device that is open joins the first ([`hub`]).
//!
//! Natively that is done by a thread for each device ([`thread`]), which stops within the time that a source may take to
//! come back from [`Stream::next`](crate::source::Stream::next). In the browser, which has one thread for everything
//! ([`page`]), sources are asked in passing, once per frame of the app, and the browser's own camera sends its frames by
//! itself.

mod hub;
mod open_device;
mod outlet;
#[cfg(target_family = "wasm")]
mod page;
mod request;
#[cfg(not(target_family = "wasm"))]
mod thread;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use bevy::math::UVec2;
use crossbeam_channel::{Receiver, Sender, unbounded};

#[cfg(target_family = "wasm")]
pub(crate) use page::Still;
#[cfg(target_family = "wasm")]
use page::{Driver, PageFrames};
#[cfg(not(target_family = "wasm"))]
use thread::Driver;
#[cfg(not(target_family = "wasm"))]
pub(crate) use thread::Still;

use crate::{
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings},
    device::DeviceId,
    error::MediaError,
    frame::{FrameReader, frame_slot},
    permission::Consent,
    source::Source,
};
use outlet::{Outlet, Switches};

/// What a track asks for.
#[derive(Debug)]
pub(crate) struct Asking {
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

/// Where a track's newest frame lies. Clones are of the same place.
#[derive(Debug, Clone)]
pub(crate) enum Frames {
    /// In a slot, as bytes.
    Bytes(FrameReader),
    /// In the page, as an element that the GPU can copy from.
    #[cfg(target_family = "wasm")]
    Page(PageFrames),
}

/// What a capture says of itself.
#[derive(Debug)]
pub(crate) enum Report {
    /// The app is to ask the user before the device is opened.
    Asking,
    /// The device is open and runs with these settings; it could do more.
    Live(Box<(VideoSettings, VideoCapabilities)>),
    /// No device could be had. The last report.
    Failed(MediaError),
    /// The frames have another size from now on.
    Resized(UVec2),
    /// The device runs with other settings from now on.
    Settings(VideoSettings),
    /// These constraints hold from now on.
    Applied(Box<VideoConstraints>),
    /// These constraints can't be met: those before them still hold.
    Refused(Box<(VideoConstraints, MediaError)>),
    /// The source began, or ceased, to give no picture for a while.
    Muted(bool),
    /// A frame was thrown away because it was broken or too large for the renderer.
    Broken(MediaError),
    /// The source ended: in the ordinary way, or because of this error. The last report.
    Ended(Option<MediaError>),
}

/// What is counted on the way of a track's frames. Each number is written by one thread.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    /// Frames that the source gave, broken ones too.
    pub captured: AtomicU64,
    /// Frames that the source itself lost: gaps in its count.
    pub lost: AtomicU64,
    /// Frames that were broken.
    pub broken: AtomicU64,
    /// Frames that gave way to a newer one before anybody took them.
    pub discarded: AtomicU64,
    /// Frames that reached the GPU.
    pub delivered: AtomicU64,
    /// Nanoseconds that the last JPEG took to decode.
    pub decode_nanos: AtomicU64,
    /// Nanoseconds that the last upload took on the render thread.
    pub upload_nanos: AtomicU64,
    /// Nanoseconds from the capture of the last delivered frame to its upload.
    pub age_nanos: AtomicU64,
}

/// Adds to a counter.
pub(crate) fn count(counter: &AtomicU64, more: u64) {
    counter.fetch_add(more, Relaxed);
}

/// Sets a counter to a time.
pub(crate) fn clock(counter: &AtomicU64, time: Duration) {
    counter.store(time.as_nanos() as u64, Relaxed);
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
        self.driver.change(constraints);
        // A capture that has ended needs no constraints.
        let _ = self.changes.send(constraints.clone());
    }

    /// Whether the track shows what the source gives. A device whose tracks are all off is let go of for that time.
    pub fn enable(&self, enabled: bool) {
        self.switches.enabled.store(enabled, Relaxed);
        self.driver.enable(enabled);
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
