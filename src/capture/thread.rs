//! The capture thread. It stops by a flag, within [`LONGEST_WAIT`] for a source that keeps its word, also when its
//! driver stalls.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use crossbeam_channel::{Receiver, Sender};

use super::{Counters, Frames, Read, Report, Worker};
use crate::{constraint::VideoConstraints, error::MediaError, source::Source};

/// How long a source may take to say that no frame came, and so the longest that stopping takes.
const LONGEST_WAIT: Duration = Duration::from_millis(50);

/// There are no pictures beside the frames.
#[derive(Debug)]
pub(crate) enum Still {}

/// A thread that reads a source. Dropping this stops it: the thread lets the device go, and nobody waits for that.
#[derive(Debug)]
pub(super) struct Driver {
    stop: Arc<AtomicBool>,
}

impl Driver {
    /// Starts the thread.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) where there are no threads.
    pub fn start(
        source: Arc<dyn Source>,
        constraints: VideoConstraints,
        report: Sender<Report>,
        counters: Arc<Counters>,
    ) -> Result<(Self, Frames), MediaError> {
        let (worker, frames) = Worker::new(report.clone(), counters);
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        std::thread::Builder::new()
            .name("viewfinder capture".into())
            .spawn(move || {
                // A driver's binding that panics must not take the app's other tracks along.
                if catch_unwind(AssertUnwindSafe(|| run(&worker, &*source, &constraints, &stopped))).is_err()
                {
                    let error = MediaError::unknown(
                        "the capture thread panicked: this is a defect of the source; please report it",
                    );
                    let _ = report.send(Report::Ended(Some(error)));
                }
            })
            .map_err(|error| {
                MediaError::not_supported(format!("no capture thread can be started here: {error}"))
            })?;
        Ok((Self { stop }, frames))
    }

    /// The thread goes on by itself.
    pub fn poll(&self) {}

    /// A camera's frames are all that it has.
    pub fn take_photo(&self) -> Option<Receiver<Result<Still, MediaError>>> {
        None
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
    }
}

/// Opens a device and reads it until stopped or until it ends.
fn run(worker: &Worker, source: &dyn Source, constraints: &VideoConstraints, stop: &AtomicBool) {
    let stopped = || stop.load(Relaxed);
    let mut reading = match worker.open(source, constraints, stopped) {
        Ok(reading) => reading,
        Err(error) => {
            let _ = worker.report.send(Report::Failed(error));
            return;
        }
    };
    let mut end = None;
    while !stopped() {
        match reading.read(worker, LONGEST_WAIT) {
            Read::Frame | Read::Nothing => {}
            Read::Full => std::thread::sleep(Duration::from_millis(1)),
            Read::Ended(error) => {
                end = error;
                break;
            }
        }
    }
    // The device is free before anyone hears that the track ended.
    drop(reading);
    let _ = worker.report.send(Report::Ended(end));
}
