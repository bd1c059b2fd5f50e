//! The tracks that the browser gives: it chooses and opens by itself, and shows the frames in the page.

use std::{
    fmt::Debug,
    pin::Pin,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use bevy::math::UVec2;
use crossbeam_channel::{Receiver, Sender};

use super::frames::{Mark, PageElement, PageFrames, Still};
use crate::{
    constraint::{VideoCapabilities, VideoConstraints, VideoSettings},
    device::{Device, DeviceId},
    error::MediaError,
    frame::PixelFormat,
    report::{Counters, MuteReason, Report, count},
};

/// A source that lives in the page: it shows its frames as an element, from which the GPU copies them without
/// their passing through the app's memory.
pub trait PageSource {
    /// Asks for a track. What comes of it is told to the teller; dropping what is returned stops it, also while it
    /// is still being asked for. `only` is the one device that will do, where it isn't free: a track of it that is there
    /// already may be cloned.
    ///
    /// # Errors
    /// What is known at once to be impossible.
    fn start(
        &self,
        constraints: &VideoConstraints,
        only: Option<&DeviceId>,
        teller: Teller,
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

    /// Asks for other constraints in place of those that hold. The answer is told to the teller: applied or refused. Changes
    /// are carried out in order, also those that come while the track is still being asked for.
    fn change(&self, constraints: VideoConstraints);

    /// Whether the track shows what the source gives, or nothing for now.
    fn enable(&self, enabled: bool);

    /// Takes a photo that is more than a frame. Nothing where there is no such thing.
    fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        None
    }
}

/// To whom a page's source tells what becomes of a track.
#[derive(Debug, Clone)]
pub struct Teller {
    report: Sender<Report>,
    counters: Arc<Counters>,
    frames: PageFrames,
    longest_texture: u32,
}

impl Teller {
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
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) where they don't.
    pub(crate) fn check_size(&self, size: UVec2) -> Result<(), MediaError> {
        PixelFormat::Rgba32.check_texture_size(size, self.longest_texture)
    }

    /// The track is live, with these settings of what it could do.
    pub(crate) fn live(&self, settings: VideoSettings, capabilities: VideoCapabilities) {
        self.tell(Report::Live(Box::new((settings, capabilities))));
    }

    /// These constraints hold from now on.
    pub(crate) fn applied(&self, constraints: VideoConstraints) {
        self.tell(Report::Applied(Box::new(constraints)));
    }

    /// These constraints can't be met: those before them still hold.
    pub(crate) fn refused(&self, constraints: VideoConstraints, error: MediaError) {
        self.tell(Report::Refused(Box::new((constraints, error))));
    }

    /// Its settings are these from now on.
    pub(crate) fn settings(&self, settings: VideoSettings) {
        self.tell(Report::Settings(settings));
    }

    /// It sends no frames for this reason, or sends frames again. A silence is counted.
    pub(crate) fn muted(&self, reason: Option<MuteReason>) {
        if reason == Some(MuteReason::Silence) {
            count(&self.counters.silences, 1);
        }
        self.tell(Report::Muted(reason));
    }

    /// Its silent device was opened again.
    pub(crate) fn reopened(&self) {
        count(&self.counters.reopened, 1);
        self.tell(Report::Reopened);
    }

    /// Its silent device can't be opened again for now.
    pub(crate) fn reopen_failed(&self, error: MediaError) {
        self.tell(Report::ReopenFailed(error));
    }

    /// The number of its frames so far.
    pub(crate) fn frames(&self) -> u64 {
        self.counters.captured.load(Relaxed)
    }

    /// There is no track. The last that is told.
    pub(crate) fn failed(&self, error: MediaError) {
        self.tell(Report::Failed(error));
    }

    /// A live track ended by itself. The last that is told.
    pub(crate) fn ended(&self, error: Option<MediaError>) {
        self.tell(Report::Ended(error));
    }

    fn tell(&self, report: Report) {
        // Who has dropped the track hears nothing any more.
        let _ = self.report.send(report);
    }

    /// Frames are those of this element from now on.
    pub(crate) fn show(&self, element: PageElement) {
        self.frames.show(element);
    }

    /// There is a new frame, and so many were missed before it.
    pub(crate) fn frame(&self, mark: Mark, lost: u64) {
        count(&self.counters.captured, 1);
        count(&self.counters.lost, lost);
        if self.frames.mark(mark) {
            count(&self.counters.discarded, 1);
        }
    }

    /// Lets go of the element, whoever else still looks there.
    pub(crate) fn clear(&self) {
        self.frames.clear();
    }
}
