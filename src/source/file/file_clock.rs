//! The times of a file on the clock of the machine.

use std::time::Duration;

use bevy::platform::time::Instant;

/// The times of a file on the clock of the machine. They are absolute, so a late frame doesn't delay the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileClock {
    instant: Instant,
    /// The time in the file at this instant.
    time: Duration,
}

impl FileClock {
    /// A clock on which this time is now.
    pub(super) fn at(time: Duration) -> Self {
        Self::starting(Instant::now(), time)
    }

    /// A clock on which this time is at an instant.
    pub(super) fn starting(instant: Instant, time: Duration) -> Self {
        Self { instant, time }
    }

    /// The instant at which the clock starts.
    pub(super) fn instant(&self) -> Instant {
        self.instant
    }

    /// The instant of a time in the file. Earlier times than that of the clock's start are at the start.
    pub(super) fn due(&self, time: Duration) -> Instant {
        let passed = time.saturating_sub(self.time);
        self.instant.checked_add(passed).unwrap_or(self.instant)
    }

    /// Delays all times.
    pub(super) fn delay(&mut self, by: Duration) {
        self.instant = self.instant.checked_add(by).unwrap_or(self.instant);
    }

    /// The time in the file that is now.
    #[cfg(feature = "audio")]
    pub(super) fn now(&self) -> Duration {
        self.time.saturating_add(Instant::now().saturating_duration_since(self.instant))
    }

    /// Whether the clock starts in the future.
    #[cfg(feature = "audio")]
    pub(super) fn is_ahead(&self) -> bool {
        self.instant > Instant::now()
    }
}
