//! Two seconds of frames, for a boomerang.

use std::time::Duration;

use bevy::prelude::*;
use bevy_viewfinder::photo::Photo;

/// The fewest frames that move.
const FEWEST: usize = 2;

/// The most frames that are requested and not answered yet.
const IN_FLIGHT: usize = 3;

/// The longest wait for the last frames.
const PATIENCE: Duration = Duration::from_secs(20);

/// Frames that are taken at even intervals.
#[derive(Debug)]
pub struct Recording {
    /// The time of its start.
    pub start: Duration,
    length: Duration,
    interval: Duration,
    /// The size of the frames.
    pub size: UVec2,
    requested: usize,
    frames: Vec<(Duration, Photo)>,
}

impl Recording {
    /// A recording that starts now. `aspect` is the track's width by its height.
    pub fn new(now: Duration, length: Duration, frame_rate: f32, width: u32, aspect: f64) -> Self {
        let height = (f64::from(width) / aspect.clamp(0.25, 4.0)).round() as u32;
        let interval = Duration::from_secs_f32(1.0 / frame_rate.clamp(1.0, 60.0));
        Self {
            start: now,
            length,
            interval,
            size: UVec2::new(width, height.max(1)),
            requested: 0,
            frames: Vec::new(),
        }
    }

    /// The elapsed part, from 0 to 1.
    pub fn progress(&self, now: Duration) -> f32 {
        (now.saturating_sub(self.start).as_secs_f32() / self.length.as_secs_f32().max(0.001)).min(1.0)
    }

    /// The time of the next frame, if it is time to request one.
    pub fn due(&mut self, now: Duration) -> Option<Duration> {
        let time = now.saturating_sub(self.start);
        let enough = time > self.length && self.requested >= FEWEST;
        let waiting = self.requested.saturating_sub(self.frames.len());
        if enough || waiting >= IN_FLIGHT || time < self.interval * self.requested as u32 {
            return None;
        }
        self.requested += 1;
        Some(time)
    }

    /// Keeps a frame, with the time that [`due`](Self::due) returned for it.
    pub fn add(&mut self, time: Duration, photo: Photo) {
        self.frames.push((time, photo));
    }

    /// True if frames stay away for so long that they won't come any more.
    pub fn is_stuck(&self, now: Duration) -> bool {
        now.saturating_sub(self.start) > self.length + PATIENCE
    }

    /// The frames with their times, once all have come.
    pub fn finish(&mut self, now: Duration) -> Option<Vec<(Duration, Photo)>> {
        let is_over = now.saturating_sub(self.start) > self.length;
        let all = self.frames.len() >= FEWEST && self.frames.len() == self.requested;
        (is_over && all).then(|| std::mem::take(&mut self.frames))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo() -> Photo {
        Photo::new(UVec2::ONE, [0; 4])
    }

    /// Records with an app that updates this often, and answers after this many updates.
    fn record(update: u64, answer: usize) -> Vec<u64> {
        let mut recording = Recording::new(Duration::ZERO, Duration::from_secs(2), 12.5, 480, 16.0 / 9.0);
        assert_eq!(recording.size, UVec2::new(480, 270));
        let mut pending = Vec::new();
        for step in 0.. {
            let now = Duration::from_millis(step * update);
            if let Some((due, time)) = pending.first().copied()
                && due <= step
            {
                pending.remove(0);
                recording.add(time, photo());
            }
            if let Some(time) = recording.due(now) {
                pending.push((step + answer as u64, time));
            }
            if let Some(frames) = recording.finish(now) {
                return frames.into_iter().map(|(time, _)| time.as_millis() as u64).collect();
            }
            assert!(step < 10_000, "it ends");
        }
        unreachable!("it ends");
    }

    #[test]
    fn frames_are_taken_at_even_intervals_and_are_bounded() {
        let times = record(16, 2);
        assert!((25..=26).contains(&times.len()), "{times:?}");
        assert!(times.windows(2).all(|pair| (64..=96).contains(&(pair[1] - pair[0]))), "{times:?}");
    }

    #[test]
    fn a_slow_renderer_still_gets_two_frames() {
        assert!(record(700, 1).len() >= 2);
        assert!(record(3000, 2).len() >= 2);
    }

    #[test]
    fn a_frame_that_never_comes_does_not_end_it() {
        let mut recording = Recording::new(Duration::ZERO, Duration::from_secs(2), 12.5, 480, f64::NAN);
        let requests = (0..200).filter(|step| recording.due(Duration::from_millis(step * 16)).is_some());
        assert_eq!(requests.count(), IN_FLIGHT);
        assert!(recording.finish(Duration::from_secs(9)).is_none());
        assert!(!recording.is_stuck(Duration::from_secs(9)) && recording.is_stuck(Duration::from_secs(23)));
    }
}
