//! Opus, which the library of the other codecs lacks.

use opus_pure::OpusDecoder;

use crate::error::MediaError;

/// The rate of decoded Opus, in Hz.
pub(super) const SAMPLE_RATE: u32 = 48_000;

/// The frames of the longest packet, which is 120 ms long.
const LONGEST_PACKET: usize = 5760;

/// A decoder of Opus with one channel or two.
pub(super) struct Opus {
    decoder: OpusDecoder,
    channels: usize,
}

impl Opus {
    pub(super) fn new(channels: usize) -> Result<Self, MediaError> {
        if !(1..=2).contains(&channels) {
            return Err(MediaError::not_supported(format!(
                "the sound is Opus with {channels} channels, and only mono and stereo are supported: convert it"
            )));
        }
        let decoder = OpusDecoder::new(SAMPLE_RATE as i32, channels).map_err(|error| {
            MediaError::operation(format!("no decoder of Opus can be made: {error}; close other files"))
        })?;
        Ok(Self { decoder, channels })
    }

    pub(super) fn channels(&self) -> usize {
        self.channels
    }

    /// Forgets what was decoded, as after a seek.
    pub(super) fn reset(&mut self) {
        // A decoder that can't be reset goes on with the state of another place, which fades within a packet.
        let _ = self.decoder.reset_state();
    }

    /// Decodes a packet to interleaved samples. Returns `false` if it is damaged.
    pub(super) fn decode(&mut self, packet: &[u8], samples: &mut Vec<f32>) -> bool {
        samples.resize(LONGEST_PACKET * self.channels, 0.0);
        // An empty packet would conceal a lost one.
        let decoded = (!packet.is_empty())
            .then(|| self.decoder.decode(packet, LONGEST_PACKET, samples).ok())
            .flatten()
            .unwrap_or(0);
        samples.truncate(decoded * self.channels);
        decoded > 0
    }
}
