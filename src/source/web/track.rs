//! The interface of the page's own tracks: the browser chooses and opens devices, and shows the frames in the page.

use std::{
    fmt::Debug,
    pin::Pin,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use bevy::math::UVec2;
use crossbeam_channel::{Receiver, Sender};

use super::frames::{FrameInfo, PageElement, PageFrames, Still};
use crate::{
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings},
    device::{Device, DeviceId},
    error::MediaError,
    frame::PixelFormat,
    report::{Counters, MuteReason, Report, count},
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

    /// Requests a change of the constraints. The result goes to the reporter: applied or refused. Changes are applied
    /// in order, also those that come during the request of the track.
    fn change(&self, constraints: VideoConstraints);

    /// Enables or disables the track.
    fn enable(&self, enabled: bool);

    /// Takes a photo with the device's own photo function. `None` if it has none.
    fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        None
    }
}

/// Reports the state and the frames of a page's track to the app.
#[derive(Debug, Clone)]
pub struct TrackReporter {
    report: Sender<Report>,
    counters: Arc<Counters>,
    frames: PageFrames,
    longest_texture: u32,
}

impl TrackReporter {
    pub(crate) fn new(
        report: Sender<Report>,
        counters: Arc<Counters>,
        frames: PageFrames,
        longest_texture: u32,
    ) -> Self {
        Self { report, counters, frames, longest_texture }
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
        self.tell(Report::Live(Box::new((settings, capabilities))));
    }

    /// Reports that these constraints were applied.
    pub(crate) fn applied(&self, constraints: VideoConstraints) {
        self.tell(Report::Applied(Box::new(constraints)));
    }

    /// Reports that these constraints can't be met. The previous ones stay.
    pub(crate) fn refused(&self, constraints: VideoConstraints, error: MediaError) {
        self.tell(Report::Refused(Box::new((constraints, error))));
    }

    /// Reports changed settings.
    pub(crate) fn settings(&self, settings: VideoSettings) {
        self.tell(Report::Settings(settings));
    }

    /// Reports that the track is muted for this reason, or not any more. Silences are counted.
    pub(crate) fn muted(&self, reason: Option<MuteReason>) {
        if reason == Some(MuteReason::Silence) {
            count(&self.counters.silences, 1);
        }
        self.tell(Report::Muted(reason));
    }

    /// Reports that the silent device was opened again.
    pub(crate) fn reopened(&self) {
        count(&self.counters.reopened, 1);
        self.tell(Report::Reopened);
    }

    /// Reports that the silent device can't be opened again for now.
    pub(crate) fn reopen_failed(&self, error: MediaError) {
        self.tell(Report::ReopenFailed(error));
    }

    /// The number of frames so far.
    pub(crate) fn frames(&self) -> u64 {
        self.counters.captured.load(Relaxed)
    }

    /// Reports that the track failed. This is the last report.
    pub(crate) fn failed(&self, error: MediaError) {
        self.tell(Report::Failed(error));
    }

    /// Reports that the live track ended by itself. This is the last report.
    pub(crate) fn ended(&self, error: Option<MediaError>) {
        self.tell(Report::Ended(error));
    }

    fn tell(&self, report: Report) {
        // A dropped track receives no reports.
        let _ = self.report.send(report);
    }

    /// Sets the element of later frames.
    pub(crate) fn show(&self, element: PageElement) {
        self.frames.show(element);
    }

    /// Reports a new frame, and the number of lost frames before it.
    pub(crate) fn frame(&self, info: FrameInfo, lost: u64) {
        count(&self.counters.captured, 1);
        count(&self.counters.lost, lost);
        if self.frames.replace(info) {
            count(&self.counters.discarded, 1);
        }
    }

    /// Removes the element of the frames.
    pub(crate) fn clear(&self) {
        self.frames.clear();
    }
}
