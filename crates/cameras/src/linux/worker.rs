//! A thread that runs a loop of PipeWire until it is stopped.

use std::{
    cell::Cell,
    fmt,
    os::fd::{AsRawFd, OwnedFd, RawFd},
    rc::Rc,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use pipewire::{
    loop_::{IoSource, Loop},
    spa::support::system::IoFlags,
};
use rustix::event::{EventfdFlags, eventfd};

use crate::Error;

/// The longest wait for the end of a thread that was stopped.
const STOPPED_WITHIN: Duration = Duration::from_secs(2);

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
        let Some(thread) = self.thread.take() else { return };
        // A thread that PipeWire keeps is left alone, so that this one doesn't hang with it.
        let end = Instant::now() + STOPPED_WITHIN;
        while !thread.is_finished() {
            if Instant::now() >= end {
                return;
            }
            thread::sleep(Duration::from_millis(1));
        }
        // A panic has been printed.
        let _ = thread.join();
    }
}

/// The answer of work on a thread of its own, which is left alone if it takes longer than this. The work answers before
/// it closes its connection.
///
/// # Errors
/// [`Error::Failed`] if there is no answer in time.
pub(super) fn answer_within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce(&dyn Fn(Result<T, Error>)) + Send + 'static,
) -> Result<T, Error> {
    let (sender, receiver) = mpsc::channel();
    let answer = move |result| {
        // It fails only if nobody waits any more.
        let _ = sender.send(result);
    };
    let thread = thread::Builder::new().name("viewfinder-pipewire".into()).spawn(move || work(&answer));
    thread.map_err(|error| Error::Failed(format!("start a thread for PipeWire: {error}")))?;
    receiver
        .recv_timeout(limit)
        .unwrap_or_else(|_| Err(Error::Failed(format!("PipeWire doesn't answer within {limit:?}"))))
}

/// The signal to stop, on the thread.
pub(super) struct Stop(Arc<OwnedFd>);

impl Stop {
    /// Adds the signal to a loop, which it then wakes.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_hangs_is_left_alone() {
        assert_eq!(answer_within(Duration::from_secs(60), |answer| answer(Ok(5))), Ok(5));
        let (_never, wait) = mpsc::channel::<()>();
        let hangs = answer_within::<()>(Duration::from_millis(10), move |_| {
            let _ = wait.recv();
        });
        assert!(matches!(hangs, Err(Error::Failed(_))));
        let silent = answer_within::<()>(Duration::from_secs(60), |_| {});
        assert!(matches!(silent, Err(Error::Failed(_))), "it ends at once");
    }

    #[test]
    fn the_drop_doesnt_wait_for_ever() {
        let (_never, wait) = mpsc::channel::<()>();
        let worker = Worker::start(move |_| {
            let _ = wait.recv();
        });
        let start = Instant::now();
        drop(worker.expect("there is a thread"));
        assert!(start.elapsed() >= STOPPED_WITHIN && start.elapsed() < STOPPED_WITHIN * 10);
    }
}
