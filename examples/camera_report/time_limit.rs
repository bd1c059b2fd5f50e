//! Calls into drivers, which may hang.

use std::{fmt, sync::mpsc, thread, time::Duration};

use bevy_viewfinder::error::MediaError;

/// Why a call has no result.
#[derive(Debug, Clone, PartialEq)]
pub enum CallError {
    /// It didn't return in time. Its thread is left behind, so the device may stay busy.
    Hangs(Duration),
    /// It panicked.
    Panics,
    /// It returned an error.
    Media(MediaError),
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Hangs(limit) => write!(
                f,
                "the driver didn't answer within {} s, so nothing else can be judged: unplug the camera, plug it in again, \
                 and try once more",
                limit.as_secs()
            ),
            Self::Panics => f.write_str("the library panicked, which is a defect of it: please report it"),
            Self::Media(error) => error.fmt(f),
        }
    }
}

/// Makes a call on a thread of its own, and waits for it at most this long.
///
/// # Errors
/// That of the call, or that it didn't return.
pub fn within<T: Send + 'static>(
    limit: Duration,
    call: impl FnOnce() -> Result<T, MediaError> + Send + 'static,
) -> Result<T, CallError> {
    let (sender, result) = mpsc::channel();
    let started = thread::Builder::new().name("camera call".into()).spawn(move || {
        // Nobody waits any more if it came too late.
        let _ = sender.send(call());
    });
    if let Err(error) = started {
        return Err(CallError::Media(MediaError::operation(format!(
            "no thread can be started: {error}; close some programs"
        ))));
    }
    match result.recv_timeout(limit) {
        Ok(result) => result.map_err(CallError::Media),
        Err(mpsc::RecvTimeoutError::Timeout) => Err(CallError::Hangs(limit)),
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(CallError::Panics),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_returns_fails_hangs_or_panics() {
        let long = Duration::from_secs(60);
        assert_eq!(within(long, || Ok(7)), Ok(7));
        let error = MediaError::not_found("gone");
        assert_eq!(within::<()>(long, || Err(MediaError::not_found("gone"))), Err(CallError::Media(error)));
        let hangs = within(Duration::from_millis(20), || {
            thread::sleep(Duration::from_secs(2));
            Ok(())
        });
        assert_eq!(hangs, Err(CallError::Hangs(Duration::from_millis(20))));
        assert_eq!(within::<()>(long, || panic!("on purpose, by a test")), Err(CallError::Panics));
    }
}
