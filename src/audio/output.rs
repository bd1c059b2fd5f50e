//! The sound of a track, for other threads.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use bevy::prelude::*;
use crossbeam_channel::{Receiver, Sender, bounded};

use crate::source::audio::AudioSamples;

/// A receiver of sound on another thread.
pub(crate) trait SampleSink: Send + Sync {
    /// Called for each block of a live track, on the thread of its source. It must not block.
    fn deliver(&self, samples: AudioSamples);
}

/// The sound of an [`AudioTrack`](super::AudioTrack): a component of each. Clones are handles of the same sound.
///
/// In browsers it passes no sound on: their samples stay with the browser. [`AudioLevel`](super::AudioLevel) and
/// recordings work there.
///
/// ```
/// # use std::time::Duration;
/// # use bevy::prelude::*;
/// use bevy_viewfinder::audio::AudioOutput;
///
/// fn listen(output: Single<&AudioOutput>) {
///     let reader = output.reader(50);
///     std::thread::spawn(move || {
///         while let Some(block) = reader.read(Duration::from_secs(1)) {
///             println!("{} frames at {} Hz", block.frames(), block.sample_rate);
///         }
///     });
/// }
/// # bevy::ecs::system::assert_is_system(listen);
/// ```
#[derive(Component, Clone, Default, Reflect)]
#[reflect(opaque, Component, Clone, Debug, Default)]
pub struct AudioOutput(Arc<Mutex<Vec<Weak<dyn SampleSink>>>>);

impl AudioOutput {
    /// Reads the sound from now on. At most this many blocks wait to be read (at least one); later ones are lost.
    pub fn reader(&self, blocks: usize) -> AudioReader {
        let (sender, receiver) = bounded(blocks.max(1));
        let sink: Arc<dyn SampleSink> = Arc::new(ChannelSink(sender));
        self.subscribe(&sink);
        AudioReader { blocks: receiver, _sink: sink }
    }

    /// Passes the sound on to a sink until that is dropped.
    pub(crate) fn subscribe(&self, sink: &Arc<dyn SampleSink>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(sink));
    }

    pub(super) fn deliver(&self, samples: &AudioSamples) {
        let mut sinks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sinks.retain(|sink| match sink.upgrade() {
            Some(sink) => {
                sink.deliver(samples.clone());
                true
            }
            None => false,
        });
    }
}

impl fmt::Debug for AudioOutput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AudioOutput").finish_non_exhaustive()
    }
}

/// Reads the sound of a track on any thread: [`AudioOutput::reader`].
pub struct AudioReader {
    blocks: Receiver<AudioSamples>,
    /// Dropping it ends the subscription.
    _sink: Arc<dyn SampleSink>,
}

impl AudioReader {
    /// Waits for the next block, at most this long. `None` if none comes. In a browser none ever comes, and it doesn't
    /// wait.
    pub fn read(&self, wait: Duration) -> Option<AudioSamples> {
        if cfg!(target_family = "wasm") {
            return None;
        }
        self.blocks.recv_timeout(wait).ok()
    }
}

impl fmt::Debug for AudioReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AudioReader").field("waiting", &self.blocks.len()).finish_non_exhaustive()
    }
}

struct ChannelSink(Sender<AudioSamples>);

impl SampleSink for ChannelSink {
    fn deliver(&self, samples: AudioSamples) {
        // A slow reader loses blocks, and not memory.
        let _ = self.0.try_send(samples);
    }
}

#[cfg(test)]
mod tests {
    use bevy::platform::time::Instant;

    use super::*;

    #[test]
    fn a_slow_reader_loses_blocks_and_a_dropped_one_is_forgotten() {
        let output = AudioOutput::default();
        let reader = output.reader(2);
        for value in [0.1, 0.2, 0.3] {
            output.deliver(&AudioSamples {
                samples: [value].into(),
                channels: 1,
                sample_rate: 48_000,
                captured: Instant::now(),
            });
        }
        let read = || reader.read(Duration::ZERO).map(|block| block.samples[0]);
        assert_eq!([read(), read(), read()], [Some(0.1), Some(0.2), None]);
        drop(reader);
        output.deliver(&AudioSamples {
            samples: [0.4].into(),
            channels: 1,
            sample_rate: 48_000,
            captured: Instant::now(),
        });
        assert!(output.0.lock().expect("no panic").is_empty());
    }
}
