//! The one-euro filter on landmarks: smooth while the face rests, and without delay while it moves.
//!
//! *1€ Filter: A Simple Speed-based Low-pass Filter* (Casiez, Roussel and Vogel, 2012).

use super::{FaceLandmarks, LANDMARKS};

/// How strongly landmarks are smoothed.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct FilterConfig {
    /// The cutoff frequency of a landmark that rests, in Hz. Less is smoother. 0.5 by default.
    pub min_cutoff: f32,
    /// The cutoff frequency, in Hz, that each width of the face per second adds. More follows motion with less delay.
    /// 40 by default.
    pub speed_factor: f32,
    /// The cutoff frequency of the speed, in Hz. 1 by default.
    pub speed_cutoff: f32,
}

impl Default for FilterConfig {
    fn default() -> Self {
        Self { min_cutoff: 0.5, speed_factor: 40.0, speed_cutoff: 1.0 }
    }
}

/// The state of the landmarks of a face.
#[derive(Clone)]
pub(super) struct LandmarkFilter {
    time: f64,
    points: [[f32; 3]; LANDMARKS],
    /// In widths of the face per second.
    speeds: [[f32; 3]; LANDMARKS],
}

impl LandmarkFilter {
    /// A filter that begins with these landmarks.
    pub fn new(time: f64, landmarks: &FaceLandmarks) -> Self {
        Self { time, points: landmarks.points, speeds: [[0.0; 3]; LANDMARKS] }
    }

    /// Smooths the landmarks of a later time, in seconds.
    pub fn apply(&mut self, time: f64, landmarks: &FaceLandmarks, config: &FilterConfig) -> FaceLandmarks {
        let elapsed = (time - self.time) as f32;
        let [across, down] = landmarks.bounds().size();
        let size = across.max(down / landmarks.aspect);
        // A clock that stands still or goes back, or a long gap: begin again.
        if !(elapsed > 0.0 && elapsed < 1.0 && size > 0.0) {
            *self = Self::new(time, landmarks);
            return landmarks.clone();
        }
        self.time = time;
        // Widths of the face for each direction of uv.
        let units = [1.0 / size, 1.0 / (landmarks.aspect * size), 1.0 / size];
        let share_of_speed = share(config.speed_cutoff, elapsed);
        let states = self.points.iter_mut().zip(&mut self.speeds);
        for ((point, speed), target) in states.zip(&landmarks.points) {
            for k in 0..3 {
                let now = (target[k] - point[k]) * units[k] / elapsed;
                speed[k] += share_of_speed * (now - speed[k]);
            }
            let total = speed.iter().map(|value| value * value).sum::<f32>().sqrt();
            let share = share(config.min_cutoff + config.speed_factor * total, elapsed);
            for k in 0..3 {
                point[k] += share * (target[k] - point[k]);
            }
        }
        FaceLandmarks { points: self.points, ..*landmarks }
    }
}

/// The share of a new value in the smoothed one.
fn share(cutoff: f32, elapsed: f32) -> f32 {
    let angle = std::f32::consts::TAU * cutoff * elapsed;
    // Settings that are infinite, or aren't numbers, don't smooth.
    if angle.is_finite() { angle.max(0.0) / (angle.max(0.0) + 1.0) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::canonical;

    fn face(x: f32, noise: f32, frame: usize) -> FaceLandmarks {
        let mut points = canonical::VERTICES.map(|[a, b, c]| [x + a, 0.5 - b, -c]);
        for (index, point) in points.iter_mut().enumerate() {
            let value = ((frame * 7919 + index * 104_729) % 1009) as f32 / 1009.0 - 0.5;
            point[0] += noise * value;
        }
        FaceLandmarks { points, presence: 1.0, aspect: 1.0 }
    }

    #[test]
    fn a_face_at_rest_trembles_less() {
        let mut filter = LandmarkFilter::new(0.0, &face(0.5, 0.001, 0));
        let (mut raw, mut smooth) = (0.0, 0.0);
        let mut last = (0.0f32, 0.0f32);
        for frame in 1..200 {
            let landmarks = face(0.5, 0.001, frame);
            let filtered = filter.apply(frame as f64 / 30.0, &landmarks, &FilterConfig::default());
            let now = (landmarks.points[4][0], filtered.points[4][0]);
            if frame > 30 {
                raw += (now.0 - last.0).abs();
                smooth += (now.1 - last.1).abs();
            }
            last = now;
        }
        assert!(smooth < 0.5 * raw, "{smooth} of {raw}");
    }

    #[test]
    fn a_moving_face_is_followed() {
        let mut filter = LandmarkFilter::new(0.0, &face(0.2, 0.0, 0));
        for frame in 1..=30 {
            let landmarks = face(0.2 + 0.5 * frame as f32 / 30.0, 0.0, 0);
            let filtered = filter.apply(f64::from(frame) / 30.0, &landmarks, &FilterConfig::default());
            if frame > 10 {
                let behind = landmarks.points[4][0] - filtered.points[4][0];
                assert!(behind.abs() < 0.004, "{behind} at frame {frame}");
            }
        }
    }

    #[test]
    fn odd_times_and_settings_begin_again() {
        for (time, config) in [
            (0.0, FilterConfig::default()),
            (-1.0, FilterConfig::default()),
            (f64::NAN, FilterConfig::default()),
            (100.0, FilterConfig::default()),
            (0.1, FilterConfig { min_cutoff: f32::INFINITY, speed_factor: f32::NAN, speed_cutoff: -1.0 }),
            (0.1, FilterConfig { min_cutoff: f32::NAN, ..FilterConfig::default() }),
        ] {
            let mut filter = LandmarkFilter::new(0.0, &face(0.2, 0.0, 0));
            let target = face(0.7, 0.0, 0);
            assert!(filter.apply(time, &target, &config) == target, "{time}");
        }
    }
}
