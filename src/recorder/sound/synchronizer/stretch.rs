//! The resampler of a microphone: from its rate to 48 kHz, a little faster or slower.

use std::{fmt, ops::RangeInclusive};

use rubato::{FixedAsync, Resampler, Slip};

use super::queue::Queue;
use crate::{
    recorder::sound::SAMPLE_RATE,
    source::audio::{resample, sinc_resampler},
};

/// The rates that are resampled, in Hz.
pub(super) const SAMPLE_RATES: RangeInclusive<u32> = 8_000..=192_000;

/// The greatest change of the length. Crystals are off by a tenth of it.
pub(super) const GREATEST_CHANGE: f64 = 0.002;

/// Resamples interleaved samples in chunks of 10 ms.
pub(super) struct Stretch {
    sample_rate: u32,
    channels: usize,
    /// `None` if the library has none for these parameters, which are within its limits.
    resampler: Option<Box<dyn Resampler<f32>>>,
    /// The samples that don't make a chunk yet.
    pending: Vec<f32>,
    chunk_frames: usize,
    made: Vec<f32>,
    /// The frames of silence that the resampler begins with.
    delay: usize,
    /// How many of them are still to come.
    delay_left: usize,
}

impl fmt::Debug for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stretch").field("sample_rate", &self.sample_rate).finish_non_exhaustive()
    }
}

impl Stretch {
    /// A resampler from a rate of [`SAMPLE_RATES`].
    pub fn new(sample_rate: u32, channels: usize) -> Self {
        let chunk_frames = (sample_rate / 100) as usize;
        let resampler = resampler(sample_rate, channels, chunk_frames);
        let delay = resampler.as_ref().map_or(0, |resampler| resampler.output_delay());
        let longest = resampler.as_ref().map_or(0, |resampler| resampler.output_frames_max());
        Self {
            sample_rate,
            channels,
            resampler,
            pending: Vec::new(),
            chunk_frames,
            made: vec![0.0; longest * channels],
            delay,
            delay_left: delay,
        }
    }

    pub fn sample_rate(&self) -> u32 {
        self.sample_rate
    }

    /// The sound that was pushed and not put out, in seconds.
    pub fn held_in_seconds(&self) -> f64 {
        let delayed = (self.delay - self.delay_left) as f64 / f64::from(SAMPLE_RATE);
        delayed + (self.pending.len() / self.channels) as f64 / f64::from(self.sample_rate)
    }

    /// Makes the sound longer by this part of it, or shorter if it is negative, from the next chunk on.
    pub fn set_change(&mut self, change: f64) {
        let ratio = 1.0 + change.clamp(-GREATEST_CHANGE, GREATEST_CHANGE);
        if let Some(resampler) = self.resampler.as_mut().and_then(|resampler| resampler.as_adjustable()) {
            // The change is within the limits.
            let _ = resampler.set_resample_ratio_relative(ratio, true);
        }
    }

    /// Resamples these samples, and puts out what is complete.
    pub fn push(&mut self, samples: &[f32], queue: &mut Queue) {
        self.pending.extend_from_slice(samples);
        let pending = std::mem::take(&mut self.pending);
        let mut chunks = pending.chunks_exact(self.chunk_frames * self.channels);
        for chunk in &mut chunks {
            self.process(chunk, usize::MAX, queue);
        }
        let rest = chunks.remainder().len();
        self.pending = pending;
        self.pending.drain(..self.pending.len() - rest);
    }

    /// Puts out the rest.
    pub fn finish(mut self, queue: &mut Queue) {
        let mut left = (self.held_in_seconds() * f64::from(SAMPLE_RATE)).round() as usize;
        let mut chunk = std::mem::take(&mut self.pending);
        chunk.resize(self.chunk_frames * self.channels, 0.0);
        while left > 0
            && let Some(made) = self.process(&chunk, left, queue)
        {
            left -= made;
            chunk.fill(0.0);
        }
    }

    /// Resamples a chunk, and puts out at most this many frames. Returns their number. `None` if the library refuses
    /// the chunk.
    fn process(&mut self, chunk: &[f32], at_most: usize, queue: &mut Queue) -> Option<usize> {
        let made = resample(self.resampler.as_deref_mut()?, chunk, self.channels, &mut self.made)?;
        let skipped = made.min(self.delay_left);
        self.delay_left -= skipped;
        let frames = (made - skipped).min(at_most);
        let first = skipped * self.channels;
        queue.extend(&self.made[first..first + frames * self.channels]);
        Some(frames)
    }
}

/// At 48 kHz single frames are left out or doubled, which costs nothing. Other rates need a filter.
fn resampler(sample_rate: u32, channels: usize, chunk_frames: usize) -> Option<Box<dyn Resampler<f32>>> {
    if sample_rate == SAMPLE_RATE {
        let slip = Slip::new(chunk_frames, channels, FixedAsync::Input).ok()?;
        return Some(Box::new(slip));
    }
    let ratio = f64::from(SAMPLE_RATE) / f64::from(sample_rate);
    let greatest = 1.0 + 2.0 * GREATEST_CHANGE;
    Some(Box::new(sinc_resampler(ratio, greatest, chunk_frames, channels)?))
}
