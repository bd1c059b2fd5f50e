//! How loud sound is.

use std::sync::Mutex;

use bevy::prelude::*;

/// The loudness of a track since the last frame of the app, for a meter: a component of each
/// [`AudioTrack`](super::AudioTrack), updated once per frame. 1 is full scale. It is 0 while the track isn't live or is
/// muted. If no sound arrived since the last frame, it stays.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Reflect)]
#[reflect(Component, Default)]
pub struct AudioLevel {
    /// The root of the mean square of the samples, 0 to 1.
    pub rms: f32,
    /// The greatest magnitude of a sample, 0 to 1.
    pub peak: f32,
}

impl AudioLevel {
    /// The mean in decibels of full scale: 0 at most, and negative infinity for silence.
    pub fn rms_decibels(&self) -> f32 {
        decibels(self.rms)
    }

    /// The peak in decibels of full scale: 0 at most, and negative infinity for silence.
    pub fn peak_decibels(&self) -> f32 {
        decibels(self.peak)
    }
}

fn decibels(level: f32) -> f32 {
    20.0 * level.log10()
}

/// Measures the level of blocks that arrive on another thread.
#[derive(Debug, Default)]
pub(crate) struct LevelMeter(Mutex<Sum>);

#[derive(Debug, Default)]
struct Sum {
    squares: f64,
    peak: f32,
    count: usize,
}

impl LevelMeter {
    /// Adds samples.
    pub fn add(&self, samples: &[f32]) {
        let squares: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        let peak = samples.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
        let Ok(mut sum) = self.0.lock() else { return };
        sum.squares += squares;
        sum.peak = sum.peak.max(peak);
        sum.count += samples.len();
    }

    /// The level of the samples since the last call. `None` if there were none.
    pub fn take(&self) -> Option<AudioLevel> {
        let Sum { squares, peak, count } = std::mem::take(&mut *self.0.lock().ok()?);
        let mean = (count > 0).then(|| squares / count as f64)?;
        Some(AudioLevel { rms: (mean.sqrt() as f32).min(1.0), peak: peak.min(1.0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_those_of_all_samples_since_the_last_look() {
        let meter = LevelMeter::default();
        assert_eq!(meter.take(), None);
        meter.add(&[0.6, -0.8]);
        meter.add(&[0.0; 2]);
        let level = meter.take().expect("samples came");
        assert_eq!((level.rms, level.peak), (0.5, 0.8));
        assert!((level.rms_decibels() + 6.02).abs() < 0.01 && level.peak_decibels() < 0.0);
        assert_eq!(meter.take(), None);
        meter.add(&[0.0]);
        assert_eq!(meter.take().expect("samples came").peak_decibels(), f32::NEG_INFINITY);
    }
}
