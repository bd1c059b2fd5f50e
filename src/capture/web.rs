//! Captures in a browser, on its one thread.

use std::{
    cell::{Cell, RefCell},
    fmt::Debug,
};

use send_wrapper::SendWrapper;
#[cfg(feature = "recorder")]
use web_sys::MediaStreamTrack;

use super::{
    frames::Frames,
    negotiation::{DeviceNegotiation, Outcome},
    open_devices::OpenDevices,
    request::CaptureRequest,
    sink::TrackSink,
};
use crate::{
    error::MediaError,
    report::CaptureReport,
    source::web::{PageFrames, PageTrack, TrackReporter, page_source},
};

/// The driver of a capture. Dropping it stops the capture.
#[derive(Debug)]
pub(super) struct Driver(SendWrapper<Kind>);

enum Kind {
    /// A source of bytes. Once its device is open, it is among the app's open devices.
    Bytes(RefCell<Option<DeviceNegotiation>>, OpenDevices),
    /// A source of the page.
    Page(Box<Page>),
}

impl Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(negotiation, _) if negotiation.borrow().is_some() => f.write_str("negotiating"),
            Self::Bytes(..) => f.write_str("open"),
            Self::Page(page) => match &*page.track.borrow() {
                Some(track) => track.fmt(f),
                None => f.write_str("awaiting consent"),
            },
        }
    }
}

/// A track of a source of the page.
struct Page {
    request: CaptureRequest,
    sink: TrackSink,
    reporter: TrackReporter,
    /// `None` until the user agrees.
    track: RefCell<Option<Box<dyn PageTrack>>>,
    /// Whether it failed before there was a track.
    failed: Cell<bool>,
    /// The last value that was passed to the track.
    enabled: Cell<bool>,
}

impl Driver {
    /// Starts the capture.
    ///
    /// # Errors
    /// Those of the browser that are known at once.
    pub fn start(
        request: CaptureRequest,
        sink: TrackSink,
        frames: Frames,
    ) -> Result<(Self, Frames), MediaError> {
        let Some(page_source) = page_source(&*request.source) else {
            let devices = request.hub.devices.clone();
            let negotiation = RefCell::new(Some(DeviceNegotiation::new(request, sink)));
            return Ok((Self(SendWrapper::new(Kind::Bytes(negotiation, devices))), frames));
        };
        request.consent.refusal()?;
        let frames = PageFrames::new();
        let reporter = TrackReporter::new(sink.reporter.clone(), frames.clone(), request.longest_texture);
        let track = if request.consent.is_given() {
            Some(page_source.start(&request.constraints, request.only.as_ref(), reporter.clone())?)
        } else {
            request.constraints.validate()?;
            sink.report(CaptureReport::AwaitingConsent);
            None
        };
        let kind = Kind::Page(Box::new(Page {
            request,
            sink,
            reporter,
            track: RefCell::new(track),
            failed: Cell::new(false),
            enabled: Cell::new(true),
        }));
        Ok((Self(SendWrapper::new(kind)), Frames::Page(frames)))
    }

    /// Reads the frames that are there, without waiting, and passes the app's requests to a track of the page.
    pub fn poll(&self) {
        match &*self.0 {
            Kind::Bytes(negotiation, devices) => {
                negotiate(&mut negotiation.borrow_mut(), devices);
                devices.poll();
            }
            Kind::Page(page) => page.poll(),
        }
    }
}

#[cfg(feature = "recorder")]
impl Driver {
    /// The browser's own track of a camera. `None` if there is none.
    pub fn stream_track(&self) -> Option<MediaStreamTrack> {
        let Kind::Page(page) = &*self.0 else { return None };
        page.track.borrow().as_ref()?.stream_track()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Closes devices without tracks now: no other capture may be left to poll them.
        if let Kind::Bytes(_, devices) = &*self.0 {
            devices.poll();
        }
    }
}

/// Goes on negotiating until it is over.
fn negotiate(pending: &mut Option<DeviceNegotiation>, devices: &OpenDevices) {
    let Some(negotiation) = pending else { return };
    match negotiation.step() {
        Outcome::Waiting => return,
        Outcome::Joined => {}
        Outcome::Opened(device, lease) => devices.add(*device, lease),
        Outcome::Failed(error) => negotiation.fail(error),
    }
    *pending = None;
}

impl Page {
    fn poll(&self) {
        if self.track.borrow().is_none() {
            self.start_if_allowed();
        }
        let track = self.track.borrow();
        let Some(track) = &*track else { return };
        self.sink.changes.try_iter().for_each(|constraints| track.change(constraints));
        self.sink.stills.try_iter().for_each(|request| track.take_stills(request));
        let enabled = self.sink.enabled();
        if self.enabled.replace(enabled) != enabled {
            track.enable(enabled);
        }
        track.poll();
    }

    /// Starts the track once the user agrees.
    fn start_if_allowed(&self) {
        let Self { request, reporter, .. } = self;
        if self.failed.get() {
            return;
        }
        let started = match request.consent.refusal() {
            Ok(()) if !request.consent.is_given() => return,
            Ok(()) => page_source(&*request.source).map_or_else(
                || {
                    Err(MediaError::unknown(
                        "the source has left the page: this is a defect; please report it",
                    ))
                },
                |source| source.start(&request.constraints, request.only.as_ref(), reporter.clone()),
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
