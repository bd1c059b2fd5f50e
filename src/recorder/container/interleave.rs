//! The order of samples in a file: that of their times, over both tracks.

use std::{collections::VecDeque, time::Duration};

use super::{ContainerError, Description, MAX_SAMPLE_BYTES, Sample, TrackKind};

/// The longest time for which a sample waits for the other track.
const MAX_HOLD: Duration = Duration::from_secs(1);

/// The least time between two samples of a track.
const MIN_STEP: Duration = Duration::from_millis(1);

/// The latest time of a sample: 136 years. Containers count nanoseconds in 64 bits.
const MAX_TIME: Duration = Duration::from_secs(u32::MAX as u64);

/// Merges the samples of two tracks.
///
/// A sample waits until the other track has reached its time, or until its own track is [`MAX_HOLD`] ahead of it. Times
/// rise by at least [`MIN_STEP`], so the number of held samples has a limit too.
#[derive(Debug)]
pub(super) struct Interleaver {
    video: Option<Queue>,
    audio: Option<Queue>,
    ended: bool,
}

/// The samples of a track that are held.
#[derive(Debug, Default)]
struct Queue {
    held: VecDeque<Sample>,
    /// The time of the newest sample of the track, held or not.
    newest: Option<Duration>,
}

impl Queue {
    /// The time of the next sample.
    fn next_time(&self) -> Option<Duration> {
        self.held.front().map(|sample| sample.time)
    }

    /// Whether the next sample needn't wait for the other track, which has no sample now.
    fn can_pass(&self, other: Option<&Queue>) -> bool {
        let Some(other) = other else { return true };
        let Some(next) = self.next_time() else { return false };
        other.newest.is_some_and(|newest| newest >= next)
            || self.newest.is_some_and(|newest| newest.saturating_sub(next) >= MAX_HOLD)
    }
}

impl Interleaver {
    /// An interleaver for the tracks of this file.
    pub(super) fn new(description: &Description) -> Self {
        Self {
            video: description.video.is_some().then(Queue::default),
            audio: description.audio.is_some().then(Queue::default),
            ended: false,
        }
    }

    /// Adds a sample. Its time, and whether it has any effect, are those that [`Muxer`](super::Muxer) documents.
    pub(super) fn push(&mut self, mut sample: Sample) -> Result<(), ContainerError> {
        let queue = match sample.track {
            TrackKind::Video => &mut self.video,
            TrackKind::Audio => &mut self.audio,
        };
        let queue = queue.as_mut().ok_or(ContainerError::NoSuchTrack(sample.track))?;
        if sample.data.len() > MAX_SAMPLE_BYTES {
            return Err(ContainerError::SampleTooLarge(sample.data.len()));
        }
        if sample.track == TrackKind::Audio {
            sample.is_key = true;
        }
        let can_be_decoded = sample.is_key || queue.newest.is_some();
        if sample.data.is_empty() || !can_be_decoded {
            return Ok(());
        }
        sample.time = sample.time.min(MAX_TIME);
        if let Some(newest) = queue.newest {
            sample.time = sample.time.max(newest + MIN_STEP);
        }
        queue.newest = Some(sample.time);
        queue.held.push_back(sample);
        Ok(())
    }

    /// Declares that no further sample comes: none of those held has to wait.
    pub(super) fn end(&mut self) {
        self.ended = true;
    }

    /// The next sample that needn't wait. Of two with the same time the video comes first: its key frames begin pieces.
    pub(super) fn pop(&mut self) -> Option<Sample> {
        let (video, audio) = (self.video.as_ref(), self.audio.as_ref());
        let next = |queue: Option<&Queue>| queue.and_then(Queue::next_time);
        let (first, passes) = match (next(video), next(audio)) {
            (None, None) => return None,
            (Some(video), Some(audio)) if video <= audio => (TrackKind::Video, true),
            (Some(_), Some(_)) => (TrackKind::Audio, true),
            (Some(_), None) => (TrackKind::Video, video.is_some_and(|queue| queue.can_pass(audio))),
            (None, Some(_)) => (TrackKind::Audio, audio.is_some_and(|queue| queue.can_pass(video))),
        };
        if !passes && !self.ended {
            return None;
        }
        match first {
            TrackKind::Video => self.video.as_mut(),
            TrackKind::Audio => self.audio.as_mut(),
        }?
        .held
        .pop_front()
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{AudioCodec, AudioTrack, Color, VideoCodec, VideoTrack},
        *,
    };

    fn interleaver(video: bool, audio: bool) -> Interleaver {
        let size = 16;
        Interleaver::new(&Description {
            video: video.then(|| VideoTrack {
                codec: VideoCodec::Vp8,
                width: size,
                height: size,
                color: Color::BT709,
                codec_private: Vec::new(),
            }),
            audio: audio.then_some(AudioTrack { codec: AudioCodec::Opus, channels: 1, pre_skip: 0 }),
            created: None,
        })
    }

    fn sample(track: TrackKind, ms: u64, is_key: bool) -> Sample {
        Sample { track, time: Duration::from_millis(ms), is_key, data: vec![0] }
    }

    fn drain(interleaver: &mut Interleaver) -> Vec<(TrackKind, u64)> {
        std::iter::from_fn(|| interleaver.pop()).map(|it| (it.track, it.time.as_millis() as u64)).collect()
    }

    use TrackKind::{Audio, Video};

    #[test]
    fn samples_of_two_tracks_come_in_the_order_of_their_times() {
        let mut both = interleaver(true, true);
        for (track, ms) in [(Video, 0), (Video, 33), (Video, 66), (Audio, 0), (Audio, 20), (Audio, 40)] {
            both.push(sample(track, ms, true)).expect("a track");
        }
        assert_eq!(drain(&mut both), [(Video, 0), (Audio, 0), (Audio, 20), (Video, 33), (Audio, 40)]);
        both.end();
        assert_eq!(drain(&mut both), [(Video, 66)]);
    }

    #[test]
    fn a_silent_track_holds_the_other_back_for_a_second_at_most() {
        let mut both = interleaver(true, true);
        for ms in (0..=1500).step_by(100) {
            both.push(sample(Video, ms, true)).expect("a track");
        }
        assert_eq!(drain(&mut both).last(), Some(&(Video, 500)));
        let mut alone = interleaver(false, true);
        alone.push(sample(Audio, 7, true)).expect("a track");
        assert_eq!(drain(&mut alone), [(Audio, 7)]);
    }

    #[test]
    fn times_rise_and_samples_without_use_are_left_out() {
        let mut video = interleaver(true, false);
        video.push(sample(Video, 5, false)).expect("a track");
        video.push(Sample { data: Vec::new(), ..sample(Video, 6, true) }).expect("a track");
        for ms in [10, 10, 3, 11, 50] {
            video.push(sample(Video, ms, ms != 3)).expect("a track");
        }
        video.push(Sample { time: Duration::MAX, ..sample(Video, 0, true) }).expect("a track");
        let latest = MAX_TIME.as_millis() as u64;
        let times: Vec<_> = drain(&mut video).into_iter().map(|(_, ms)| ms).collect();
        assert_eq!(times, [10, 11, 12, 13, 50, latest]);
        assert_eq!(video.push(sample(Audio, 0, true)), Err(ContainerError::NoSuchTrack(Audio)));
        let large = Sample { data: vec![0; MAX_SAMPLE_BYTES + 1], ..sample(Video, 0, true) };
        assert_eq!(video.push(large), Err(ContainerError::SampleTooLarge(MAX_SAMPLE_BYTES + 1)));
    }
}
