//! Work on a thread of its own.

use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use super::FrameWork;
use crate::{
    error::MediaError,
    source::guard::{LONGEST_WAIT, Panicked, catch_panic},
    tap::reader::TapReader,
};

/// Works on the newest frames of a tap. Dropping it ends its thread.
#[derive(Debug)]
pub(crate) struct Worker<W: FrameWork> {
    shared: Arc<Shared<W>>,
}

/// The thread's inputs and outputs. Locks are held only to exchange pointers.
#[derive(Debug)]
struct Shared<W: FrameWork> {
    settings: Mutex<Arc<W::Settings>>,
    newest: Mutex<Option<Result<W::Output, MediaError>>>,
    is_stopped: AtomicBool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<W: FrameWork> Worker<W> {
    /// Starts the work. `make` runs on its thread; its error is the worker's last output.
    ///
    /// # Errors
    /// `Operation` if the system has no thread for it.
    pub fn start(
        reader: TapReader,
        settings: Arc<W::Settings>,
        make: impl FnOnce(&Arc<W::Settings>) -> Result<W, MediaError> + Send + 'static,
    ) -> Result<Self, MediaError> {
        let shared = Arc::new(Shared {
            settings: Mutex::new(settings.clone()),
            newest: Mutex::new(None),
            is_stopped: AtomicBool::new(false),
        });
        let thread_shared = shared.clone();
        let work = move || {
            let done = catch_panic(|| {
                let work = make(&settings)?;
                run(work, reader, &thread_shared);
                Ok(())
            });
            let panicked = |Panicked| {
                Err(MediaError::operation(format!("{} panicked; insert its component again", W::NAME)))
            };
            if let Err(error) = done.unwrap_or_else(panicked) {
                *lock(&thread_shared.newest) = Some(Err(error));
            }
        };
        thread::Builder::new().name(W::NAME.into()).spawn(work).map_err(|error| {
            MediaError::operation(format!(
                "no thread can be started for {}: {error}; close some programs",
                W::NAME
            ))
        })?;
        Ok(Self { shared })
    }

    /// Goes on with other settings.
    #[cfg(any(feature = "ar", feature = "face", feature = "person"))]
    pub fn set_settings(&mut self, settings: &Arc<W::Settings>) {
        *lock(&self.shared.settings) = settings.clone();
    }

    /// The thread needs no time of the app's.
    #[cfg(any(feature = "ar", feature = "face", feature = "person"))]
    pub fn poll(&mut self, _budget: Duration) {}

    /// Takes the newest output, if there is one since the last time. An error is the last one.
    pub fn take(&mut self) -> Option<Result<W::Output, MediaError>> {
        lock(&self.shared.newest).take()
    }
}

impl<W: FrameWork> Drop for Worker<W> {
    fn drop(&mut self) {
        self.shared.is_stopped.store(true, Relaxed);
    }
}

fn run<W: FrameWork>(mut work: W, mut reader: TapReader, shared: &Shared<W>) {
    while !shared.is_stopped.load(Relaxed) {
        let Some(frame) = reader.wait(LONGEST_WAIT) else {
            if reader.is_closed() {
                // A closed tap doesn't wait.
                thread::sleep(LONGEST_WAIT);
            } else if let Some(output) = work.idle() {
                *lock(&shared.newest) = Some(Ok(output));
            }
            continue;
        };
        let settings = lock(&shared.settings).clone();
        work.set_settings(&settings);
        let output = work.run(&frame);
        *lock(&shared.newest) = Some(Ok(output));
    }
}
