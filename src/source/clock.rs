//! The clock of synthetic devices.

use std::{thread, time::Duration};

use bevy::platform::time::Instant;

/// A clock with frames at even intervals since the first wait. The times are absolute, so a late frame doesn't delay
/// the next.
#[derive(Debug)]
pub(super) struct FrameClock {
    frame_rate: f64,
    start: Option<Instant>,
}

impl FrameClock {
    /// A clock with this frame rate, in Hz.
    pub(super) fn new(frame_rate: f64) -> Self {
        Self { frame_rate, start: None }
    }

    /// Waits until a frame is due, at most this long. Returns the newest due frame, which is a later one for a late
    /// caller, and its time. `None` if the frame isn't due yet.
    pub(super) fn wait_for(&mut self, sequence: u64, wait: Duration) -> Option<(u64, Instant)> {
        let start = *self.start.get_or_insert_with(Instant::now);
        let mut elapsed = start.elapsed();
        let due = self.due(sequence);
        if due > elapsed {
            let pause = wait.min(due - elapsed);
            // A browser's main thread can't sleep.
            if !pause.is_zero() && !cfg!(target_family = "wasm") {
                thread::sleep(pause);
                elapsed = start.elapsed();
            }
            if due > elapsed {
                return None;
            }
        }
        let sequence = self.newest_due(elapsed).max(sequence);
        Some((sequence, start.checked_add(self.due(sequence)).unwrap_or(start)))
    }

    /// The time from the first frame to this one.
    fn due(&self, sequence: u64) -> Duration {
        Duration::try_from_secs_f64(sequence as f64 / self.frame_rate).unwrap_or(Duration::MAX)
    }

    /// The newest frame that is due at this time since the first one.
    fn newest_due(&self, elapsed: Duration) -> u64 {
        // Times are whole nanoseconds, so the product can be off by one.
        let about = (elapsed.as_secs_f64() * self.frame_rate) as u64;
        let is_due = |sequence: &u64| self.due(*sequence) <= elapsed;
        [about.saturating_add(1), about].into_iter().find(is_due).unwrap_or(about.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_due_at_even_times_however_late_they_are_read() {
        let mut clock = FrameClock::new(20.0);
        let (first, start) = clock.wait_for(0, Duration::ZERO).expect("the first frame is due at once");
        assert_eq!(first, 0);
        assert_eq!(clock.wait_for(1, Duration::ZERO), None, "frame 1 isn't due for 50 ms");
        thread::sleep(Duration::from_millis(220));
        let (late, due) = clock.wait_for(1, Duration::ZERO).expect("frame 4 is due");
        assert!(late >= 4, "{late}");
        assert_eq!(due - start, Duration::from_millis(50 * late));
        let (next, due) = clock.wait_for(late + 1, Duration::from_secs(20)).expect("it comes within 20 s");
        assert!(next > late);
        assert_eq!(due - start, Duration::from_millis(50 * next));
    }

    #[test]
    fn rates_that_no_binary_number_holds_lose_no_frame() {
        for frame_rate in [30_000.0 / 1001.0, 29.97, 7.0, 1000.0 / 3.0] {
            let clock = FrameClock::new(frame_rate);
            for sequence in (0..100_000).step_by(7) {
                let due = clock.due(sequence);
                assert_eq!(clock.newest_due(due), sequence, "{frame_rate} Hz");
                assert_eq!(clock.newest_due(due + Duration::from_nanos(10)), sequence, "{frame_rate} Hz");
            }
        }
    }
}
