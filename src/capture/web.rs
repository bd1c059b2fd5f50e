//! Capture in a browser's page, on its one thread.

use std::{
    cell::{Cell, RefCell},
    fmt::Debug,
};

use crossbeam_channel::Receiver;
use send_wrapper::SendWrapper;

use super::{
    frames::Frames,
    open_devices::OpenDevices,
    outlet::Outlet,
    request::{Asking, Outcome, Request},
};
use crate::{
    error::MediaError,
    report::Report,
    source::web::{PageFrames, PageTrack, Still, TrackReporter, page_source},
};

/// What keeps a capture going. Dropping it stops it.
#[derive(Debug)]
pub(super) struct Driver(SendWrapper<Kind>);

enum Kind {
    /// A source of bytes, until its device is open: then it is among the app's open devices.
    Bytes(RefCell<Option<Request>>, OpenDevices),
    /// A source of the page's own.
    Page(Box<Page>),
}

impl Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(request, _) if request.borrow().is_some() => f.write_str("asked"),
            Self::Bytes(..) => f.write_str("open"),
            Self::Page(page) => match &*page.track.borrow() {
                Some(track) => track.fmt(f),
                None => f.write_str("held"),
            },
        }
    }
}

/// A track of a source of the page's own.
struct Page {
    asking: Asking,
    outlet: Outlet,
    reporter: TrackReporter,
    /// `None` until the user agrees.
    track: RefCell<Option<Box<dyn PageTrack>>>,
    /// It failed before there was a track.
    failed: Cell<bool>,
    /// Whether the track was last told to show what the source gives.
    enabled: Cell<bool>,
}

impl Driver {
    /// Starts to capture.
    ///
    /// # Errors
    /// What the browser is known at once not to do.
    pub fn start(asking: Asking, outlet: Outlet, frames: Frames) -> Result<(Self, Frames), MediaError> {
        let Some(page_source) = page_source(&*asking.source) else {
            let devices = asking.hub.devices.clone();
            let request = RefCell::new(Some(Request::new(asking, outlet)));
            return Ok((Self(SendWrapper::new(Kind::Bytes(request, devices))), frames));
        };
        asking.consent.refusal()?;
        let frames = PageFrames::new();
        let reporter = TrackReporter::new(
            outlet.report.clone(),
            outlet.counters.clone(),
            frames.clone(),
            asking.longest_texture,
        );
        let track = if asking.consent.is_given() {
            Some(page_source.start(&asking.constraints, asking.only.as_ref(), reporter.clone())?)
        } else {
            asking.constraints.validate()?;
            outlet.tell(Report::Asking);
            None
        };
        let kind = Kind::Page(Box::new(Page {
            asking,
            outlet,
            reporter,
            track: RefCell::new(track),
            failed: Cell::new(false),
            enabled: Cell::new(true),
        }));
        Ok((Self(SendWrapper::new(kind)), Frames::Page(frames)))
    }

    /// Reads what is there, without a wait, and passes on what is asked of a track of the page's own.
    pub fn poll(&self) {
        match &*self.0 {
            Kind::Bytes(request, devices) => {
                ask(&mut request.borrow_mut(), devices);
                devices.poll();
            }
            Kind::Page(page) => page.poll(),
        }
    }

    /// Takes a photo that is more than a frame, where there is such a thing.
    pub fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        match &*self.0 {
            Kind::Bytes(..) => None,
            Kind::Page(page) => page.track.borrow().as_ref()?.take_photo(),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A device that nobody looks at any more is let go of now: it may be that nobody polls again.
        if let Kind::Bytes(_, devices) = &*self.0 {
            devices.poll();
        }
    }
}

/// Goes on asking for a device.
fn ask(asked: &mut Option<Request>, devices: &OpenDevices) {
    let Some(request) = asked else { return };
    match request.step() {
        Outcome::Waiting => return,
        Outcome::Joined => {}
        Outcome::Opened(device, place) => devices.add(*device, place),
        Outcome::Failed(error) => request.fail(error),
    }
    *asked = None;
}

impl Page {
    fn poll(&self) {
        if self.track.borrow().is_none() {
            self.start_if_allowed();
        }
        let track = self.track.borrow();
        let Some(track) = &*track else { return };
        self.outlet.changes.try_iter().for_each(|constraints| track.change(constraints));
        let enabled = self.outlet.enabled();
        if self.enabled.replace(enabled) != enabled {
            track.enable(enabled);
        }
        track.poll();
    }

    /// Starts the track once the user agrees.
    fn start_if_allowed(&self) {
        let Self { asking, reporter, .. } = self;
        if self.failed.get() {
            return;
        }
        let started = match asking.consent.refusal() {
            Ok(()) if !asking.consent.is_given() => return,
            Ok(()) => page_source(&*asking.source).map_or_else(
                || {
                    Err(MediaError::unknown(
                        "the source has left the page: this is a defect; please report it",
                    ))
                },
                |source| source.start(&asking.constraints, asking.only.as_ref(), reporter.clone()),
            ),
            Err(refusal) => Err(refusal),
        };
        match started {
            Ok(track) => _ = self.track.replace(Some(track)),
            Err(error) => {
                self.failed.set(true);
                reporter.failed(error);
            }
        }
    }
}
