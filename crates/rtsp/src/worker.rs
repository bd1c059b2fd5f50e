//! The thread of a connection.

use std::{sync::Arc, time::Duration};

use retina::client::SessionGroup;
use tokio::{runtime::Builder, sync::oneshot, time::timeout};

use crate::{
    error::{Error, ErrorKind},
    failure::new,
    options::Options,
    session::play,
    shared::Shared,
};

/// The longest time that a camera is waited for after it was told to stop.
const TEARDOWN_LIMIT: Duration = Duration::from_millis(500);

/// Reads a camera until the connection ends, or until the other end of `stop` is dropped.
pub(crate) fn run(options: &Options, shared: &Shared, stop: oneshot::Receiver<()>) {
    let _end = EndOnDrop(options, shared);
    let runtime = match Builder::new_current_thread().enable_io().enable_time().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            let why = format!(
                "can't be read, because the system opens no more files ({error}): close others first"
            );
            return shared.end(Err(new(options, ErrorKind::NotReadable, why)));
        }
    };
    runtime.block_on(async {
        let group = Arc::new(SessionGroup::default());
        let end = tokio::select! {
            biased;
            _ = stop => Ok(()),
            end = play(options, shared, group.clone()) => end,
        };
        // The camera isn't asked to stop if what it sends can't be read: neither could its answer.
        let is_readable = end.as_ref().err().is_none_or(|error| error.kind() != ErrorKind::Data);
        shared.end(end);
        if is_readable {
            let _ = timeout(TEARDOWN_LIMIT, group.await_teardown()).await;
        }
    });
    // A lookup of a name may still run.
    runtime.shutdown_background();
}

/// Reports the end of a thread that panicked.
struct EndOnDrop<'a>(&'a Options, &'a Shared);

impl Drop for EndOnDrop<'_> {
    fn drop(&mut self) {
        let why =
            "ended the connection by something that the RTSP client can't read: update the camera's software";
        self.1.end(Err(Error::new(ErrorKind::Data, format!("{} {why}", self.0.shown()))));
    }
}
