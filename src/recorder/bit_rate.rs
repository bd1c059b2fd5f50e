//! The bit rates of a recorder, by the rules of the standard
//! ([constructor](https://www.w3.org/TR/mediastream-recording/#dom-mediarecorder-mediarecorder)).

use bevy::prelude::*;

/// Bits per second of video where the app gives none, as in browsers.
pub(super) const VIDEO: u32 = 2_500_000;

/// Bits per second of sound where the app gives none, as in browsers.
const AUDIO: u32 = 128_000;

/// The least bits per second that a kind of track gets of a total.
const LEAST: u32 = 1_000;

/// The part of a total that is for sound where there is video too: one in this many, and at most [`AUDIO`].
const AUDIO_PART: u32 = 10;

/// The bit rates that an app asks a [`MediaRecorder`](super::MediaRecorder) for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Debug, Clone, PartialEq, Hash, Default)]
pub struct BitRates {
    /// Bits per second of everything. It takes precedence over the other two.
    pub total: Option<u32>,
    /// Bits per second of video.
    pub video: Option<u32>,
    /// Bits per second of sound.
    pub audio: Option<u32>,
}

/// The kinds of tracks that are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds {
    pub video: bool,
    pub audio: bool,
}

impl BitRates {
    /// Bits per second of video and of sound, before the kinds of tracks are known.
    pub fn split(&self) -> (u32, u32) {
        match *self {
            Self { total: Some(total), .. } => {
                let audio = (total / AUDIO_PART).clamp(LEAST, AUDIO);
                (total.saturating_sub(audio).max(LEAST), audio)
            }
            Self { video, audio, .. } => (video.unwrap_or(VIDEO), audio.unwrap_or(AUDIO)),
        }
    }

    /// Bits per second of video and of sound for tracks of these kinds. A total is all for the kind that is there.
    pub(super) fn of(&self, kinds: Kinds) -> (u32, u32) {
        match (self.total, kinds) {
            (Some(total), Kinds { video: true, audio: false }) => (total.max(LEAST), 0),
            (Some(total), Kinds { video: false, audio: true }) => (0, total.max(LEAST)),
            _ => self.split(),
        }
    }

    /// Whether the app gave a rate that video is held to.
    pub(super) fn limits_video(&self) -> bool {
        self.total.or(self.video).is_some()
    }

    /// Whether the app gave a rate that sound is held to.
    #[cfg(target_family = "wasm")]
    pub(super) fn limits_audio(&self) -> bool {
        self.total.or(self.audio).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: Kinds = Kinds { video: true, audio: true };

    fn rates(total: Option<u32>, video: Option<u32>, audio: Option<u32>) -> BitRates {
        BitRates { total, video, audio }
    }

    #[test]
    fn without_rates_they_are_the_usual_ones() {
        assert_eq!(BitRates::default().split(), (2_500_000, 128_000));
    }

    #[test]
    fn one_rate_is_taken_as_it_is_and_the_other_stays_usual() {
        assert_eq!(rates(None, Some(7), None).split(), (7, 128_000));
        assert_eq!(rates(None, Some(0), None).split(), (0, 128_000));
        assert_eq!(rates(None, None, Some(9)).split(), (2_500_000, 9));
        assert_eq!(rates(None, Some(1), Some(2)).of(BOTH), (1, 2));
    }

    #[test]
    fn a_total_overrides_both_and_is_split() {
        for (total, video, audio) in [(1_000_000, 900_000, 100_000), (10_000_000, 9_872_000, 128_000)] {
            let given = rates(Some(total), Some(5), Some(6));
            assert_eq!(given.split(), (video, audio));
            assert_eq!(given.of(BOTH), (video, audio));
        }
    }

    #[test]
    fn an_absurd_total_leaves_both_small_and_not_zero() {
        for total in [0, 1, 1_500] {
            let (video, audio) = rates(Some(total), None, None).split();
            assert!(
                (1..=2_000).contains(&video) && (1..=2_000).contains(&audio),
                "{total}: {video}, {audio}"
            );
        }
        let (video, audio) = rates(Some(u32::MAX), None, None).split();
        assert_eq!((video, audio), (u32::MAX - 128_000, 128_000));
    }

    #[test]
    fn a_total_is_all_for_the_kind_that_is_there() {
        let given = rates(Some(1_000_000), None, None);
        assert_eq!(given.of(Kinds { video: true, audio: false }), (1_000_000, 0));
        assert_eq!(given.of(Kinds { video: false, audio: true }), (0, 1_000_000));
        // Without a total nothing changes.
        assert_eq!(rates(None, Some(1), Some(2)).of(Kinds { video: true, audio: false }), (1, 2));
    }
}
