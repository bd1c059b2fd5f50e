//! The search on a thread of its own.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use super::{
    plan::Plan,
    search::{Observation, Search},
};
use crate::{
    error::MediaError,
    source::guard::{LONGEST_WAIT, Panicked, catch_panic},
    tap::TapReader,
};

/// Searches the newest frames of a tap. Dropping it ends its thread.
#[derive(Debug)]
pub(super) struct Worker {
    shared: Arc<Shared>,
}

/// The thread's inputs and outputs. Locks are held only to exchange pointers.
#[derive(Debug)]
struct Shared {
    plan: Mutex<Arc<Plan>>,
    newest: Mutex<Option<Result<Observation, MediaError>>>,
    is_stopped: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Worker {
    /// Starts the search.
    ///
    /// # Errors
    /// `Operation` if the system has no thread for it.
    pub fn start(reader: TapReader, plan: Arc<Plan>) -> Result<Self, MediaError> {
        let shared = Arc::new(Shared {
            plan: Mutex::new(plan.clone()),
            newest: Mutex::new(None),
            is_stopped: AtomicBool::new(false),
        });
        let thread_shared = shared.clone();
        let work = move || {
            if let Err(Panicked) = catch_panic(|| search(reader, plan, &thread_shared)) {
                let error =
                    MediaError::operation("the search for markers panicked; insert the MarkerTracker again");
                *lock(&thread_shared.newest) = Some(Err(error));
            }
        };
        thread::Builder::new().name("viewfinder markers".into()).spawn(work).map_err(|error| {
            MediaError::operation(format!(
                "no thread can be started for the search for markers: {error}; close some"
            ))
        })?;
        Ok(Self { shared })
    }

    /// Goes on with another plan.
    pub fn set_plan(&mut self, plan: &Arc<Plan>) {
        *lock(&self.shared.plan) = plan.clone();
    }

    /// The thread needs no time of the app's.
    pub fn poll(&mut self, _budget: Duration) {}

    /// Takes the newest observation, if there is one since the last time. An error is the last one.
    pub fn take(&mut self) -> Option<Result<Observation, MediaError>> {
        lock(&self.shared.newest).take()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Relaxed);
    }
}

fn search(mut reader: TapReader, plan: Arc<Plan>, shared: &Shared) {
    let mut search = Search::new(plan);
    while !shared.is_stopped.load(Relaxed) {
        let Some(frame) = reader.wait(LONGEST_WAIT) else {
            if reader.is_closed() {
                // A closed tap doesn't wait.
                thread::sleep(LONGEST_WAIT);
            }
            continue;
        };
        let plan = lock(&shared.plan).clone();
        search.set_plan(&plan);
        let observation = search.run(&frame);
        *lock(&shared.newest) = Some(Ok(observation));
    }
}
