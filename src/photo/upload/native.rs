//! Uploads by the HTTP client `ureq`, each on a thread.

mod body;
mod client;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::OnceLock,
    thread,
};

use crossbeam_channel::{Receiver, Sender, unbounded};

use super::job::{self, Job};
use crate::{error::MediaError, photo::deliver::Reporter};

/// The uploads that run at the same time. More wait for them.
const THREADS: usize = 4;

type Queue = Sender<(Job, Reporter)>;

/// Starts an upload.
pub(super) fn send(job: Job, reporter: Reporter) {
    static QUEUE: OnceLock<Queue> = OnceLock::new();
    if let Err(failed) = QUEUE.get_or_init(start_threads).send((job, reporter)) {
        let (_, reporter) = failed.into_inner();
        reporter.fail(MediaError::operation(
            "nothing can be uploaded, because the system starts no more threads; close other programs",
        ));
    }
}

fn start_threads() -> Queue {
    let (queue, jobs) = unbounded();
    for _ in 0..THREADS {
        let jobs = jobs.clone();
        // If none can be started, the queue has no receiver, and sending fails.
        let _ = thread::Builder::new().name("upload".into()).spawn(move || work(&jobs));
    }
    queue
}

fn work(jobs: &Receiver<(Job, Reporter)>) {
    for (job, reporter) in jobs {
        // A panic of the client ends this upload alone: the dropped reporter reports a failure.
        let _ = catch_unwind(AssertUnwindSafe(|| {
            if reporter.is_wanted() {
                let end = client::transfer(&job, &reporter);
                job::finish(reporter, end);
            }
        }));
    }
}
