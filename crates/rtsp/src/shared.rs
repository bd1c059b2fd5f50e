//! The state that a camera and the thread of its connection share.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use crate::{
    error::Error,
    failure::Stage,
    frame::{Codec, Event, Frame, Info},
    queue::Queue,
};

/// The progress of a connection, and its frames.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    stage: Stage,
    queue: Queue,
    /// The description of the first frame.
    info: Option<Info>,
    /// The last packets that couldn't be used before the first frame.
    flaw: Option<Error>,
    end: Option<Result<(), Error>>,
}

/// The result of waiting for the first frame.
#[derive(Debug)]
pub(crate) enum Opening {
    /// It has come.
    Live(Info),
    /// The connection ended before it. Packets that couldn't be used say more than the end after them.
    Failed(Error),
    /// Nothing has changed.
    Pending,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn stage(&self) -> Stage {
        self.state().stage
    }

    pub fn reach(&self, stage: Stage) {
        self.state().stage = stage;
    }

    /// The camera has told its streams, and is told to start this one.
    pub fn start(&self, codec: Codec) {
        let mut state = self.state();
        state.queue = Queue::new(codec);
        state.stage = Stage::Starting;
    }

    /// The first frame comes next.
    pub fn go_live(&self, info: Info) {
        let mut state = self.state();
        state.stage = Stage::Playing;
        state.info = Some(info);
        state.flaw = None;
        self.changed.notify_all();
    }

    pub fn push(&self, frame: Frame) {
        self.state().queue.push(frame);
        self.changed.notify_all();
    }

    /// Reports packets that can't be used.
    pub fn report(&self, error: Error) {
        let mut state = self.state();
        if state.stage == Stage::Playing {
            state.queue.report(error);
            self.changed.notify_all();
        } else {
            state.flaw = Some(error);
        }
    }

    /// The connection has ended. Only the first end counts.
    pub fn end(&self, end: Result<(), Error>) {
        self.state().end.get_or_insert(end);
        self.changed.notify_all();
    }

    /// The packets that couldn't be used before the first frame.
    pub fn take_flaw(&self) -> Option<Error> {
        self.state().flaw.take()
    }

    /// Waits for the first frame.
    pub fn wait_for_first(&self, wait: Duration) -> Opening {
        let state = self.state();
        let waited =
            self.changed.wait_timeout_while(state, wait, |state| state.info.is_none() && state.end.is_none());
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if let Some(info) = state.info.take() {
            return Opening::Live(info);
        }
        match state.end.take() {
            Some(Err(error)) => Opening::Failed(state.flaw.take().unwrap_or(error)),
            _ => Opening::Pending,
        }
    }

    /// Waits for the next event.
    ///
    /// # Errors
    /// The connection ended with an error, once. After that it has ended.
    pub fn next(&self, wait: Duration) -> Result<Event, Error> {
        let deadline = Instant::now().checked_add(wait);
        let mut state = self.state();
        loop {
            if let Some(event) = state.queue.pop() {
                return Ok(event);
            }
            if let Some(end) = &mut state.end {
                return std::mem::replace(end, Ok(())).map(|()| Event::Ended);
            }
            let left = deadline.map_or(wait, |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return Ok(Event::Pending);
            }
            let waited = self.changed.wait_timeout(state, left);
            (state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        }
    }
}
