//! Capture in a browser's page, on its one thread.

use std::{
    cell::{Cell, RefCell},
    fmt::Debug,
    time::Duration,
};

use crossbeam_channel::Receiver;
use send_wrapper::SendWrapper;

use super::{
    Asking, Frames, Report,
    hub::Place,
    open_device::{OpenDevice, Step},
    outlet::Outlet,
    request::{Outcome, Request},
};
pub(crate) use crate::source::page::{PageFrames, Still};
use crate::{
    constraint::VideoConstraints,
    error::MediaError,
    source::page::{PageTrack, Teller},
};

/// The most frames that a source is asked for at once: one that always has another must not keep the page.
const FRAMES_AT_ONCE: usize = 8;

/// What keeps a capture going. Dropping it stops it.
#[derive(Debug)]
pub(super) struct Driver(SendWrapper<Kind>);

enum Kind {
    /// A source of bytes, until its device is open: then it is among the [`OPEN_DEVICES`].
    Bytes(RefCell<Option<Request>>),
    /// A source of the page's own, until the user agrees.
    Asking(Box<Held>),
    /// A source of the page's own, which says by itself what is new.
    Page(Box<dyn PageTrack>),
}

impl Debug for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Bytes(request) if request.borrow().is_some() => f.write_str("asked"),
            Self::Bytes(_) => f.write_str("open"),
            Self::Asking(_) => f.write_str("held"),
            Self::Page(track) => track.fmt(f),
        }
    }
}

/// A track of the page's own that the app asks the user about.
struct Held {
    asking: Asking,
    teller: Teller,
    /// Once it was started, or failed.
    track: RefCell<Option<Box<dyn PageTrack>>>,
    over: Cell<bool>,
    enabled: Cell<bool>,
    changes: RefCell<Vec<VideoConstraints>>,
}

thread_local! {
    /// The devices that are open. There is no thread to own them.
    static OPEN_DEVICES: RefCell<Vec<(OpenDevice, Place)>> = const { RefCell::new(Vec::new()) };
}

impl Driver {
    /// Starts to capture.
    ///
    /// # Errors
    /// What the browser is known at once not to do.
    pub fn start(asking: Asking, outlet: Outlet, frames: Frames) -> Result<(Self, Frames), MediaError> {
        let Some(page_source) = asking.source.in_page() else {
            let request = RefCell::new(Some(Request::new(asking, outlet)));
            return Ok((Self(SendWrapper::new(Kind::Bytes(request))), frames));
        };
        asking.consent.refusal()?;
        let frames = PageFrames::new();
        let teller = Teller::new(
            outlet.report.clone(),
            outlet.counters.clone(),
            frames.clone(),
            asking.longest_texture,
        );
        let kind = if asking.consent.is_given() {
            Kind::Page(page_source.start(&asking.constraints, asking.only.as_ref(), teller)?)
        } else {
            asking.constraints.validate()?;
            outlet.tell(Report::Asking);
            Kind::Asking(Box::new(Held {
                asking,
                teller,
                track: RefCell::default(),
                over: Cell::new(false),
                enabled: Cell::new(true),
                changes: RefCell::default(),
            }))
        };
        Ok((Self(SendWrapper::new(kind)), Frames::Page(frames)))
    }

    /// Reads what is there, without a wait.
    pub fn poll(&self) {
        match &*self.0 {
            Kind::Bytes(request) => {
                ask(&mut request.borrow_mut());
                poll_devices();
            }
            Kind::Asking(held) => held.poll(),
            Kind::Page(track) => track.poll(),
        }
    }

    /// Has a track of the page's own take other constraints.
    pub fn change(&self, constraints: &VideoConstraints) {
        match &*self.0 {
            Kind::Bytes(_) => {}
            Kind::Asking(held) => match &*held.track.borrow() {
                Some(track) => track.change(constraints.clone()),
                None => held.changes.borrow_mut().push(constraints.clone()),
            },
            Kind::Page(track) => track.change(constraints.clone()),
        }
    }

    /// Switches a track of the page's own on or off.
    pub fn enable(&self, enabled: bool) {
        match &*self.0 {
            Kind::Bytes(_) => {}
            Kind::Asking(held) => {
                held.enabled.set(enabled);
                if let Some(track) = &*held.track.borrow() {
                    track.enable(enabled);
                }
            }
            Kind::Page(track) => track.enable(enabled),
        }
    }

    /// Takes a photo that is more than a frame, where there is such a thing.
    pub fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        match &*self.0 {
            Kind::Bytes(_) => None,
            Kind::Asking(held) => held.track.borrow().as_ref()?.take_photo(),
            Kind::Page(track) => track.take_photo(),
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // A device that nobody looks at any more is let go of now: it may be that nobody polls again.
        if let Kind::Bytes(_) = &*self.0 {
            poll_devices();
        }
    }
}

/// Goes on asking for a device.
fn ask(asked: &mut Option<Request>) {
    let Some(request) = asked else { return };
    match request.step() {
        Outcome::Waiting => return,
        Outcome::Joined => {}
        Outcome::Opened(device, place) => OPEN_DEVICES.with_borrow_mut(|open| open.push((*device, place))),
        Outcome::Failed(error) => request.fail(error),
    }
    *asked = None;
}

/// Reads what all open devices have.
fn poll_devices() {
    // What a source does while it is read may lead here again, so they are taken out.
    let mut devices = OPEN_DEVICES.take();
    devices.retain_mut(|(device, place)| {
        for join in place.joins.try_iter() {
            let _ = join.answer.send(device.join(join.outlet));
        }
        (0..FRAMES_AT_ONCE)
            .map(|_| device.step(Duration::ZERO))
            .find(|step| *step != Step::Busy)
            .is_none_or(|step| step != Step::Over)
    });
    OPEN_DEVICES.with_borrow_mut(|open| open.append(&mut devices));
}

impl Held {
    fn poll(&self) {
        if let Some(track) = &*self.track.borrow() {
            return track.poll();
        }
        if self.over.get() {
            return;
        }
        let Self { asking, teller, .. } = self;
        let started = match asking.consent.refusal() {
            Ok(()) if !asking.consent.is_given() => return,
            Ok(()) => asking.source.in_page().map_or_else(
                || {
                    Err(MediaError::unknown(
                        "the source has left the page: this is a defect; please report it",
                    ))
                },
                |source| source.start(&asking.constraints, asking.only.as_ref(), teller.clone()),
            ),
            Err(refusal) => Err(refusal),
        };
        match started {
            Ok(track) => {
                self.changes.take().into_iter().for_each(|constraints| track.change(constraints));
                track.enable(self.enabled.get());
                self.track.replace(Some(track));
            }
            Err(error) => {
                self.over.set(true);
                teller.failed(error);
            }
        }
    }
}
