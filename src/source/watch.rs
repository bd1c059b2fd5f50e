//! Watchers for devices that are connected or disconnected.

use std::{fmt::Debug, time::Duration};

use bevy::platform::time::Instant;

/// The period of polling.
const PERIOD: Duration = Duration::from_secs(2);

/// Detects that a source's list of devices may have changed, so that it must be read again.
pub trait DeviceWatcher: Debug + Send {
    /// Waits until the list may have changed, at most this long. Returns `false` if it has not changed.
    ///
    /// It is called on a thread of its own, or in a browser, which has one thread, with a wait of zero.
    fn wait(&mut self, longest: Duration) -> bool;
}

/// Reports a possible change every two seconds, for sources without notifications.
#[derive(Debug)]
pub(super) struct PollingWatcher {
    due: Instant,
}

impl Default for PollingWatcher {
    fn default() -> Self {
        Self { due: Instant::now() + PERIOD }
    }
}

impl DeviceWatcher for PollingWatcher {
    fn wait(&mut self, longest: Duration) -> bool {
        let left = self.due.saturating_duration_since(Instant::now());
        if !longest.is_zero() && !left.is_zero() {
            std::thread::sleep(left.min(longest));
        }
        let now = Instant::now();
        let is_due = now >= self.due;
        if is_due {
            self.due = now + PERIOD;
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_time_every_two_seconds() {
        let mut poll = PollingWatcher::default();
        assert!(!poll.wait(Duration::ZERO));
        assert!(!poll.wait(Duration::from_millis(1)));
        poll.due = Instant::now();
        assert!(poll.wait(Duration::ZERO));
        assert!(!poll.wait(Duration::ZERO), "the next is two seconds off");
        poll.due = Instant::now() + Duration::from_millis(20);
        let start = Instant::now();
        assert!(poll.wait(Duration::from_secs(60)));
        assert!(start.elapsed() < Duration::from_secs(30), "it comes when it is time");
    }
}
