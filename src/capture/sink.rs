//! The sink of a track: the receiving end for the frames and reports of its device, and the switches of its app.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use crossbeam_channel::Receiver;

use super::encoded::EncodedSinks;
use crate::{
    constraint::VideoConstraints,
    frame::{FrameWriter, Staging, TrackFrame},
    report::{CaptureReport, CaptureReporter},
    source::StillRequest,
};

/// The switches of a track that the main thread sets without waiting for an answer, and the sinks that it adds.
#[derive(Debug)]
pub(super) struct Switches {
    pub stopped: AtomicBool,
    pub enabled: AtomicBool,
    pub encoded: EncodedSinks,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            stopped: AtomicBool::new(false),
            enabled: AtomicBool::new(true),
            encoded: EncodedSinks::default(),
        }
    }
}

/// A track, as its device sees it.
#[derive(Debug, Clone)]
pub(super) struct TrackSink {
    pub reporter: CaptureReporter,
    pub writer: FrameWriter<TrackFrame>,
    /// The memory that its frames are copied to for the renderer.
    pub staging: Staging,
    pub switches: Arc<Switches>,
    /// Constraints that are to replace those that hold, in order.
    pub changes: Receiver<VideoConstraints>,
    /// Requests for stills, in order.
    pub stills: Receiver<StillRequest>,
    /// The constraints that hold.
    pub constraints: VideoConstraints,
    /// The longest side of a texture that the track's renderer can make, in texels.
    pub longest_texture: u32,
}

impl TrackSink {
    pub fn stopped(&self) -> bool {
        self.switches.stopped.load(Relaxed)
    }

    pub fn enabled(&self) -> bool {
        self.switches.enabled.load(Relaxed)
    }

    pub fn report(&self, report: CaptureReport) {
        self.reporter.report(report);
    }
}
