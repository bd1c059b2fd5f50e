//! The sound of a recording: from blocks with times to packets with times.

use std::{collections::VecDeque, time::Duration};

use super::{PACKET_FRAMES, SAMPLE_RATE, opus::OpusTrackEncoder, synchronizer::Synchronizer};
use crate::{
    error::MediaError,
    recorder::{
        clock::Span,
        container::{AudioCodec, AudioTrack, Sample, TrackKind},
    },
    source::audio::AudioSamples,
};

/// The sound that is kept before the first frame: frames arrive later than the sound that was captured with them.
const LONGEST_EARLY: Duration = Duration::from_secs(1);

/// The sound of a recording.
#[derive(Debug)]
pub(crate) struct SoundTrack {
    synchronizer: Synchronizer,
    encoder: OpusTrackEncoder,
    description: AudioTrack,
    /// The number of packets so far.
    packets: u32,
    /// The newest blocks, before the first frame.
    early: VecDeque<AudioSamples>,
}

impl SoundTrack {
    /// Sound of one channel or two, at this number of bits per second.
    ///
    /// # Errors
    /// Those of [`OpusTrackEncoder::new`].
    pub fn new(channels: u16, bit_rate: u32) -> Result<Self, MediaError> {
        let channels = channels.clamp(1, 2);
        let encoder = OpusTrackEncoder::new(channels, bit_rate)?;
        let description =
            AudioTrack { codec: AudioCodec::Opus, channels: channels as u8, pre_skip: encoder.pre_skip() };
        Ok(Self {
            synchronizer: Synchronizer::new(channels),
            encoder,
            description,
            packets: 0,
            early: VecDeque::new(),
        })
    }

    /// The track in the file.
    pub fn description(&self) -> AudioTrack {
        self.description.clone()
    }

    /// Keeps a block until the first frame arrives.
    pub fn keep(&mut self, block: &AudioSamples) {
        self.early.push_back(block.clone());
        while self.early.len() > 1
            && self.early.iter().map(AudioSamples::duration).sum::<Duration>() > LONGEST_EARLY
        {
            self.early.pop_front();
        }
    }

    /// The blocks that were kept.
    pub fn take_kept(&mut self) -> VecDeque<AudioSamples> {
        std::mem::take(&mut self.early)
    }

    /// Adds the part of a block that belongs to the recording.
    pub fn push(&mut self, block: &AudioSamples, Span { skip, at, length }: Span) {
        let frames = |time: Duration| (time.as_secs_f64() * f64::from(block.sample_rate)).round() as usize;
        let first = frames(skip).min(block.frames());
        let last = (first + frames(length)).min(block.frames());
        let channels = usize::from(block.channels);
        let samples = &block.samples[first * channels..last * channels];
        self.synchronizer.push(samples, block.channels, block.sample_rate, at);
    }

    /// The end of the sound so far.
    pub fn end(&self) -> Duration {
        self.synchronizer.end()
    }

    /// Adds silence up to this time.
    pub fn fill_to(&mut self, at: Duration) {
        self.synchronizer.fill_to(at);
    }

    /// Ends the sound at this time.
    pub fn finish(&mut self, at: Duration) {
        self.synchronizer.finish(at);
    }

    /// The next packet, if there is as much sound.
    ///
    /// # Errors
    /// Those of the encoder.
    pub fn take_packet(&mut self) -> Result<Option<Sample>, MediaError> {
        let Some(sound) = self.synchronizer.take_packet() else { return Ok(None) };
        let data = self.encoder.encode(&sound)?;
        Ok(Some(self.packet(data)))
    }

    /// The last packet: the sound that the encoder holds back.
    ///
    /// # Errors
    /// Those of the encoder.
    pub fn last_packet(&mut self) -> Result<Sample, MediaError> {
        let data = self.encoder.flush()?;
        Ok(self.packet(data))
    }

    fn packet(&mut self, data: Vec<u8>) -> Sample {
        let frames = f64::from(self.packets) * PACKET_FRAMES as f64;
        self.packets += 1;
        let time = Duration::from_secs_f64(frames / f64::from(SAMPLE_RATE));
        Sample { track: TrackKind::Audio, time, is_key: true, data }
    }
}
