//! A connection to PipeWire, and its loop.

use std::{
    cell::{Cell, RefCell},
    os::fd::OwnedFd,
    rc::Rc,
    time::{Duration, Instant},
};

use pipewire::{
    context::ContextRc,
    core::{CoreRc, Listener, PW_ID_CORE},
    loop_::Timeout,
    main_loop::MainLoopRc,
};

use crate::Error;

/// The way to PipeWire.
#[derive(Debug)]
pub(super) enum Remote {
    /// A connection that the portal has opened.
    Portal(OwnedFd),
    /// The user's own PipeWire, by its socket.
    Daemon,
}

/// A connection. Its callbacks are called in [`Connection::run_until`] only. The fields are dropped in this order.
pub(super) struct Connection {
    _listener: Listener,
    pub core: CoreRc,
    pub main_loop: MainLoopRc,
    state: Rc<State>,
}

#[derive(Debug, Default)]
struct State {
    /// The number of the last answer to [`CoreRc::sync`].
    answered: Cell<Option<i32>>,
    /// The reason why the connection has ended.
    failure: RefCell<Option<Error>>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    /// [`Error::NotSupported`] if no PipeWire runs, [`Error::Failed`] for other reasons.
    pub fn open(remote: Remote) -> Result<Self, Error> {
        let failed =
            |what: &str, error: &pipewire::Error| Error::Failed(format!("PipeWire: {what}: {error}"));
        let main_loop = MainLoopRc::new(None).map_err(|error| failed("make a loop", &error))?;
        let context = ContextRc::new(&main_loop, None).map_err(|error| failed("make a context", &error))?;
        let core = match remote {
            Remote::Portal(fd) => context
                .connect_fd_rc(fd, None)
                .map_err(|error| failed("connect through the portal", &error))?,
            Remote::Daemon => context.connect_rc(None).map_err(|error| {
                Error::NotSupported(format!("no PipeWire runs for this user: connect to its socket: {error}"))
            })?,
        };
        let state = Rc::new(State::default());
        let listener = {
            let (done, failed) = (state.clone(), state.clone());
            core.add_listener_local()
                .done(move |id, number| {
                    if id == PW_ID_CORE {
                        done.answered.set(Some(number.seq()));
                    }
                })
                .error(move |id, _, code, text| {
                    // Errors of other objects end no connection: a node that went while it was asked.
                    if id == PW_ID_CORE && code < 0 {
                        let error =
                            Error::Failed(format!("the connection to PipeWire has ended: {text} ({code})"));
                        failed.failure.borrow_mut().get_or_insert(error);
                    }
                })
                .register()
        };
        Ok(Self { _listener: listener, core, main_loop, state })
    }

    /// Runs the loop until the condition is true.
    ///
    /// # Errors
    /// [`Error::Failed`] if the connection ends, or if the condition isn't true by the deadline. Without a deadline it
    /// waits for ever.
    pub fn run_until(&self, deadline: Option<Instant>, condition: impl Fn() -> bool) -> Result<(), Error> {
        loop {
            if condition() {
                return Ok(());
            }
            if let Some(error) = self.state.failure.borrow().clone() {
                return Err(error);
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(Error::Failed("PipeWire doesn't answer in time".into()));
            }
            // In pieces: a long wait doesn't fit the loop's number of milliseconds, and a short one is rounded down.
            let wait = left.unwrap_or(Duration::MAX).clamp(Duration::from_millis(1), Duration::from_secs(60));
            self.main_loop.loop_().iterate(Timeout::Finite(wait));
        }
    }

    /// Whether the connection is still open.
    pub fn is_alive(&self) -> bool {
        self.state.failure.borrow().is_none()
    }

    /// Waits until PipeWire has answered everything that was asked before.
    ///
    /// # Errors
    /// Those of [`run_until`](Self::run_until).
    pub fn roundtrip(&self, deadline: Instant) -> Result<(), Error> {
        let number = self.core.sync(0).map_err(|error| Error::Failed(format!("PipeWire: sync: {error}")))?;
        self.run_until(Some(deadline), || self.state.answered.get() == Some(number.seq()))
    }
}
