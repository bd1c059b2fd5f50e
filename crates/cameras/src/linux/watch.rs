//! Cameras that are connected and disconnected.

use std::{
    cell::Cell,
    sync::mpsc::{self, RecvTimeoutError},
    time::{Duration, Instant},
};

use super::{
    connection::Remote,
    nodes::Registry,
    worker::{Stop, Worker},
};
use crate::Error;

/// A change of the list of cameras.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A camera of this id was connected.
    Added(String),
    /// The camera of this id was disconnected.
    Removed(String),
}

/// Tells when cameras come and go. Dropping it ends its thread.
#[derive(Debug)]
pub struct Watcher {
    changes: mpsc::Receiver<Result<Change, Error>>,
    ended: Option<Error>,
    _worker: Worker,
}

impl Watcher {
    pub(super) fn open(remote: Remote, limit: Duration) -> Result<Self, Error> {
        let (sender, changes) = mpsc::channel();
        let (opened, is_open) = mpsc::channel();
        let worker = Worker::start(move |stop| {
            if let Err(error) = run(remote, limit, stop, &opened, &sender) {
                // One of both is waited for.
                let _ = opened.send(Err(error.clone()));
                let _ = sender.send(Err(error));
            }
        })?;
        is_open.recv().map_err(|_| Error::Failed("the thread of a watcher has ended".into()))??;
        Ok(Self { changes, ended: None, _worker: worker })
    }

    /// Waits for the next change, at most this long. `None` if there is none.
    ///
    /// # Errors
    /// [`Error::Failed`] if the connection to PipeWire has ended. The watcher then tells nothing more.
    pub fn next(&mut self, wait: Duration) -> Result<Option<Change>, Error> {
        if let Some(error) = &self.ended {
            return Err(error.clone());
        }
        match self.changes.recv_timeout(wait) {
            Ok(Ok(change)) => Ok(Some(change)),
            Ok(Err(error)) => Err(self.ended.insert(error).clone()),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => {
                let error = Error::Failed("the thread of a watcher has ended".into());
                Err(self.ended.insert(error).clone())
            }
        }
    }
}

fn run(
    remote: Remote,
    limit: Duration,
    stop: Stop,
    opened: &mpsc::Sender<Result<(), Error>>,
    sender: &mpsc::Sender<Result<Change, Error>>,
) -> Result<(), Error> {
    let (connection, registry) = Registry::connect(remote, Instant::now() + limit)?;
    let stopping = stop.attach(connection.main_loop.loop_());
    let known = Cell::new(registry.version());
    let mut ids = registry.ids();
    // It fails only if nobody waits any more: then the signal to stop comes.
    let _ = opened.send(Ok(()));
    loop {
        connection.run_until(None, || stopping.is_stopped() || registry.version() != known.get())?;
        if stopping.is_stopped() {
            break;
        }
        known.set(registry.version());
        let now = registry.ids();
        if changes(&ids, &now).into_iter().any(|change| sender.send(Ok(change)).is_err()) {
            break;
        }
        ids = now;
    }
    Ok(())
}

/// The changes from one list of ids to the next.
fn changes(before: &[String], now: &[String]) -> Vec<Change> {
    let missing = |from: &[String], id: &&String| !from.contains(id);
    let removed = before.iter().filter(|id| missing(now, id)).cloned().map(Change::Removed);
    let added = now.iter().filter(|id| missing(before, id)).cloned().map(Change::Added);
    removed.chain(added).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_compared() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let (a, b) = (ids(&["a", "b"]), ids(&["b", "c"]));
        assert_eq!(changes(&a, &b), [Change::Removed("a".into()), Change::Added("c".into())]);
        assert_eq!(changes(&a, &a), []);
        assert_eq!(changes(&[], &a).len(), 2);
    }
}
