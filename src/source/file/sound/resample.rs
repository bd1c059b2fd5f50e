//! Sound in the rate of an output.

use rubato::{Async, Resampler};

use crate::source::audio::{resample, sinc_resampler};

/// Sound whose time differs this much from the end of the sound before, in seconds, begins anew.
const GAP: f64 = 0.005;

/// Resamples interleaved sound, and keeps its times.
pub(super) struct RateConverter {
    from: u32,
    to: u32,
    channels: usize,
    /// `None` if the library has none for these rates, which are within its limits.
    resampler: Option<Async<f32>>,
    chunk_frames: usize,
    /// The samples that don't make a chunk yet.
    pending: Vec<f32>,
    /// The time at which the sound that was put in ends, and the time of the next frame that comes out, in seconds.
    times: Option<(f64, f64)>,
    /// The frames of silence that are still to come before the first sound.
    delay_left: usize,
    made: Vec<f32>,
}

impl RateConverter {
    pub(super) fn new(from: u32, to: u32, channels: usize) -> Self {
        let chunk_frames = (from / 100) as usize;
        let ratio = f64::from(to) / f64::from(from);
        let resampler = sinc_resampler(ratio, 1.01, chunk_frames, channels);
        let longest = resampler.as_ref().map_or(0, |resampler| resampler.output_frames_max());
        Self {
            from,
            to,
            channels,
            resampler,
            chunk_frames,
            pending: Vec::new(),
            times: None,
            delay_left: 0,
            made: vec![0.0; longest * channels],
        }
    }

    /// Resamples sound that starts at this time, in seconds. Returns the time and the samples of what is complete,
    /// which may be empty.
    pub(super) fn convert(&mut self, start: f64, samples: &[f32]) -> (f64, Vec<f32>) {
        if self.times.is_none_or(|(end, _)| (start - end).abs() > GAP) {
            self.reset(start);
        }
        let (end, first) = self.times.unwrap_or((start, start));
        let frames = samples.len() / self.channels;
        self.pending.extend_from_slice(samples);
        let pending = std::mem::take(&mut self.pending);
        let mut output = Vec::new();
        let mut chunks = pending.chunks_exact(self.chunk_frames * self.channels);
        for chunk in &mut chunks {
            let resampler = self.resampler.as_mut();
            let made = resampler
                .and_then(|inner| resample(inner, chunk, self.channels, &mut self.made))
                .unwrap_or(0);
            let skipped = made.min(self.delay_left);
            self.delay_left -= skipped;
            output.extend_from_slice(&self.made[skipped * self.channels..made * self.channels]);
        }
        self.pending = chunks.remainder().to_vec();
        let out_frames = output.len() / self.channels;
        let end = end + frames as f64 / f64::from(self.from);
        self.times = Some((end, first + out_frames as f64 / f64::from(self.to)));
        (first, output)
    }

    fn reset(&mut self, start: f64) {
        self.pending.clear();
        self.times = Some((start, start));
        if let Some(resampler) = &mut self.resampler {
            resampler.reset();
            self.delay_left = resampler.output_delay();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_click_keeps_its_time_at_another_rate() {
        let (from, to) = (44_100, 48_000);
        let mut converter = RateConverter::new(from, to, 1);
        let click = 10_000;
        let samples: Vec<f32> = (0..30_000).map(|frame| if frame == click { 1.0 } else { 0.0 }).collect();
        let mut output = Vec::new();
        for (index, block) in samples.chunks(1024).enumerate() {
            let start = 2.0 + (index * 1024) as f64 / f64::from(from);
            let (time, made) = converter.convert(start, block);
            let expected = 2.0 + output.len() as f64 / f64::from(to);
            assert!((time - expected).abs() < 1e-6, "block {index} is at {time}, not {expected}");
            output.extend(made);
        }
        let loudest = (0..output.len()).max_by(|a, b| output[*a].abs().total_cmp(&output[*b].abs()));
        let time = loudest.expect("some sound") as f64 / f64::from(to);
        let expected = f64::from(click) / f64::from(from);
        assert!((time - expected).abs() < 0.001, "the click is at {time} s, not {expected} s");
    }

    #[test]
    fn sound_after_a_gap_begins_at_its_own_time() {
        let mut converter = RateConverter::new(44_100, 48_000, 2);
        converter.convert(0.0, &[0.0; 2 * 1000]);
        let (time, _) = converter.convert(7.5, &[0.0; 2 * 1000]);
        assert_eq!(time, 7.5);
    }
}
