//! The time in a recording: it begins at the first frame, and stands still in pauses.

use std::time::Duration;

use bevy::platform::time::Instant;

/// The smallest time between two frames: the resolution of Matroska's timestamps.
const STEP: Duration = Duration::from_millis(1);

/// The part of a block of sound that belongs to a recording.
#[cfg(feature = "audio")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// The time of the block that comes before it.
    pub skip: Duration,
    /// Its place in the recording.
    pub at: Duration,
    pub length: Duration,
}

/// The clock of a recording. It reads no clock by itself: the caller gives each time.
#[derive(Debug)]
pub(super) struct RecordingClock {
    /// The start was requested.
    started: Instant,
    /// The time of the first frame, which is 0 in the recording.
    origin: Option<Instant>,
    /// The beginning of the pause that lasts.
    paused: Option<Instant>,
    /// The end of the last pause.
    resumed: Instant,
    /// The sum of the pauses that have ended, since the origin.
    pauses: Duration,
    /// The time of the last frame in the recording.
    last: Option<Duration>,
}

impl RecordingClock {
    /// The clock of a recording that is started now.
    pub fn new(now: Instant) -> Self {
        Self { started: now, origin: None, paused: None, resumed: now, pauses: Duration::ZERO, last: None }
    }

    /// Begins a pause.
    pub fn pause(&mut self, now: Instant) {
        self.paused.get_or_insert(now.max(self.resumed));
    }

    /// Ends the pause.
    pub fn resume(&mut self, now: Instant) {
        let Some(paused) = self.paused.take() else { return };
        self.resumed = now.max(paused);
        if let Some(origin) = self.origin {
            self.pauses += self.resumed.saturating_duration_since(paused.max(origin));
        }
    }

    /// Whether a pause lasts.
    pub fn is_paused(&self) -> bool {
        self.paused.is_some()
    }

    /// Whether there was no frame yet.
    pub fn is_empty(&self) -> bool {
        self.last.is_none()
    }

    /// The time in the recording of a frame that was captured then. Later than that of the frame before, and 0 for the
    /// first. `None` for a frame of a pause.
    pub fn frame(&mut self, captured: Instant) -> Option<Duration> {
        let is_first = self.origin.is_none();
        // The first frame may have been captured just before the start, or long ago if the source stands still.
        let captured = if is_first { captured.max(self.resumed) } else { captured };
        if captured < self.resumed || self.paused.is_some_and(|paused| captured >= paused) {
            return None;
        }
        let origin = *self.origin.get_or_insert(captured);
        let time = self.at(origin, captured);
        let time = self.last.map_or(Duration::ZERO, |last| time.max(last + STEP));
        self.last = Some(time);
        Some(time)
    }

    /// The part of sound that was captured then and for so long. `None` for sound before the first frame or of a pause.
    /// The clock knows the last pause alone, so that sound of the time before is left out.
    #[cfg(feature = "audio")]
    pub fn span(&self, captured: Instant, length: Duration) -> Option<Span> {
        let origin = self.origin?;
        let start = captured.max(origin).max(self.resumed);
        let end = captured + length;
        let end = self.paused.map_or(end, |paused| end.min(paused));
        let length = end.checked_duration_since(start).filter(|length| !length.is_zero())?;
        Some(Span { skip: start - captured, at: self.at(origin, start), length })
    }

    /// The time in the recording now. It stands still in pauses, and is 0 before the first frame.
    #[cfg(feature = "audio")]
    pub fn position(&self, now: Instant) -> Duration {
        self.origin.map_or(Duration::ZERO, |origin| self.at(origin, self.paused.unwrap_or(now)))
    }

    /// The length of the recording now: 0 before the first frame, and at least [`STEP`] after the last.
    pub fn length(&self, now: Instant) -> Duration {
        let (Some(origin), Some(last)) = (self.origin, self.last) else { return Duration::ZERO };
        self.at(origin, self.paused.unwrap_or(now)).max(last + STEP)
    }

    /// The time since the last frame, without pauses. Before the first frame: since the start.
    pub fn since_frame(&self, now: Instant) -> Duration {
        match (self.origin, self.last) {
            (Some(origin), Some(last)) => self.at(origin, self.paused.unwrap_or(now)).saturating_sub(last),
            _ => self.paused.unwrap_or(now).saturating_duration_since(self.started),
        }
    }

    fn at(&self, origin: Instant, now: Instant) -> Duration {
        now.saturating_duration_since(origin).saturating_sub(self.pauses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn the_first_frame_is_at_zero_whenever_it_comes() {
        let start = Instant::now() + ms(10_000);
        for captured in [start - ms(5_000), start - ms(20), start, start + ms(700)] {
            let mut clock = RecordingClock::new(start);
            assert_eq!(clock.frame(captured), Some(Duration::ZERO));
            assert_eq!(clock.frame(captured.max(start) + ms(40)), Some(ms(40)));
        }
    }

    #[test]
    fn pauses_are_cut_out() {
        let start = Instant::now();
        let mut clock = RecordingClock::new(start);
        assert_eq!(clock.frame(start), Some(ms(0)));
        clock.pause(start + ms(100));
        clock.pause(start + ms(120));
        assert_eq!(clock.frame(start + ms(90)), Some(ms(90)), "captured before the pause, and late");
        assert_eq!(clock.frame(start + ms(150)), None, "of the pause");
        assert_eq!(clock.length(start + ms(900)), ms(100));
        clock.resume(start + ms(1_100));
        clock.resume(start + ms(1_200));
        assert!(!clock.is_paused());
        assert_eq!(clock.frame(start + ms(1_000)), None, "of the pause, and late");
        assert_eq!(clock.frame(start + ms(1_150)), Some(ms(150)));
        assert_eq!(clock.length(start + ms(1_300)), ms(300));
    }

    #[test]
    fn a_recording_that_is_paused_before_its_first_frame_begins_after_the_pause() {
        let start = Instant::now();
        let mut clock = RecordingClock::new(start);
        clock.pause(start + ms(1));
        assert_eq!(clock.frame(start + ms(50)), None);
        clock.resume(start + ms(500));
        assert_eq!(clock.frame(start + ms(520)), Some(Duration::ZERO));
        assert_eq!(clock.frame(start + ms(550)), Some(ms(30)));
    }

    #[test]
    fn times_rise_even_if_the_source_repeats_them() {
        let start = Instant::now();
        let mut clock = RecordingClock::new(start);
        let times = [0, 33, 33, 20, 34].map(|at| clock.frame(start + ms(at)));
        assert_eq!(times, [0, 33, 34, 35, 36].map(|at| Some(ms(at))));
        assert_eq!(clock.length(start + ms(34)), ms(37));
    }

    #[cfg(feature = "audio")]
    #[test]
    fn sound_is_cut_at_the_first_frame_and_at_pauses() {
        let start = Instant::now();
        let mut clock = RecordingClock::new(start);
        let span = |clock: &RecordingClock, at: u64| {
            let span = clock.span(start + ms(at), ms(20))?;
            Some([span.skip, span.at, span.length].map(|time| time.as_millis()))
        };
        assert_eq!(span(&clock, 10), None, "before the first frame");
        clock.frame(start + ms(15));
        assert_eq!(span(&clock, 10), Some([5, 0, 15]));
        assert_eq!(span(&clock, 30), Some([0, 15, 20]));
        clock.pause(start + ms(60));
        assert_eq!(span(&clock, 50), Some([0, 35, 10]));
        assert_eq!(span(&clock, 60), None);
        assert_eq!(clock.position(start + ms(400)), ms(45));
        clock.resume(start + ms(500));
        assert_eq!(span(&clock, 470), None);
        assert_eq!(span(&clock, 490), Some([10, 45, 10]));
        assert_eq!(span(&clock, 510), Some([0, 55, 20]));
    }

    #[test]
    fn the_time_without_a_frame_leaves_pauses_out() {
        let start = Instant::now();
        let mut clock = RecordingClock::new(start);
        assert_eq!(clock.since_frame(start + ms(300)), ms(300));
        clock.frame(start + ms(300));
        clock.pause(start + ms(400));
        assert_eq!(clock.since_frame(start + ms(5_000)), ms(100));
        clock.resume(start + ms(5_000));
        assert_eq!(clock.since_frame(start + ms(5_200)), ms(300));
    }
}
