//! The newest sample between the system's thread and the reader.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// A place for one value, in which a newer one replaces an older one.
#[derive(Debug)]
pub(crate) struct Mailbox<T> {
    content: Mutex<Content<T>>,
    arrived: Condvar,
}

#[derive(Debug)]
struct Content<T> {
    newest: Option<T>,
    /// Values that were replaced or lost since the last was taken.
    lost: u64,
}

impl<T> Default for Mailbox<T> {
    fn default() -> Self {
        Self { content: Mutex::new(Content { newest: None, lost: 0 }), arrived: Condvar::new() }
    }
}

impl<T> Mailbox<T> {
    /// Puts a value there. One that nobody has taken is lost.
    pub fn put(&self, value: T) {
        let mut content = self.lock();
        let replaced = content.newest.replace(value);
        content.lost = content.lost.saturating_add(u64::from(replaced.is_some()));
        drop(content);
        // Its drop may call the system, which must not happen under the lock.
        drop(replaced);
        self.arrived.notify_one();
    }

    /// Counts values that the system has lost.
    #[cfg(any(target_os = "macos", all(feature = "pipewire", target_os = "linux"), test))]
    pub fn lose(&self, count: u64) {
        let mut content = self.lock();
        content.lost = content.lost.saturating_add(count);
    }

    /// Takes the value, and the number of those that were lost before it. Waits for one, at most this long.
    pub fn take(&self, wait: Duration) -> Option<(T, u64)> {
        let deadline = Instant::now().checked_add(wait);
        let mut content = self.lock();
        loop {
            if let Some(value) = content.newest.take() {
                return Some((value, std::mem::take(&mut content.lost)));
            }
            // A wait without end is asked for in pieces: the condition variable takes no other.
            let left = deadline.map_or(Duration::from_secs(3600), |deadline| {
                deadline.saturating_duration_since(Instant::now())
            });
            if left.is_zero() {
                return None;
            }
            content = self.arrived.wait_timeout(content, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Content<T>> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{sync::Arc, thread};

    #[test]
    fn the_newest_wins_and_the_others_are_counted() {
        let mailbox = Mailbox::default();
        assert_eq!(mailbox.take(Duration::ZERO), None);
        mailbox.put(1);
        mailbox.put(2);
        mailbox.lose(1);
        assert_eq!(mailbox.take(Duration::ZERO), Some((2, 2)));
        mailbox.put(3);
        assert_eq!(mailbox.take(Duration::MAX), Some((3, 0)));
    }

    #[test]
    fn a_wait_ends_in_time_or_with_a_value() {
        let mailbox = Arc::new(Mailbox::default());
        let start = Instant::now();
        assert_eq!(mailbox.take(Duration::from_millis(20)), None);
        assert!(start.elapsed() >= Duration::from_millis(20));
        let sender = mailbox.clone();
        let thread = thread::spawn(move || sender.put(5));
        assert_eq!(mailbox.take(Duration::from_secs(60)), Some((5, 0)));
        thread.join().expect("it only puts");
    }
}
