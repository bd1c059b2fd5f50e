//! Capture in a browser's page, on its one thread.

use std::{cell::RefCell, fmt::Debug, rc::Rc, sync::Arc, time::Duration};

use bevy::{math::UVec2, platform::time::Instant};
use crossbeam_channel::{Receiver, Sender};
use send_wrapper::SendWrapper;
use web_sys::{HtmlVideoElement, ImageBitmap};

use super::{Counters, Frames, Read, Reading, Report, Worker};
use crate::{constraint::VideoConstraints, error::MediaError, source::Source};

/// The most frames that a source is asked for at once: one that always has another must not keep the page.
const FRAMES_AT_ONCE: usize = 8;

/// A source that lives in the page: it shows its frames as an element, from which the GPU copies them without
/// their passing through the app's memory.
pub trait PageSource {
    /// Asks for a track. What comes of it is told to `teller`; dropping what is returned stops it, also while it
    /// is still being asked for.
    ///
    /// # Errors
    /// What is known at once to be impossible.
    fn start(&self, constraints: &VideoConstraints, teller: Teller)
    -> Result<Box<dyn PageTrack>, MediaError>;
}

/// A track of the page. Dropping it stops it.
pub trait PageTrack: Debug {
    /// Looks for what the browser doesn't tell by itself; called once per frame of the app.
    fn poll(&self);

    /// Takes a photo that is more than a frame. Nothing where there is no such thing.
    fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        None
    }
}

/// What a page's source tells of itself.
#[derive(Debug, Clone)]
pub struct Teller {
    pub(crate) report: Sender<Report>,
    pub(crate) counters: Arc<Counters>,
    pub(crate) frames: PageFrames,
}

/// The place of a track's newest frame in the page. Clones are of the same place.
#[derive(Debug, Clone)]
pub(crate) struct PageFrames(SendWrapper<Rc<RefCell<Shown>>>);

/// What is shown in the page, and whether it is new.
#[derive(Debug, Default)]
struct Shown {
    element: Option<PageElement>,
    fresh: Option<Mark>,
}

/// Something of the page that shows a picture.
#[derive(Debug, Clone)]
pub(crate) enum PageElement {
    /// A video's current frame.
    Video(HtmlVideoElement),
    /// A picture.
    Bitmap(ImageBitmap),
}

/// A picture by itself. Its memory is freed with it.
#[derive(Debug)]
pub struct Still(SendWrapper<ImageBitmap>);

impl Still {
    pub(crate) fn new(bitmap: ImageBitmap) -> Self {
        Self(SendWrapper::new(bitmap))
    }

    pub(crate) fn size(&self) -> UVec2 {
        UVec2::new(self.0.width(), self.0.height())
    }

    pub(crate) fn element(&self) -> PageElement {
        PageElement::Bitmap((*self.0).clone())
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A frame that is new.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    /// Width and height in pixels.
    pub size: UVec2,
    /// When it was captured, as near as the browser can tell.
    pub captured: Instant,
}

impl PageFrames {
    fn new() -> Self {
        Self(SendWrapper::new(Rc::default()))
    }

    /// From now on frames are those of this element.
    pub fn show(&self, element: PageElement) {
        *self.0.borrow_mut() = Shown { element: Some(element), fresh: None };
    }

    /// Lets go of the element, whoever else still looks here.
    pub fn clear(&self) {
        *self.0.borrow_mut() = Shown::default();
    }

    /// Says that there is a new frame. Returns whether an older one was never taken.
    pub fn mark(&self, mark: Mark) -> bool {
        self.0.borrow_mut().fresh.replace(mark).is_some()
    }

    /// The newest frame, if one came since the last time.
    pub fn take(&self) -> Option<(PageElement, Mark)> {
        let mut shown = self.0.borrow_mut();
        let mark = shown.fresh.take()?;
        Some((shown.element.clone()?, mark))
    }
}

/// What keeps a capture going. Dropping it stops it.
#[derive(Debug)]
pub(super) struct Driver(SendWrapper<Kind>);

#[derive(Debug)]
enum Kind {
    /// A source of bytes, which is asked in passing.
    Bytes(RefCell<Loop>),
    /// A source of the page's own, which says by itself what is new.
    Page(Box<dyn PageTrack>),
}

impl Driver {
    /// Starts to capture.
    ///
    /// # Errors
    /// What the browser is known at once not to do.
    pub fn start(
        source: Arc<dyn Source>,
        constraints: VideoConstraints,
        report: Sender<Report>,
        counters: Arc<Counters>,
    ) -> Result<(Self, Frames), MediaError> {
        let (kind, frames) = match source.in_page() {
            Some(page_source) => {
                let frames = PageFrames::new();
                let teller = Teller { report, counters, frames: frames.clone() };
                (Kind::Page(page_source.start(&constraints, teller)?), Frames::Page(frames))
            }
            None => {
                let (worker, frames) = Worker::new(report, counters);
                let state = State::Asked(source, constraints);
                (Kind::Bytes(RefCell::new(Loop { worker, state })), frames)
            }
        };
        Ok((Self(SendWrapper::new(kind)), frames))
    }

    /// Reads what is there, without a wait.
    pub fn poll(&self) {
        match &*self.0 {
            Kind::Bytes(reading) => reading.borrow_mut().poll(),
            Kind::Page(track) => track.poll(),
        }
    }

    /// Takes a photo that is more than a frame, where there is such a thing.
    pub fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        match &*self.0 {
            Kind::Bytes(_) => None,
            Kind::Page(track) => track.take_photo(),
        }
    }
}

/// What the capture thread does natively, a step at a time.
struct Loop {
    worker: Worker,
    state: State,
}

enum State {
    Asked(Arc<dyn Source>, VideoConstraints),
    Open(Reading),
    Over,
}

impl Debug for Loop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let state = match self.state {
            State::Asked(..) => "asked",
            State::Open(_) => "open",
            State::Over => "over",
        };
        f.debug_tuple("Loop").field(&state).finish()
    }
}

impl Loop {
    fn poll(&mut self) {
        let mut last = None;
        if let State::Asked(source, constraints) = &self.state {
            match self.worker.open(&**source, constraints, || false) {
                Ok(reading) => self.state = State::Open(reading),
                Err(error) => last = Some(Report::Failed(error)),
            }
        }
        if let State::Open(reading) = &mut self.state {
            for _ in 0..FRAMES_AT_ONCE {
                match reading.read(&self.worker, Duration::ZERO) {
                    Read::Frame => {}
                    Read::Nothing | Read::Full => break,
                    Read::Ended(end) => {
                        last = Some(Report::Ended(end));
                        break;
                    }
                }
            }
        }
        if let Some(last) = last {
            // The device is free before anyone hears that the track ended.
            self.state = State::Over;
            let _ = self.worker.report.send(last);
        }
    }
}
