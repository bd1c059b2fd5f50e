//! The tracks that the browser gives: it chooses and opens by itself, and shows the frames in the page.

use std::{fmt::Debug, pin::Pin};

use bevy::math::UVec2;
use crossbeam_channel::Receiver;

use super::frames::{Mark, PageElement, PageFrames, Still};
use crate::{
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings},
    device::{Device, DeviceId},
    error::MediaError,
    frame::PixelFormat,
    report::{CaptureReport, CaptureReporter, MuteReason},
};

/// A source that lives in the page: it shows its frames as an element, from which the GPU copies them without
/// their passing through the app's memory.
pub trait PageSource {
    /// Asks for a track. What comes of it is reported; dropping what is returned stops it, also while it
    /// is still being asked for. `only` is the one device that will do, where it isn't free: a track of it that is there
    /// already may be cloned.
    ///
    /// # Errors
    /// What is known at once to be impossible.
    fn start(
        &self,
        constraints: &VideoConstraints,
        only: Option<&DeviceId>,
        reporter: TrackReporter,
    ) -> Result<Box<dyn PageTrack>, MediaError>;

    /// Lists the source's devices again, where that takes its time: the list before, and the list now. [`None`] where
    /// there is nothing new to hear.
    fn list(&self) -> ListedDevices {
        Box::pin(async { None })
    }
}

/// What [`PageSource::list`] comes to.
pub type ListedDevices = Pin<Box<dyn Future<Output = Option<(Option<Vec<Device>>, Vec<Device>)>>>>;

/// A track of the page. Dropping it stops it.
pub trait PageTrack: Debug {
    /// Looks for what the browser doesn't tell by itself; called once per frame of the app.
    fn poll(&self);

    /// Asks for other constraints in place of those that hold. The answer is reported: applied or refused. Changes
    /// are carried out in order, also those that come while the track is still being asked for.
    fn change(&self, constraints: VideoConstraints);

    /// Whether the track shows what the source gives, or nothing for now.
    fn enable(&self, enabled: bool);

    /// Takes a photo that is more than a frame. Nothing where there is no such thing.
    fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        None
    }
}

/// The reporter of a page's track: its events, counters and frames. Clones report for the same track.
#[derive(Debug, Clone)]
pub struct TrackReporter {
    capture: CaptureReporter,
    frames: PageFrames,
    longest_texture: u32,
}

impl TrackReporter {
    pub(crate) fn new(capture: CaptureReporter, frames: PageFrames, longest_texture: u32) -> Self {
        Self { capture, frames, longest_texture }
    }

    /// Checks that frames of this size fit into the renderer's textures.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if they don't.
    pub(crate) fn check_size(&self, size: UVec2) -> Result<(), MediaError> {
        PixelFormat::Rgba32.check_texture_size(size, self.longest_texture)
    }

    /// The track is live, with these settings and capabilities.
    pub(crate) fn live(&self, settings: VideoSettings, capabilities: VideoCapabilities) {
        self.capture.report(CaptureReport::Live(Box::new((settings, capabilities))));
    }

    /// These constraints hold from now on.
    pub(crate) fn applied(&self, constraints: VideoConstraints) {
        self.capture.report(CaptureReport::ConstraintsApplied(Box::new(constraints)));
    }

    /// These constraints can't be met. Those before them still hold.
    pub(crate) fn rejected(&self, constraints: VideoConstraints, error: MediaError) {
        self.capture.report(CaptureReport::ConstraintsRejected(Box::new((constraints, error))));
    }

    /// The track has these settings from now on.
    pub(crate) fn settings(&self, settings: VideoSettings) {
        self.capture.report(CaptureReport::SettingsChanged(settings));
    }

    /// The track sends no frames for this reason, or sends frames again.
    pub(crate) fn muted(&self, reason: Option<MuteReason>) {
        self.capture.muted(reason);
    }

    /// The silent device was opened again.
    pub(crate) fn reopened(&self) {
        self.capture.reopened();
    }

    /// The silent device can't be opened for now.
    pub(crate) fn reopen_failed(&self, error: MediaError) {
        self.capture.report(CaptureReport::ReopenFailed(error));
    }

    /// The number of frames so far.
    pub(crate) fn frame_count(&self) -> u64 {
        self.capture.counters.captured.get()
    }

    /// There is no track. The last report.
    pub(crate) fn failed(&self, error: MediaError) {
        self.capture.report(CaptureReport::Failed(error));
    }

    /// A live track ended, and not because it was dropped. The last report.
    pub(crate) fn ended(&self, error: Option<MediaError>) {
        self.capture.report(CaptureReport::Ended(error));
    }

    /// Frames are those of this element from now on.
    pub(crate) fn show(&self, element: PageElement) {
        self.frames.show(element);
    }

    /// There is a new frame, and so many were missed before it.
    pub(crate) fn frame(&self, mark: Mark, lost: u64) {
        self.capture.counters.captured.add(1);
        self.capture.counters.lost.add(lost);
        if self.frames.mark(mark) {
            self.capture.counters.discarded.add(1);
        }
    }

    /// Lets go of the element, whoever else still looks there.
    pub(crate) fn clear(&self) {
        self.frames.clear();
    }
}
