//! The clock of a stream, in the app's time.

use std::time::Duration;

use ::cpal::InputStreamTimestamp;
use bevy::platform::time::Instant;

/// The part of the way to a later offset that the clock goes with each block. A block that comes late moves it little,
/// and a drift between the two clocks is followed.
const FOLLOW: f64 = 0.001;

/// The offset between the time of a stream and that of the app.
///
/// The times of a stream have no common origin with [`Instant`]. A callback runs at the time that its time stamp says,
/// or later. So the smallest difference is the offset.
#[derive(Debug, Default)]
pub(super) struct StreamClock {
    /// The first callback's time in the app, and its time in the stream.
    origin: Option<(Instant, Duration)>,
    /// The offset to that of the first callback, in seconds.
    offset: f64,
}

impl StreamClock {
    /// The time at which the first sample of a block was captured that is delivered now.
    pub fn captured(&mut self, timestamp: InputStreamTimestamp, now: Instant) -> Instant {
        let [callback, capture] = [timestamp.callback, timestamp.capture].map(since_zero);
        let (origin, first) = *self.origin.get_or_insert((now, callback));
        let late = seconds_between(origin, now) - (callback.as_secs_f64() - first.as_secs_f64());
        self.offset = if late < self.offset { late } else { self.offset + (late - self.offset) * FOLLOW };
        let at = capture.as_secs_f64() - first.as_secs_f64() + self.offset;
        // Never in the future.
        shifted(origin, at).min(now)
    }
}

fn since_zero(instant: ::cpal::StreamInstant) -> Duration {
    instant.duration_since(::cpal::StreamInstant::ZERO)
}

/// The time from one instant to another, which is negative if the second is earlier.
fn seconds_between(from: Instant, to: Instant) -> f64 {
    match to.checked_duration_since(from) {
        Some(later) => later.as_secs_f64(),
        None => -from.duration_since(to).as_secs_f64(),
    }
}

/// An instant, so many seconds later.
fn shifted(instant: Instant, seconds: f64) -> Instant {
    let Ok(distance) = Duration::try_from_secs_f64(seconds.abs()) else { return instant };
    let shifted = if seconds < 0.0 { instant.checked_sub(distance) } else { instant.checked_add(distance) };
    shifted.unwrap_or(instant)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The errors of the capture times of blocks of 10 ms, in seconds, whose callbacks are late by these times.
    fn errors(late: impl Iterator<Item = f64>, ppm: f64) -> Vec<f64> {
        let start = Instant::now() + Duration::from_secs(100);
        let mut clock = StreamClock::default();
        let error = |(index, late): (usize, f64)| {
            let captured = index as f64 * 0.01;
            let stream_time =
                |seconds: f64| ::cpal::StreamInstant::from_secs_f64(7.0 + seconds * (1.0 + ppm * 1e-6));
            let timestamp = InputStreamTimestamp {
                callback: stream_time(captured + 0.01),
                capture: stream_time(captured),
            };
            let now = shifted(start, captured + 0.01 + late);
            seconds_between(start, clock.captured(timestamp, now)) - captured
        };
        late.enumerate().map(error).collect()
    }

    #[test]
    fn late_callbacks_do_not_move_the_sound() {
        let late = (0..3_000).map(|index| match index {
            0 => 0.02,
            index if index % 100 == 99 => 0.06,
            index => 0.001 * f64::from(index % 3),
        });
        let errors = errors(late, 0.0);
        assert!(errors[1..].iter().all(|error| (-1e-6..0.004).contains(error)), "{errors:?}");
    }

    #[test]
    fn a_drift_between_the_clocks_is_followed() {
        for ppm in [-50.0, 50.0] {
            let errors = errors(std::iter::repeat_n(0.0, 60_000), ppm);
            let worst = errors.iter().fold(0.0_f64, |worst, error| worst.max(error.abs()));
            assert!(worst < 0.002, "{worst} s at {ppm} ppm");
        }
    }

    #[test]
    fn absurd_time_stamps_give_no_time_in_the_future() {
        let mut clock = StreamClock::default();
        let now = Instant::now();
        for (callback, capture) in [(0, 1_000), (1_000, u64::MAX), (u64::MAX, 0), (0, 0)] {
            let [callback, capture] = [callback, capture].map(|secs| ::cpal::StreamInstant::new(secs, 0));
            assert!(clock.captured(InputStreamTimestamp { callback, capture }, now) <= now);
        }
    }
}
