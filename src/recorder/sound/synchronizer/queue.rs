//! The sound that was made and not taken yet.

use std::collections::VecDeque;

use crate::recorder::sound::SAMPLE_RATE;

/// The longest sound, in seconds.
const LONGEST: f64 = 366.0 * 24.0 * 3600.0;

/// Contiguous sound at 48 kHz. Silence takes no memory, however long it is.
#[derive(Debug)]
pub(super) struct Queue {
    channels: usize,
    runs: VecDeque<Run>,
    /// The frames in the runs.
    waiting: u64,
    /// The frames that were added since the beginning.
    end: u64,
}

#[derive(Debug)]
enum Run {
    /// Frames of silence.
    Silence(u64),
    /// Interleaved samples.
    Sound(VecDeque<f32>),
}

impl Queue {
    pub fn new(channels: usize) -> Self {
        Self { channels, runs: VecDeque::new(), waiting: 0, end: 0 }
    }

    /// The time at which the sound ends so far, in seconds.
    pub fn end_in_seconds(&self) -> f64 {
        self.end as f64 / f64::from(SAMPLE_RATE)
    }

    /// Adds interleaved samples.
    pub fn extend(&mut self, samples: &[f32]) {
        self.count(samples.len() / self.channels);
        match self.runs.back_mut() {
            Some(Run::Sound(sound)) => sound.extend(samples),
            _ => self.runs.push_back(Run::Sound(samples.iter().copied().collect())),
        }
    }

    /// Adds silence up to this time, in seconds.
    pub fn fill_to(&mut self, at: f64) {
        self.add_silence(position(at).saturating_sub(self.end));
    }

    /// Adds silence up to the end of a packet.
    pub fn fill_packet(&mut self, frames: usize) {
        self.add_silence(self.waiting.next_multiple_of(frames as u64) - self.waiting);
    }

    /// Removes what is after this time (in seconds), as far as it is still there.
    pub fn cut_to(&mut self, at: f64) {
        let mut surplus = self.end.saturating_sub(position(at)).min(self.waiting);
        self.end -= surplus;
        self.waiting -= surplus;
        while surplus > 0
            && let Some(run) = self.runs.pop_back()
        {
            match run {
                Run::Silence(frames) if frames > surplus => {
                    self.runs.push_back(Run::Silence(frames - surplus));
                    surplus = 0;
                }
                Run::Silence(frames) => surplus -= frames,
                Run::Sound(mut sound) => {
                    let frames = ((sound.len() / self.channels) as u64).min(surplus);
                    sound.truncate(sound.len() - frames as usize * self.channels);
                    surplus -= frames;
                    if !sound.is_empty() {
                        self.runs.push_back(Run::Sound(sound));
                    }
                }
            }
        }
    }

    /// Takes this many frames from the front. `None` if there are fewer.
    pub fn take(&mut self, frames: usize) -> Option<Vec<f32>> {
        self.waiting = self.waiting.checked_sub(frames as u64)?;
        let samples = frames * self.channels;
        let mut taken = Vec::with_capacity(samples);
        while taken.len() < samples
            && let Some(run) = self.runs.front_mut()
        {
            let missing = samples - taken.len();
            let is_over = match run {
                Run::Silence(left) => {
                    let some = (*left).min((missing / self.channels) as u64);
                    taken.resize(taken.len() + some as usize * self.channels, 0.0);
                    *left -= some;
                    *left == 0
                }
                Run::Sound(sound) => {
                    taken.extend(sound.drain(..missing.min(sound.len())));
                    sound.is_empty()
                }
            };
            if is_over {
                self.runs.pop_front();
            }
        }
        Some(taken)
    }

    fn add_silence(&mut self, frames: u64) {
        if frames > 0 {
            self.waiting += frames;
            self.end += frames;
            self.runs.push_back(Run::Silence(frames));
        }
    }

    fn count(&mut self, frames: usize) {
        self.waiting += frames as u64;
        self.end += frames as u64;
    }
}

/// The frame at this time, in seconds. Times after more than a year are that of a year.
fn position(at: f64) -> u64 {
    (at.min(LONGEST) * f64::from(SAMPLE_RATE)).round() as u64
}
