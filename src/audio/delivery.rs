//! The way of the samples, on the thread of the source.

use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

use super::{
    level::{AudioLevel, LevelMeter},
    output::AudioOutput,
};
use crate::source::audio::AudioSamples;

/// Passes the samples of a capture on.
#[derive(Debug, Default)]
pub(super) struct Delivery {
    output: AudioOutput,
    meter: LevelMeter,
    /// The track is live: before that no sound leaves the capture.
    live: AtomicBool,
    /// The track is disabled.
    silent: AtomicBool,
    /// The number of blocks that arrived.
    blocks: AtomicU64,
}

impl Delivery {
    /// Passes samples on to this output once the track is live.
    pub fn new(output: AudioOutput) -> Self {
        Self { output, ..Self::default() }
    }

    /// A block arrived.
    pub fn deliver(&self, samples: AudioSamples) {
        self.blocks.fetch_add(1, AcqRel);
        if !self.live.load(Acquire) {
            return;
        }
        let samples = if self.silent.load(Relaxed) { samples.silenced() } else { samples };
        self.meter.add(&samples.samples);
        self.output.deliver(&samples);
    }

    /// Lets sound pass, or stops it.
    pub fn set_live(&self, live: bool) {
        self.live.store(live, Release);
    }

    /// Replaces the sound by silence, or ends that.
    pub fn set_silent(&self, silent: bool) {
        self.silent.store(silent, Relaxed);
    }

    /// The level since the last call. `None` if no sound arrived.
    pub fn level(&self) -> Option<AudioLevel> {
        self.meter.take()
    }

    /// The number of blocks that arrived until now.
    pub fn blocks(&self) -> u64 {
        self.blocks.load(Acquire)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bevy::platform::time::Instant;

    use super::*;

    #[test]
    fn sound_passes_only_while_the_track_is_live_and_enabled() {
        let output = AudioOutput::default();
        let reader = output.reader(8);
        let delivery = Delivery::new(output);
        let captured = Instant::now();
        let deliver = || {
            delivery.deliver(AudioSamples {
                samples: [0.5; 4].into(),
                channels: 2,
                sample_rate: 8_000,
                captured,
            });
            reader.read(Duration::ZERO).map(|block| block.samples.to_vec())
        };
        assert_eq!(deliver(), None, "not live yet");
        delivery.set_live(true);
        assert_eq!(deliver(), Some(vec![0.5; 4]));
        delivery.set_silent(true);
        assert_eq!(deliver(), Some(vec![0.0; 4]));
        delivery.set_live(false);
        assert_eq!(deliver(), None);
        assert_eq!(delivery.blocks(), 4);
        assert_eq!(delivery.level().map(|level| level.peak), Some(0.5));
    }
}
