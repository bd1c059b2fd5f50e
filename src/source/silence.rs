//! Detects that a device sends no frames, and schedules its reopening.

use std::time::Duration;

use bevy::platform::time::Instant;

/// Frame intervals without a frame after which a device is silent.
const INTERVALS: f64 = 5.0;
/// A device is never silent before this.
const SHORTEST_LIMIT: Duration = Duration::from_secs(1);
/// The pause before the first reopening, in limits. Each further pause is twice as long.
const FIRST_PAUSE: u32 = 3;
/// The longest pause before a device whose connection broke is opened again. Each further pause is twice as long.
const RECONNECTION_PAUSE: Duration = Duration::from_secs(1);
/// No pause is longer, unless the limit is.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The time without a frame after which a device of this rate is silent: five intervals, at least a second. `None` if
/// the rate is unknown (0).
pub(crate) fn silence_limit(frame_rate: f64) -> Option<Duration> {
    let intervals = Duration::try_from_secs_f64(INTERVALS / frame_rate).ok()?;
    Some(intervals.max(SHORTEST_LIMIT))
}

/// Measures how long a device has sent no frame.
///
/// Time without checks (the page was hidden, the machine slept) counts little: it reveals nothing about the device.
#[derive(Debug)]
pub(crate) struct SilenceWatch {
    /// `None` if the device may be silent for any time.
    limit: Option<Duration>,
    /// The time of the last check.
    checked: Instant,
    /// The time since the last frame, or since the device was opened last.
    quiet: Duration,
    silent: bool,
    /// The device is reopened after this much quiet.
    pause: Duration,
}

/// The next action for a device that sends no frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SilenceAction {
    /// Mute its tracks.
    Mute,
    /// Close it and open it again.
    Reopen,
}

impl SilenceWatch {
    pub fn new(limit: Option<Duration>, now: Instant) -> Self {
        Self { limit, checked: now, quiet: Duration::ZERO, silent: false, pause: Duration::ZERO }
    }

    /// Whether the device has been silent for its limit, and has sent no frame since.
    pub fn is_silent(&self) -> bool {
        self.silent
    }

    /// The device runs in another mode.
    #[cfg(target_family = "wasm")]
    pub fn set_limit(&mut self, limit: Option<Duration>) {
        self.limit = limit;
    }

    /// A frame arrived. Returns whether it ends a silence.
    pub fn frame(&mut self, now: Instant) -> bool {
        self.checked = now;
        self.quiet = Duration::ZERO;
        std::mem::take(&mut self.silent)
    }

    /// The device was opened again, and its limit may have changed. It is as silent as before until a frame arrives.
    pub fn opened(&mut self, limit: Option<Duration>, now: Instant) {
        self.limit = limit;
        self.checked = now;
        self.quiet = Duration::ZERO;
    }

    /// The connection to the device broke: it is silent from now on, and opened again soon.
    pub fn disconnected(&mut self, now: Instant) {
        let limit = *self.limit.get_or_insert(SHORTEST_LIMIT);
        self.checked = now;
        self.quiet = Duration::ZERO;
        self.silent = true;
        self.pause = limit.min(RECONNECTION_PAUSE);
    }

    /// No frame is there now.
    pub fn check(&mut self, now: Instant) -> Option<SilenceAction> {
        let limit = self.limit?;
        self.quiet += now.saturating_duration_since(self.checked).min(limit / 2);
        self.checked = now;
        if !self.silent && self.quiet >= limit {
            self.silent = true;
            self.pause = limit * FIRST_PAUSE;
            Some(SilenceAction::Mute)
        } else if self.silent && self.quiet >= self.pause {
            self.quiet = Duration::ZERO;
            self.pause = (self.pause * 2).min(LONGEST_PAUSE.max(limit));
            Some(SilenceAction::Reopen)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICK: Duration = Duration::from_millis(50);

    /// The actions of a device that sends nothing for this many seconds, with the second of each.
    fn actions(watch: &mut SilenceWatch, now: &mut Instant, seconds: u32) -> Vec<(SilenceAction, u64)> {
        let start = *now;
        let mut actions = vec![];
        for _ in 0..seconds * 20 {
            *now += TICK;
            actions.extend(watch.check(*now).map(|action| (action, (*now - start).as_secs())));
        }
        actions
    }

    #[test]
    fn five_intervals_are_silence_and_never_less_than_a_second() {
        assert_eq!(silence_limit(30.0), Some(Duration::from_secs(1)));
        assert_eq!(silence_limit(1.0), Some(Duration::from_secs(5)));
        assert_eq!(silence_limit(0.25), Some(Duration::from_secs(20)));
        for unknown in [0.0, -1.0, f64::NAN, f64::MIN_POSITIVE] {
            assert_eq!(silence_limit(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_silent_device_is_reopened_after_pauses_that_grow_to_a_minute() {
        use SilenceAction::{Mute, Reopen};
        let mut now = Instant::now();
        let mut watch = SilenceWatch::new(silence_limit(30.0), now);
        let seen = actions(&mut watch, &mut now, 220);
        let expected =
            [(Mute, 1), (Reopen, 3), (Reopen, 9), (Reopen, 21), (Reopen, 45), (Reopen, 93), (Reopen, 153)];
        assert_eq!(seen[..7], expected);
        assert_eq!(seen[7..], [(Reopen, 213)], "a minute is the longest");
        assert!(watch.is_silent());
        assert!(watch.frame(now) && !watch.is_silent(), "a frame ends it");
        assert!(!watch.frame(now), "once");
        assert_eq!(actions(&mut watch, &mut now, 4), [(Mute, 1), (Reopen, 3)], "the pauses begin again");
    }

    #[test]
    fn a_slow_device_is_not_silent() {
        let mut now = Instant::now();
        let mut watch = SilenceWatch::new(silence_limit(1.0), now);
        for _ in 0..10 {
            assert_eq!(actions(&mut watch, &mut now, 4), []);
            watch.frame(now);
        }
        let mut unlimited = SilenceWatch::new(None, now);
        assert_eq!(actions(&mut unlimited, &mut now, 1000), []);
    }

    #[test]
    fn time_in_which_nobody_looked_is_no_silence() {
        let mut now = Instant::now();
        let mut watch = SilenceWatch::new(silence_limit(30.0), now);
        now += Duration::from_secs(3600);
        assert_eq!(watch.check(now), None);
        assert_eq!(actions(&mut watch, &mut now, 1), [(SilenceAction::Mute, 0)]);
    }

    #[test]
    fn a_device_whose_connection_broke_is_reopened_soon_and_then_after_pauses_that_grow() {
        use SilenceAction::Reopen;
        let mut now = Instant::now();
        for limit in [Some(Duration::from_secs(3)), None] {
            let mut watch = SilenceWatch::new(limit, now);
            watch.disconnected(now);
            assert!(watch.is_silent());
            let seen = actions(&mut watch, &mut now, 32);
            assert_eq!(seen, [(Reopen, 1), (Reopen, 3), (Reopen, 7), (Reopen, 15), (Reopen, 31)]);
            assert!(watch.frame(now));
        }
    }

    #[test]
    fn reopening_does_not_end_a_silence() {
        let mut now = Instant::now();
        let mut watch = SilenceWatch::new(silence_limit(30.0), now);
        actions(&mut watch, &mut now, 4);
        watch.opened(silence_limit(30.0), now);
        assert!(watch.is_silent());
        assert_eq!(actions(&mut watch, &mut now, 7), [(SilenceAction::Reopen, 6)]);
    }
}
