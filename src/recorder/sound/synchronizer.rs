//! Sound in step with the clock of a recording.

mod queue;
mod stretch;

use std::time::Duration;

use super::PACKET_FRAMES;
use queue::Queue;
use stretch::{GREATEST_CHANGE, SAMPLE_RATES, Stretch};

/// Sound that is this far from its place is moved there at once, in seconds.
const GAP: f64 = 0.2;
/// So is sound that stays this far from its place for [`LASTING`], in seconds.
const SMALL_GAP: f64 = 0.04;
/// The time that makes a [`SMALL_GAP`] one, in seconds.
const LASTING: f64 = 0.5;
/// A block counts at most this much for [`LASTING`], in seconds: the time of one block says little.
const LONGEST_COUNT: f64 = 0.1;
/// The time constant of the low pass of the error, in seconds.
const LOW_PASS: f64 = 5.0;
/// The change of the ratio per second of error.
const PROPORTIONAL: f64 = 0.05;
/// The change of the ratio per second of error and second.
const INTEGRAL: f64 = 0.0006;

/// Makes contiguous sound at 48 kHz of blocks that carry their times.
///
/// The clock of a microphone differs from that of the system by up to some hundred millionths, which is a tenth of a
/// second in ten minutes. So the position of the sound follows the times of the blocks: the error is low-passed, and
/// a PI controller steers the ratio of a resampler by it. Missing sound becomes silence, and sound that is late is cut.
///
/// It reads no clock: the caller gives the times.
#[derive(Debug)]
pub(crate) struct Synchronizer {
    channels: usize,
    queue: Queue,
    /// The resampler of the microphone. `None` while the next block's place is free: before the first, and after
    /// silence.
    stretch: Option<Stretch>,
    /// The low-passed error, in seconds. Above zero the sound comes too early in the recording.
    error: f64,
    /// The part of the ratio's change that balances the clocks.
    drift: f64,
    /// The time for which the sound has been away from its place, and the smallest error of that time, in seconds.
    away: (f64, f64),
    /// The block that is being pushed, in the channels of the output.
    mixed: Vec<f32>,
}

impl Synchronizer {
    /// Makes sound of one channel or two.
    pub fn new(channels: u16) -> Self {
        let channels = usize::from(channels.clamp(1, 2));
        Self {
            channels,
            queue: Queue::new(channels),
            stretch: None,
            error: 0.0,
            drift: 0.0,
            away: (0.0, 0.0),
            mixed: Vec::new(),
        }
    }

    /// Adds a block of interleaved samples, whose first sample is at this time in the recording.
    ///
    /// Only the first two channels are used. Blocks without channels, and at rates that no microphone has, are left
    /// out.
    pub fn push(&mut self, samples: &[f32], channels: u16, sample_rate: u32, at: Duration) {
        if channels == 0 || !SAMPLE_RATES.contains(&sample_rate) {
            return;
        }
        self.mix(samples, usize::from(channels));
        let frames = self.mixed.len() / self.channels;
        let duration = frames as f64 / f64::from(sample_rate);
        if self.stretch.as_ref().is_some_and(|stretch| stretch.sample_rate() != sample_rate) {
            self.drift = 0.0;
            self.end_sound();
        }
        let mut at = at.as_secs_f64();
        if let Some(stretch) = &self.stretch {
            let error = at - self.queue.end_in_seconds() - stretch.held_in_seconds();
            match self.gap(error, duration) {
                Some(gap) => {
                    at -= error - gap;
                    self.end_sound();
                }
                None => self.steer(error, duration),
            }
        }
        let first = if self.stretch.is_some() { 0 } else { self.place(at, sample_rate, frames) };
        if first == frames {
            return;
        }
        let stretch = self.stretch.get_or_insert_with(|| Stretch::new(sample_rate, self.channels));
        stretch.set_change(self.drift + self.error * PROPORTIONAL);
        stretch.push(&self.mixed[first * self.channels..], &mut self.queue);
    }

    /// Adds silence up to this time. Sound that is pushed later for the time before is cut.
    pub fn fill_to(&mut self, at: Duration) {
        self.end_sound();
        self.queue.fill_to(at.as_secs_f64());
    }

    /// The next 20 ms, interleaved. `None` while there isn't as much.
    pub fn take_packet(&mut self) -> Option<Vec<f32>> {
        self.queue.take(PACKET_FRAMES)
    }

    /// Ends the sound at this time: later sound is cut, and silence fills the last packet.
    pub fn finish(&mut self, at: Duration) {
        self.end_sound();
        self.queue.cut_to(at.as_secs_f64());
        self.queue.fill_to(at.as_secs_f64());
        self.queue.fill_packet(PACKET_FRAMES);
    }

    /// The length of the gap before a block, if its error is that of a gap rather than that of a clock. Below zero the
    /// sound is too late.
    fn gap(&mut self, error: f64, duration: f64) -> Option<f64> {
        if error.abs() > GAP {
            return Some(error);
        }
        if error.abs() <= SMALL_GAP {
            self.away = (0.0, 0.0);
            return None;
        }
        let (time, smallest) = self.away;
        let continues = time > 0.0 && error.signum() == smallest.signum();
        // A callback that comes late makes the error greater, so the smallest one is right.
        let smallest = if continues && smallest.abs() < error.abs() { smallest } else { error };
        let time = if continues { time } else { 0.0 } + duration.min(LONGEST_COUNT);
        self.away = (time, smallest);
        (time > LASTING).then_some(smallest)
    }

    /// Steers the ratio by the error of a block.
    fn steer(&mut self, error: f64, duration: f64) {
        self.error += (error - self.error) * duration / (LOW_PASS + duration);
        let drift = self.drift + self.error * duration * INTEGRAL;
        self.drift = drift.clamp(-GREATEST_CHANGE, GREATEST_CHANGE);
    }

    /// Puts out the sound that the resampler holds. The next block is placed by its time alone.
    fn end_sound(&mut self) {
        if let Some(stretch) = self.stretch.take() {
            stretch.finish(&mut self.queue);
        }
        self.error = 0.0;
        self.away = (0.0, 0.0);
    }

    /// Adds silence up to a block. Returns the number of its frames that are to be cut because their time is over.
    fn place(&mut self, at: f64, sample_rate: u32, frames: usize) -> usize {
        self.queue.fill_to(at);
        let late = self.queue.end_in_seconds() - at;
        ((late * f64::from(sample_rate)).round() as usize).min(frames)
    }

    /// Converts a block to the channels of the output. Values that aren't sound become silence.
    fn mix(&mut self, samples: &[f32], channels: usize) {
        let value = |sample: f32| if sample.is_finite() { sample.clamp(-1.0, 1.0) } else { 0.0 };
        self.mixed.clear();
        for frame in samples.chunks_exact(channels) {
            let left = value(frame[0]);
            let right = frame.get(1).map_or(left, |right| value(*right));
            if self.channels == 1 {
                self.mixed.push((left + right) / 2.0);
            } else {
                self.mixed.extend([left, right]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
