//! A thread that runs a loop of PipeWire until it is stopped.

use std::{
    cell::Cell,
    fmt,
    os::fd::{AsRawFd, OwnedFd, RawFd},
    rc::Rc,
    sync::Arc,
    thread::{self, JoinHandle},
};

use pipewire::{
    loop_::{IoSource, Loop},
    spa::support::system::IoFlags,
};
use rustix::event::{EventfdFlags, eventfd};

use crate::Error;

/// A thread. The drop stops it and waits for its end.
pub(super) struct Worker {
    stop: Arc<OwnedFd>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts a thread.
    ///
    /// # Errors
    /// [`Error::Failed`] if the system gives no thread or no file descriptor.
    pub fn start(work: impl FnOnce(Stop) + Send + 'static) -> Result<Self, Error> {
        let failed =
            |error: &dyn fmt::Display| Error::Failed(format!("start a thread for PipeWire: {error}"));
        let stop =
            eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(|error| failed(&error))?;
        let stop = Arc::new(stop);
        let signal = Stop(stop.clone());
        let thread = thread::Builder::new().name("viewfinder-pipewire".into()).spawn(move || work(signal));
        Ok(Self { stop, thread: Some(thread.map_err(|error| failed(&error))?) })
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker").finish_non_exhaustive()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // The counter of the descriptor is far from its end, so the write doesn't fail.
        let _ = rustix::io::write(&self.stop, &1_u64.to_ne_bytes());
        if let Some(thread) = self.thread.take() {
            // A panic has been printed.
            let _ = thread.join();
        }
    }
}

/// The signal to stop, on the thread.
pub(super) struct Stop(Arc<OwnedFd>);

impl Stop {
    /// Lets the signal wake a loop.
    pub fn attach(self, looped: &Loop) -> Stopping<'_> {
        let stopped = Rc::new(Cell::new(false));
        let flag = stopped.clone();
        let source = looped.add_io(self, IoFlags::IN, move |_| flag.set(true));
        Stopping { _source: source, stopped }
    }
}

impl AsRawFd for Stop {
    fn as_raw_fd(&self) -> RawFd {
        self.0.as_raw_fd()
    }
}

/// A signal that is attached to a loop.
pub(super) struct Stopping<'a> {
    _source: IoSource<'a, Stop>,
    stopped: Rc<Cell<bool>>,
}

impl Stopping<'_> {
    pub fn is_stopped(&self) -> bool {
        self.stopped.get()
    }
}
