//! Capture in a browser's page, on its one thread.

use std::{cell::RefCell, fmt::Debug, sync::Arc, time::Duration};

use crossbeam_channel::{Receiver, Sender};
use send_wrapper::SendWrapper;

use super::{Counters, Frames, Read, Reading, Report, Worker};
pub(crate) use crate::source::page::{PageFrames, Still};
use crate::{
    constraint::VideoConstraints,
    error::MediaError,
    source::{
        Source,
        page::{PageTrack, Teller},
    },
};

/// The most frames that a source is asked for at once: one that always has another must not keep the page.
const FRAMES_AT_ONCE: usize = 8;

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
                let teller = Teller::new(report, counters, frames.clone());
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
