//! The blocks of sound whose time has come.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use bevy::platform::time::Instant;
use crossbeam_channel::Receiver;

/// Sound that is this far from its time is moved there. Less isn't noticed beside a picture.
const TOLERANCE: Duration = Duration::from_millis(20);

/// Sound with the instant at which it is heard.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    /// The instant of the first frame.
    pub due: Instant,
    /// The play that it belongs to: earlier ones are over.
    pub play: u64,
    /// Interleaved samples, in the channels of the output.
    pub samples: Vec<f32>,
}

/// The state that the thread of the output shares with that of the decoder.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// The number of the play that is heard.
    pub play: AtomicU64,
    /// The bits of the volume.
    pub volume: AtomicU32,
}

/// Fills the buffers of an output.
#[derive(Debug)]
pub(super) struct Mixer {
    blocks: Receiver<Block>,
    shared: Arc<Shared>,
    channels: usize,
    sample_rate: u32,
    /// The block that is being played.
    current: Option<Block>,
    /// Whether the last frame that was put out belongs to the current block or the one before it.
    is_playing: bool,
    /// The volume of the last frame.
    volume: f32,
}

impl Mixer {
    /// A mixer for an output of at least one channel.
    pub(super) fn new(
        blocks: Receiver<Block>,
        shared: Arc<Shared>,
        channels: usize,
        sample_rate: u32,
    ) -> Self {
        let volume = f32::from_bits(shared.volume.load(Relaxed));
        Self { blocks, shared, channels, sample_rate, current: None, is_playing: false, volume }
    }

    /// Fills a buffer whose first frame is heard at this instant. It doesn't block.
    pub(super) fn fill(&mut self, heard: Instant, buffer: &mut [f32]) {
        let mut filled = 0;
        while filled < buffer.len() {
            let at = heard + self.duration(filled);
            let rest = &mut buffer[filled..];
            let copied = match self.next_samples(at) {
                Next::Samples(count) => {
                    let count = count.min(rest.len());
                    if let Some(block) = &mut self.current {
                        rest[..count].copy_from_slice(&block.samples[..count]);
                        block.samples.drain(..count);
                        block.due += duration(count / self.channels, self.sample_rate);
                    }
                    count
                }
                Next::Silence(count) => {
                    let count = count.min(rest.len());
                    rest[..count].fill(0.0);
                    count
                }
            };
            // A buffer that isn't of whole frames ends here.
            if copied == 0 {
                rest.fill(0.0);
                break;
            }
            filled += copied;
        }
        self.apply_volume(buffer);
    }

    /// The samples that are heard from this instant on.
    fn next_samples(&mut self, at: Instant) -> Next {
        let play = self.shared.play.load(Relaxed);
        loop {
            if self.current.as_ref().is_none_or(|block| block.play != play || block.samples.is_empty()) {
                let is_over = self.current.take().is_some_and(|block| block.play != play);
                self.is_playing &= !is_over;
                match self.blocks.try_recv() {
                    Ok(block) => self.current = Some(block),
                    Err(_) => {
                        self.is_playing = false;
                        return Next::Silence(usize::MAX);
                    }
                }
                continue;
            }
            let Some(block) = &mut self.current else { continue };
            let (early, late) =
                (block.due.saturating_duration_since(at), at.saturating_duration_since(block.due));
            let tolerance = if self.is_playing { TOLERANCE } else { Duration::ZERO };
            if early > tolerance {
                self.is_playing = false;
                let frames = frames(early, self.sample_rate).max(1);
                return Next::Silence(frames.saturating_mul(self.channels));
            }
            if late > tolerance {
                let skipped = frames(late, self.sample_rate).saturating_mul(self.channels);
                let skipped = skipped.min(block.samples.len());
                if skipped > 0 {
                    block.samples.drain(..skipped);
                    block.due += duration(skipped / self.channels, self.sample_rate);
                    self.is_playing = false;
                    continue;
                }
            }
            self.is_playing = true;
            return Next::Samples(block.samples.len());
        }
    }

    /// Applies the volume. It changes gradually over the buffer, which makes no click.
    fn apply_volume(&mut self, buffer: &mut [f32]) {
        let wanted = f32::from_bits(self.shared.volume.load(Relaxed));
        let frames = buffer.len() / self.channels;
        let step = (wanted - self.volume) / frames.max(1) as f32;
        for frame in buffer.chunks_mut(self.channels) {
            self.volume += step;
            for sample in frame {
                *sample = (*sample * self.volume).clamp(-1.0, 1.0);
            }
        }
        self.volume = wanted;
    }

    fn duration(&self, samples: usize) -> Duration {
        duration(samples / self.channels, self.sample_rate)
    }
}

/// The number of samples that come next.
enum Next {
    Samples(usize),
    Silence(usize),
}

fn duration(frames: usize, sample_rate: u32) -> Duration {
    Duration::from_nanos((frames as u64).saturating_mul(1_000_000_000) / u64::from(sample_rate.max(1)))
}

fn frames(duration: Duration, sample_rate: u32) -> usize {
    (duration.as_secs_f64() * f64::from(sample_rate)).round() as usize
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::{Sender, unbounded};

    use super::*;

    /// A second has 1000 frames of two channels.
    const RATE: u32 = 1000;

    struct Test {
        mixer: Mixer,
        blocks: Sender<Block>,
        start: Instant,
    }

    fn test() -> Test {
        let (blocks, received) = unbounded();
        let shared = Arc::new(Shared::default());
        shared.volume.store(1.0_f32.to_bits(), Relaxed);
        Test { mixer: Mixer::new(received, shared, 2, RATE), blocks, start: Instant::now() }
    }

    impl Test {
        fn at(&self, millis: u64) -> Instant {
            self.start + Duration::from_millis(millis)
        }

        /// Sends frames of this value, heard from this time on.
        fn send(&self, millis: u64, frames: usize, value: f32) {
            let play = self.mixer.shared.play.load(Relaxed);
            let block = Block { due: self.at(millis), play, samples: vec![value; frames * 2] };
            self.blocks.send(block).expect("the mixer receives");
        }

        /// The left channel of the frames that are heard from this time on.
        fn heard(&mut self, millis: u64, frames: usize) -> Vec<f32> {
            let mut buffer = vec![9.0; frames * 2];
            let at = self.at(millis);
            self.mixer.fill(at, &mut buffer);
            buffer.chunks(2).map(|frame| frame[0]).collect()
        }
    }

    #[test]
    fn sound_is_heard_at_its_time_and_silence_around_it() {
        let mut test = test();
        test.send(3, 2, 0.5);
        assert_eq!(test.heard(0, 4), [0.0, 0.0, 0.0, 0.5]);
        assert_eq!(test.heard(4, 3), [0.5, 0.0, 0.0]);
    }

    #[test]
    fn blocks_that_follow_each_other_have_no_gap_if_the_clocks_differ_a_little() {
        let mut test = test();
        test.send(0, 5, 0.1);
        test.send(5, 5, 0.2);
        assert_eq!(test.heard(0, 2), [0.1, 0.1]);
        // The output runs 10 ms late, and then 10 ms early.
        assert_eq!(test.heard(12, 3), [0.1, 0.1, 0.1]);
        assert_eq!(test.heard(0, 5), [0.2; 5]);
    }

    #[test]
    fn late_sound_is_cut_and_early_sound_waits() {
        let mut test = test();
        test.send(0, 100, 0.1);
        test.send(100, 100, 0.2);
        assert_eq!(test.heard(0, 1), [0.1]);
        assert_eq!(test.heard(98, 4), [0.1, 0.1, 0.2, 0.2]);
        // The next frame of the block is that of 102 ms.
        assert_eq!(test.heard(79, 25)[22..], [0.0, 0.2, 0.2]);
    }

    #[test]
    fn a_new_play_replaces_the_sound_that_waits() {
        let mut test = test();
        test.send(0, 10, 0.1);
        test.send(10, 10, 0.1);
        assert_eq!(test.heard(0, 2), [0.1, 0.1]);
        test.mixer.shared.play.store(1, Relaxed);
        test.send(2, 2, 0.3);
        assert_eq!(test.heard(2, 3), [0.3, 0.3, 0.0]);
    }

    #[test]
    fn the_volume_changes_without_a_step() {
        let mut test = test();
        test.send(0, 8, 1.0);
        assert_eq!(test.heard(0, 2), [1.0, 1.0]);
        test.mixer.shared.volume.store(0.5_f32.to_bits(), Relaxed);
        assert_eq!(test.heard(2, 4), [0.875, 0.75, 0.625, 0.5]);
        assert_eq!(test.heard(6, 2), [0.5, 0.5]);
    }

    #[test]
    fn samples_beyond_the_range_are_clamped() {
        let mut test = test();
        test.send(0, 1, -1.5);
        assert_eq!(test.heard(0, 1), [-1.0]);
    }
}
