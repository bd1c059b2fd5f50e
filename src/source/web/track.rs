//! The interface of the page's own tracks: the browser chooses and opens devices, and shows the frames in the page.

use std::{fmt::Debug, pin::Pin};

use bevy::math::UVec2;
#[cfg(feature = "recorder")]
use web_sys::MediaStreamTrack;

use super::frames::{FrameInfo, PageElement, PageFrames};
use crate::{
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings},
    device::{Device, DeviceId, PhotoCapabilities, PhotoSettings},
    error::MediaError,
    frame::PixelFormat,
    report::{CaptureReport, CaptureReporter, MuteReason},
    source::StillRequest,
};

/// A source of the page. An element shows its frames, and the GPU copies them from there, without a pass through the
/// app's memory.
pub trait PageSource {
    /// Requests a track. The results go to the reporter. Dropping the returned track stops it, also during the request.
    /// `only` restricts the request to one device, of which a live track may be cloned.
    ///
    /// # Errors
    /// Errors that are known immediately.
    fn start(
        &self,
        constraints: &VideoConstraints,
        only: Option<&DeviceId>,
        reporter: TrackReporter,
    ) -> Result<Box<dyn PageTrack>, MediaError>;

    /// Lists the source's devices again. Returns the previous and the new list, or `None` if they can't have changed.
    fn list(&self) -> ListedDevices {
        Box::pin(async { None })
    }
}

/// The result of [`PageSource::list`].
pub type ListedDevices = Pin<Box<dyn Future<Output = Option<(Option<Vec<Device>>, Vec<Device>)>>>>;

/// A track of the page. Dropping it stops it.
pub trait PageTrack: Debug {
    /// Checks the state that the browser has no events for. Called once per frame of the app.
    fn poll(&self);

    /// Requests a change of the constraints. The result goes to the reporter: applied or rejected. Changes are applied
    /// in order, also those that come during the request of the track.
    fn change(&self, constraints: VideoConstraints);

    /// Enables or disables the track.
    fn enable(&self, enabled: bool);

    /// The browser's own track of a device. `None` for other sources, and while there is none.
    #[cfg(feature = "recorder")]
    fn stream_track(&self) -> Option<MediaStreamTrack> {
        None
    }

    /// Takes photos with the device's own photo function, if it has one.
    fn take_stills(&self, request: StillRequest) {
        request.answer_without_photos();
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

    /// Reports that the track is live, with its settings and capabilities.
    pub(crate) fn live(&self, settings: VideoSettings, capabilities: VideoCapabilities) {
        self.capture.report(CaptureReport::Live(Box::new((settings, capabilities))));
    }

    /// Reports the capabilities for photos, and their default settings.
    pub(crate) fn photo(&self, capabilities: PhotoCapabilities, settings: PhotoSettings) {
        self.capture.report(CaptureReport::Photo(Box::new((capabilities, settings))));
    }

    /// Reports that these constraints were applied.
    pub(crate) fn applied(&self, constraints: VideoConstraints) {
        self.capture.report(CaptureReport::ConstraintsApplied(Box::new(constraints)));
    }

    /// Reports that these constraints can't be met. The previous ones stay.
    pub(crate) fn rejected(&self, constraints: VideoConstraints, error: MediaError) {
        self.capture.report(CaptureReport::ConstraintsRejected(Box::new((constraints, error))));
    }

    /// Reports changed settings.
    pub(crate) fn settings(&self, settings: VideoSettings) {
        self.capture.report(CaptureReport::SettingsChanged(settings));
    }

    /// Reports that the track is muted for this reason, or not any more.
    pub(crate) fn muted(&self, reason: Option<MuteReason>) {
        self.capture.muted(reason);
    }

    /// Reports that the silent device was opened again.
    pub(crate) fn reopened(&self) {
        self.capture.reopened();
    }

    /// Reports that the silent device can't be opened again for now.
    pub(crate) fn reopen_failed(&self, error: MediaError) {
        self.capture.report(CaptureReport::ReopenFailed(error));
    }

    /// The number of frames so far.
    pub(crate) fn frame_count(&self) -> u64 {
        self.capture.counters.captured.get()
    }

    /// Reports that there is no track. The last report.
    pub(crate) fn failed(&self, error: MediaError) {
        self.capture.report(CaptureReport::Failed(error));
    }

    /// Reports that a live track ended, other than by being dropped. The last report.
    pub(crate) fn ended(&self, error: Option<MediaError>) {
        self.capture.report(CaptureReport::Ended(error));
    }

    /// Sets the element of later frames.
    pub(crate) fn show(&self, element: PageElement) {
        self.frames.show(element);
    }

    /// Reports a new frame, and the number of frames that were missed before it.
    pub(crate) fn frame(&self, info: FrameInfo, lost: u64) {
        self.capture.counters.captured.add(1);
        self.capture.counters.lost.add(lost);
        if self.frames.replace(info) {
            self.capture.counters.discarded.add(1);
        }
    }

    /// Removes the element of the frames.
    pub(crate) fn clear(&self) {
        self.frames.clear();
    }
}
