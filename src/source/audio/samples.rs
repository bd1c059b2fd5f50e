//! A block of sound.

use std::{sync::Arc, time::Duration};

use bevy::platform::time::Instant;

/// A block of samples of a microphone.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioSamples {
    /// The samples, -1 to 1. Those of a frame, one for each channel, are next to each other.
    pub samples: Arc<[f32]>,
    /// The number of channels.
    pub channels: u16,
    /// Frames per second, in Hz.
    pub sample_rate: u32,
    /// The time at which the first sample was captured.
    pub captured: Instant,
}

impl AudioSamples {
    /// The number of frames: samples of each channel.
    pub fn frames(&self) -> usize {
        self.samples.len().checked_div(usize::from(self.channels)).unwrap_or(0)
    }

    /// The length in time.
    pub fn duration(&self) -> Duration {
        let seconds = self.frames() as f64 / f64::from(self.sample_rate);
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO)
    }

    /// The same block with silence in place of its samples.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn silenced(mut self) -> Self {
        self.samples = self.samples.iter().map(|_| 0.0).collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_a_length() {
        let block = |samples: usize, channels, sample_rate| AudioSamples {
            samples: vec![0.5; samples].into(),
            channels,
            sample_rate,
            captured: Instant::now(),
        };
        assert_eq!(block(960, 2, 48_000).frames(), 480);
        assert_eq!(block(960, 2, 48_000).duration(), Duration::from_millis(10));
        for empty in [block(0, 2, 48_000), block(9, 0, 48_000), block(0, 1, 0), block(9, 1, 0)] {
            assert_eq!(empty.duration(), Duration::ZERO);
        }
        assert!(block(4, 2, 48_000).silenced().samples[..] == [0.0; 4]);
    }
}
