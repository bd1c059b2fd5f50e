//! Key frames: from them on a recording can be played without the frames before.

use std::time::Duration;

use bevy::prelude::*;

/// The longest interval between key frames of a [`MediaRecorder`](super::MediaRecorder)
/// ([`videoKeyFrameIntervalDuration` and
/// `videoKeyFrameIntervalCount`](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorderoptions)). A short one
/// makes files larger, and easier to seek in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash, Default)]
#[non_exhaustive]
pub enum KeyFrameInterval {
    /// A key frame is the first frame after this time since the last one.
    Duration(Duration),
    /// A key frame is the first frame after this number of others.
    Count(u32),
}

impl Default for KeyFrameInterval {
    fn default() -> Self {
        Self::Duration(Duration::from_secs(2))
    }
}

/// Determines which frames have to be key frames: with Motion JPEG all are. The encoders' own counts don't know the
/// frames' times.
#[cfg(all(any(feature = "h264", feature = "vpx"), not(target_family = "wasm")))]
#[derive(Debug)]
pub(super) struct KeyFrameSchedule {
    interval: KeyFrameInterval,
    /// The time of the last key frame, and the number of frames after it.
    last: Option<(Duration, u32)>,
}

#[cfg(all(any(feature = "h264", feature = "vpx"), not(target_family = "wasm")))]
impl KeyFrameSchedule {
    /// A schedule with a key frame at the first frame.
    pub fn new(interval: KeyFrameInterval) -> Self {
        Self { interval, last: None }
    }

    /// Whether the frame of this time has to be a key frame.
    pub fn is_due(&self, time: Duration) -> bool {
        match (self.last, self.interval) {
            (None, _) => true,
            (Some((last, _)), KeyFrameInterval::Duration(interval)) => time.saturating_sub(last) >= interval,
            (Some((_, frames)), KeyFrameInterval::Count(count)) => frames >= count,
        }
    }

    /// Counts an encoded frame.
    pub fn count(&mut self, time: Duration, is_key: bool) {
        match &mut self.last {
            Some((_, frames)) if !is_key => *frames = frames.saturating_add(1),
            last => *last = Some((time, 0)),
        }
    }
}

#[cfg(all(test, any(feature = "h264", feature = "vpx")))]
mod tests {
    use super::*;

    #[test]
    fn key_frames_are_due_by_time_or_number() {
        let keys = |interval, times: &[u64]| {
            let mut schedule = KeyFrameSchedule::new(interval);
            let mut due = Vec::new();
            for time in times.iter().copied().map(Duration::from_millis) {
                due.push(schedule.is_due(time));
                schedule.count(time, schedule.is_due(time));
            }
            due
        };
        assert_eq!(
            keys(KeyFrameInterval::Duration(Duration::from_millis(100)), &[0, 99, 100, 150, 400, 499, 500]),
            [true, false, true, false, true, false, true]
        );
        assert_eq!(keys(KeyFrameInterval::Count(2), &[0, 1, 2, 3, 4]), [true, false, false, true, false]);
        assert_eq!(keys(KeyFrameInterval::Count(0), &[0, 1, 2]), [true; 3]);
    }

    #[test]
    fn a_key_frame_of_the_encoder_itself_restarts_the_interval() {
        let mut schedule = KeyFrameSchedule::new(KeyFrameInterval::Count(1));
        schedule.count(Duration::ZERO, true);
        schedule.count(Duration::ZERO, false);
        assert!(schedule.is_due(Duration::ZERO));
        schedule.count(Duration::ZERO, true);
        assert!(!schedule.is_due(Duration::ZERO));
    }
}
