//! Starting over when nobody is there.

use std::time::Duration;

/// The time between the question and the end.
const QUESTION: Duration = Duration::from_secs(15);

/// Whether someone is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idle {
    /// Someone is there, or the booth is busy.
    Active,
    /// The booth asks whether someone is there, and starts over after so many seconds.
    Asking {
        /// The remaining seconds, rounded up.
        seconds: u32,
    },
    /// The booth starts over. It is reported once.
    Over,
    /// Nobody is there, since the last [`Over`](Self::Over).
    Away,
}

/// Watches for input.
#[derive(Debug, Clone)]
pub struct IdleWatch {
    /// The time without input until the booth starts over. `None` for never.
    limit: Option<Duration>,
    last: Duration,
    is_away: bool,
}

impl IdleWatch {
    /// A watch that ends a session after this time without input. `None` for never.
    pub const fn new(limit: Option<Duration>) -> Self {
        Self { limit, last: Duration::ZERO, is_away: false }
    }

    /// There was input.
    pub fn touch(&mut self, now: Duration) {
        self.last = now;
        self.is_away = false;
    }

    /// The state at this time. A booth that is busy, such as counting down or printing, waits for nobody.
    pub fn check(&mut self, now: Duration, is_busy: bool) -> Idle {
        let Some(limit) = self.limit else { return Idle::Active };
        if self.is_away {
            return Idle::Away;
        }
        if is_busy {
            self.last = self.last.max(now);
            return Idle::Active;
        }
        let left = limit.saturating_sub(now.saturating_sub(self.last));
        if left.is_zero() {
            self.is_away = true;
            Idle::Over
        } else if left <= QUESTION.min(limit / 2) {
            Idle::Asking { seconds: left.as_secs_f32().ceil() as u32 }
        } else {
            Idle::Active
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn the_booth_asks_and_then_starts_over_once() {
        let mut watch = IdleWatch::new(Some(s(60)));
        watch.touch(s(100));
        assert_eq!(watch.check(s(144), false), Idle::Active);
        assert_eq!(watch.check(s(145), false), Idle::Asking { seconds: 15 });
        assert_eq!(watch.check(Duration::from_millis(158_500), false), Idle::Asking { seconds: 2 });
        watch.touch(s(159));
        assert_eq!(watch.check(s(160), false), Idle::Active, "someone is there");
        assert_eq!(watch.check(s(219), false), Idle::Over);
        assert_eq!(watch.check(s(220), false), Idle::Away);
        assert_eq!(watch.check(s(9999), true), Idle::Away);
        watch.touch(s(10_000));
        assert_eq!(watch.check(s(10_001), false), Idle::Active);
    }

    #[test]
    fn a_busy_booth_waits() {
        let mut watch = IdleWatch::new(Some(s(10)));
        for second in 0..100 {
            assert_eq!(watch.check(s(second), true), Idle::Active);
        }
        assert_eq!(watch.check(s(103), false), Idle::Active);
        assert_eq!(watch.check(s(105), false), Idle::Asking { seconds: 4 });
    }

    #[test]
    fn the_watch_can_be_switched_off() {
        let mut watch = IdleWatch::new(None);
        assert_eq!(watch.check(Duration::MAX, false), Idle::Active);
    }
}
