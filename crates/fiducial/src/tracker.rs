//! Markers over time: found and lost, one of two poses, and smooth motion.

use crate::linear::{self, Vector, add, length, multiply, scale, subtract, transpose};
use crate::pose::{Pose, PoseEstimate};

/// Settings of a [`Tracker`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct TrackerConfig {
    /// The filter of the motion. `None` gives the poses as they were measured.
    pub filter: Option<FilterConfig>,
    /// The number of ambiguous frames after which a new marker takes the pose with the smaller error. The default is
    /// 10.
    ///
    /// Until then it waits for a frame that tells its two poses apart.
    pub patience: u32,
}

impl Default for TrackerConfig {
    fn default() -> Self {
        Self { filter: Some(FilterConfig::default()), patience: 10 }
    }
}

/// Settings of the 1-euro filter (Casiez, Roussel and Vogel, 2012): a low pass whose cutoff rises with the speed.
///
/// The cutoff is `min_cutoff + beta * speed`. There are three speeds, in radians per second: that of the rotation; that
/// of the distance, divided by the distance; and ten times that of the place in the image, which is measured so much
/// more exactly. So the settings suit markers of every size.
///
/// To choose them: hold a marker still and lower `min_cutoff` until it doesn't jitter. Then move it fast and raise
/// `beta` until it doesn't lag.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilterConfig {
    /// The cutoff at rest, in Hz. The default is 1.5.
    pub min_cutoff: f64,
    /// The rise of the cutoff with the speed, in Hz per radian per second. The default is 20.
    pub beta: f64,
    /// The cutoff of the speed, in Hz. The default is 2.
    pub speed_cutoff: f64,
}

impl Default for FilterConfig {
    fn default() -> Self {
        Self { min_cutoff: 1.5, beta: 20.0, speed_cutoff: 2.0 }
    }
}

/// A change in the markers that are visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrackEvent<K> {
    /// The marker was in two of the last three frames.
    Found(K),
    /// The marker was missing in two of the last three frames.
    Lost(K),
}

/// A marker that is or was visible.
#[derive(Debug, Clone, PartialEq)]
pub struct Track<K> {
    /// The marker.
    pub key: K,
    /// The filtered pose of the last frame in which the marker was seen.
    pub pose: Pose,
    /// The pose as it was measured then.
    pub measured: Pose,
    /// Whether the marker counts as visible: it was in two of the last three frames.
    pub is_visible: bool,
    /// Whether the marker was in the last frame.
    pub is_seen: bool,
    /// Whether the frame that shows which of two poses is right is still to come.
    is_open: bool,
    /// One bit for each of the last three frames, the last one in the lowest bit.
    history: u8,
    ambiguous_frames: u32,
    time: f64,
    distance_speed: Vector,
    image_speed: Vector,
    rotation_speed: Vector,
}

/// Follows markers, boards, or other objects with an identity `K`, by the pose estimates of each frame.
///
/// It doesn't know the time and has no threads: the same input gives the same output.
#[derive(Debug, Clone)]
pub struct Tracker<K> {
    config: TrackerConfig,
    tracks: Vec<Track<K>>,
    events: Vec<TrackEvent<K>>,
}

impl<K> Default for Tracker<K> {
    fn default() -> Self {
        Self { config: TrackerConfig::default(), tracks: Vec::new(), events: Vec::new() }
    }
}

/// The weight of the speed in the image.
const IMAGE_WEIGHT: f64 = 10.0;

/// Frames further apart, in seconds, start the filter again.
const MAX_PAUSE: f64 = 0.5;

/// The time between frames whose times don't ascend, in seconds.
const USUAL_FRAME: f64 = 1.0 / 30.0;

impl<K: Copy + PartialEq> Tracker<K> {
    /// A tracker with these settings.
    pub fn new(config: TrackerConfig) -> Self {
        Self { config, ..Self::default() }
    }

    /// The markers that are or were visible in the last three frames.
    pub fn tracks(&self) -> &[Track<K>] {
        &self.tracks
    }

    /// The marker, if it is visible.
    pub fn visible(&self, key: K) -> Option<&Track<K>> {
        self.tracks.iter().find(|track| track.key == key && track.is_visible)
    }

    /// Forgets all markers, as for another camera. No marker is reported as lost.
    pub fn clear(&mut self) {
        self.tracks.clear();
    }

    /// Takes the markers of a frame, and reports those that were found or lost.
    ///
    /// `time` is the time of the frame in seconds. If it doesn't ascend, a usual frame rate is assumed. If a marker is
    /// there twice, the one that is nearer to its last place counts.
    pub fn update(&mut self, time: f64, sightings: &[(K, PoseEstimate)]) -> &[TrackEvent<K>] {
        self.events.clear();
        for track in &mut self.tracks {
            track.history = track.history << 1 & 0b111;
            track.is_seen = false;
            let sighting = sightings.iter().filter(|(key, _)| *key == track.key).min_by(|(_, a), (_, b)| {
                let way = |estimate: &PoseEstimate| {
                    length(subtract(estimate.best.pose.translation, track.measured.translation))
                };
                way(a).total_cmp(&way(b))
            });
            if let Some((_, estimate)) = sighting {
                track.see(time, estimate, &self.config);
            }
        }
        for (index, (key, estimate)) in sightings.iter().enumerate() {
            let is_known = self.tracks.iter().any(|track| track.key == *key);
            let same = sightings.iter().enumerate().filter(|(_, (other, _))| other == key);
            let is_best = same.clone().all(|(other, (_, other_estimate))| {
                (estimate.best.error, index) <= (other_estimate.best.error, other)
            });
            if !is_known && is_best {
                self.tracks.push(Track::new(*key, time, estimate));
            }
        }
        for track in &mut self.tracks {
            let is_visible = track.history.count_ones() >= 2 && !track.is_open;
            match (track.is_visible, is_visible) {
                (false, true) => self.events.push(TrackEvent::Found(track.key)),
                (true, false) => self.events.push(TrackEvent::Lost(track.key)),
                _ => {}
            }
            track.is_visible = is_visible;
        }
        self.tracks.retain(|track| track.history != 0);
        &self.events
    }
}

impl<K: Copy + PartialEq> Track<K> {
    fn new(key: K, time: f64, estimate: &PoseEstimate) -> Self {
        let is_open = estimate.is_ambiguous();
        let pose = estimate.best.pose;
        Self {
            key,
            pose,
            measured: pose,
            is_visible: false,
            is_seen: true,
            is_open,
            history: 1,
            ambiguous_frames: u32::from(is_open),
            time,
            distance_speed: [0.0; 3],
            image_speed: [0.0; 3],
            rotation_speed: [0.0; 3],
        }
    }

    fn see(&mut self, time: f64, estimate: &PoseEstimate, config: &TrackerConfig) {
        self.history |= 1;
        self.is_seen = true;
        let measured = match estimate.alternative {
            Some(other) if estimate.is_ambiguous() => {
                self.ambiguous_frames = self.ambiguous_frames.saturating_add(1);
                let (best, other) = (estimate.best.pose, other.pose);
                let other_is_nearer = self.measured.angle_to(&other) < self.measured.angle_to(&best);
                if !self.is_open && other_is_nearer { other } else { best }
            }
            _ => {
                self.ambiguous_frames = 0;
                estimate.best.pose
            }
        };
        let was_open = self.is_open;
        self.is_open = was_open && (1..config.patience).contains(&self.ambiguous_frames);
        let passed = time - self.time;
        let passed = if passed.is_nan() || passed <= 0.0 { USUAL_FRAME } else { passed };
        self.time = time;
        self.measured = measured;
        match config.filter {
            Some(filter) if passed <= MAX_PAUSE && !was_open => self.smooth(&filter, passed),
            _ => {
                self.pose = measured;
                self.distance_speed = [0.0; 3];
                self.image_speed = [0.0; 3];
                self.rotation_speed = [0.0; 3];
            }
        }
    }

    /// Moves the filtered pose toward the measured one.
    fn smooth(&mut self, filter: &FilterConfig, passed: f64) {
        let distance = length(self.measured.translation).max(1e-12);
        let sight = scale(self.measured.translation, 1.0 / distance);
        let way = subtract(self.measured.translation, self.pose.translation);
        let farther = scale(sight, linear::dot(way, sight));
        let across = subtract(way, farther);
        let speed = |way: Vector| scale(way, 1.0 / (distance * passed));
        let farther = scale(farther, filter_step(filter, &mut self.distance_speed, speed(farther), passed));
        let image_speed = scale(speed(across), IMAGE_WEIGHT);
        let across = scale(across, filter_step(filter, &mut self.image_speed, image_speed, passed));
        let translation = add(self.pose.translation, add(farther, across));

        let turn =
            linear::vector_from_rotation(&multiply(&self.measured.rotation, &transpose(&self.pose.rotation)));
        let part = filter_step(filter, &mut self.rotation_speed, scale(turn, 1.0 / passed), passed);
        let rotation = multiply(&linear::rotation_from_vector(scale(turn, part)), &self.pose.rotation);
        let rotation = linear::rotation_from_quaternion(linear::quaternion_from_rotation(&rotation));
        self.pose = Pose { rotation, translation };
    }
}

/// Filters a speed, and returns the part of the way to go.
fn filter_step(filter: &FilterConfig, filtered_speed: &mut Vector, speed: Vector, passed: f64) -> f64 {
    let part = |cutoff: f64| {
        let constant = 1.0 / (std::f64::consts::TAU * cutoff.max(1e-6));
        1.0 / (1.0 + constant / passed)
    };
    let change = subtract(speed, *filtered_speed);
    *filtered_speed = add(*filtered_speed, scale(change, part(filter.speed_cutoff)));
    part(filter.min_cutoff + filter.beta * length(*filtered_speed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pose::Candidate;

    fn pose(angle: f64, x: f64) -> Pose {
        Pose::from_rotation_vector([3.0, angle, 0.0], [x, 0.0, 1.0])
    }

    fn clear(pose: Pose) -> PoseEstimate {
        PoseEstimate { best: Candidate { pose, error: 0.1 }, alternative: None }
    }

    fn ambiguous(best: Pose, other: Pose) -> PoseEstimate {
        let alternative = Some(Candidate { pose: other, error: 0.11 });
        PoseEstimate { best: Candidate { pose: best, error: 0.1 }, alternative }
    }

    #[test]
    fn two_of_three_frames_decide() {
        let mut tracker = Tracker::default();
        let seen = |tracker: &mut Tracker<u32>, frame: u32, is_there: bool| {
            let sightings = [(7, clear(pose(0.0, 0.0)))];
            let sightings = if is_there { &sightings[..] } else { &[] };
            tracker.update(f64::from(frame) / 30.0, sightings).to_vec()
        };
        let frames = [true, false, true, false, true, true, false, false, false, true, false, false, false];
        let events: Vec<_> =
            frames.into_iter().zip(0..).map(|(there, k)| seen(&mut tracker, k, there)).collect();
        let none = vec![];
        let found = vec![TrackEvent::Found(7)];
        let lost = vec![TrackEvent::Lost(7)];
        assert_eq!(events[..4], [none.clone(), none.clone(), found.clone(), lost.clone()]);
        assert_eq!(events[4..8], [found, none.clone(), none.clone(), lost]);
        assert!(events[8..].iter().all(Vec::is_empty), "one frame isn't enough");
        assert!(tracker.tracks().is_empty());
    }

    #[test]
    fn history_chooses_between_two_poses() {
        let (right, wrong) = (pose(0.4, 0.0), pose(-0.4, 0.0));
        let mut tracker = Tracker::default();
        tracker.update(0.0, &[(1, clear(right))]);
        for frame in 1..50 {
            tracker.update(f64::from(frame) / 30.0, &[(1, ambiguous(wrong, right))]);
            assert!(tracker.visible(1).unwrap().pose.angle_to(&right) < 1e-6);
        }
    }

    #[test]
    fn a_new_ambiguous_marker_waits_but_not_forever() {
        let (right, wrong) = (pose(0.4, 0.0), pose(-0.4, 0.0));
        let mut tracker = Tracker::default();
        for frame in 0..3 {
            assert_eq!(tracker.update(f64::from(frame) / 30.0, &[(1, ambiguous(wrong, right))]), []);
        }
        assert_eq!(tracker.update(0.1, &[(1, clear(right))]), [TrackEvent::Found(1)]);
        assert!(tracker.visible(1).unwrap().pose.angle_to(&right) < 1e-6);

        let mut tracker = Tracker::default();
        let first = (1..100).find(|&frame| {
            let events = tracker.update(f64::from(frame) / 30.0, &[(1, ambiguous(right, wrong))]);
            !events.is_empty()
        });
        assert_eq!(first, Some(10));
    }

    #[test]
    fn the_filter_calms_a_resting_marker_and_follows_a_moving_one() {
        let mut tracker = Tracker::default();
        let mut spread: f64 = 0.0;
        for frame in 0..300 {
            // Noise of 1 mm at 1 m, up and down in a fixed pattern.
            let noise = 0.001 * [1.0, -1.0, 0.5, -0.7, 0.2][frame % 5];
            tracker.update(frame as f64 / 30.0, &[(1, clear(pose(noise, noise)))]);
            if frame > 100 {
                spread = spread.max(tracker.tracks()[0].pose.translation[0].abs());
            }
        }
        assert!(spread < 0.0005, "{spread}");
        // 1 m/s: within 3 cm after a second.
        for frame in 0..30 {
            let x = frame as f64 / 30.0;
            tracker.update(10.0 + x, &[(1, clear(pose(x, x)))]);
        }
        let track = &tracker.tracks()[0];
        assert!(track.pose.translation[0] > 29.0 / 30.0 - 0.03, "{:?}", track.pose.translation);
        assert!(track.pose.angle_to(&track.measured) < 0.03);
    }

    #[test]
    fn a_marker_in_motion_is_drawn_within_two_pixels() {
        // 30 pixels a frame with a focal length of 920 pixels, measured with an error of a tenth of a pixel.
        let mut tracker = Tracker::default();
        for frame in 0..30 {
            let noise = 0.1 * [1.0, -0.6, 0.3, -1.0, 0.4][frame % 5];
            let place = 30.0 * frame as f64 + noise;
            tracker.update(frame as f64 / 30.0, &[(1, clear(pose(0.3, place / 920.0)))]);
            let [x, _, z] = tracker.tracks()[0].pose.translation;
            let off = 920.0 * x / z - place;
            assert!(frame < 6 || off.abs() < 2.0, "{off} pixels in frame {frame}");
        }
    }

    #[test]
    fn times_that_are_not_ascending_do_no_harm() {
        let mut tracker = Tracker::default();
        for time in [0.0, 0.0, -5.0, f64::NAN, f64::INFINITY, 1.0, 1.0] {
            tracker.update(time, &[(1, clear(pose(0.1, 0.2))), (1, clear(pose(0.1, 0.9)))]);
        }
        let track = tracker.visible(1).unwrap();
        assert!(length(subtract(track.pose.translation, [0.2, 0.0, 1.0])) < 1e-9);
        assert_eq!(tracker.tracks().len(), 1);
    }
}
