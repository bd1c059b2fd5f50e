//! The length of a recording that the browser makes, by the page's clock.

use std::time::Duration;

use bevy::platform::time::Instant;

/// Measures time without pauses. It reads no clock by itself: the caller gives each time.
#[derive(Debug, Default)]
pub(super) struct Stopwatch {
    has_begun: bool,
    is_paused: bool,
    /// The start, or the end of the last pause. `None` while no time is measured.
    since: Option<Instant>,
    /// The time before that.
    earlier: Duration,
}

impl Stopwatch {
    /// Begins to measure, at the first call.
    pub fn begin(&mut self, now: Instant) {
        if !self.has_begun {
            self.has_begun = true;
            self.since = (!self.is_paused).then_some(now);
        }
    }

    /// Begins a pause, or ends the measurement.
    pub fn pause(&mut self, now: Instant) {
        self.earlier = self.elapsed(now);
        self.since = None;
        self.is_paused = true;
    }

    /// Ends a pause.
    pub fn resume(&mut self, now: Instant) {
        self.is_paused = false;
        if self.has_begun {
            self.since.get_or_insert(now);
        }
    }

    /// The time since the beginning, without pauses.
    pub fn elapsed(&self, now: Instant) -> Duration {
        self.earlier + self.since.map_or(Duration::ZERO, |since| now.saturating_duration_since(since))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn pauses_are_left_out() {
        let start = Instant::now();
        let mut stopwatch = Stopwatch::default();
        assert_eq!(stopwatch.elapsed(start), ms(0));
        stopwatch.begin(start);
        stopwatch.begin(start + ms(50));
        assert_eq!(stopwatch.elapsed(start + ms(100)), ms(100));
        stopwatch.pause(start + ms(100));
        stopwatch.pause(start + ms(200));
        assert_eq!(stopwatch.elapsed(start + ms(900)), ms(100));
        stopwatch.resume(start + ms(1_000));
        stopwatch.resume(start + ms(1_100));
        assert_eq!(stopwatch.elapsed(start + ms(1_200)), ms(300));
    }

    #[test]
    fn a_pause_before_the_beginning_lasts() {
        let start = Instant::now();
        let mut stopwatch = Stopwatch::default();
        stopwatch.pause(start);
        stopwatch.begin(start + ms(10));
        assert_eq!(stopwatch.elapsed(start + ms(20)), ms(0));
        stopwatch.resume(start + ms(20));
        assert_eq!(stopwatch.elapsed(start + ms(25)), ms(5));
        let mut unused = Stopwatch::default();
        unused.pause(start);
        unused.resume(start + ms(10));
        assert_eq!(unused.elapsed(start + ms(20)), ms(0), "it has not begun");
    }
}
