//! Opus, by `opus-pure`.

use opus_pure::{Application, MAX_PACKET_BYTES, OpusEncoder};

use super::{PACKET_FRAMES, SAMPLE_RATE};
use crate::error::MediaError;

/// The bit rates that Opus has, in bits per second.
const BIT_RATES: std::ops::RangeInclusive<u32> = 6_000..=510_000;

/// Encodes sound of a recording as packets of 20 ms.
///
/// The encoded sound is late by [`pre_skip`](Self::pre_skip) frames, which players skip at the beginning.
#[derive(Debug)]
pub(crate) struct OpusTrackEncoder {
    encoder: OpusEncoder,
    channels: usize,
    packet: Vec<u8>,
}

impl OpusTrackEncoder {
    /// An encoder of one or two channels. A bit rate that Opus doesn't have becomes the nearest that it has.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for another number of channels.
    pub fn new(channels: u16, bit_rate: u32) -> Result<Self, MediaError> {
        let channels = usize::from(channels);
        let mut encoder =
            OpusEncoder::new(SAMPLE_RATE as i32, channels, Application::Audio).map_err(|error| {
                MediaError::not_supported(format!(
                    "Opus can't encode {channels} channels ({error}): record one or two"
                ))
            })?;
        encoder.bitrate_bps = bit_rate.clamp(*BIT_RATES.start(), *BIT_RATES.end()) as i32;
        Ok(Self { encoder, channels, packet: vec![0; MAX_PACKET_BYTES] })
    }

    /// The frames at 48 kHz that players skip at the beginning.
    pub fn pre_skip(&self) -> u16 {
        self.encoder.lookahead() as u16
    }

    /// Encodes 20 ms of interleaved samples at 48 kHz.
    ///
    /// # Errors
    /// [`ErrorName::Unknown`](crate::error::ErrorName::Unknown) if they aren't 20 ms, or if the encoder fails.
    pub fn encode(&mut self, samples: &[f32]) -> Result<Vec<u8>, MediaError> {
        if samples.len() != PACKET_FRAMES * self.channels {
            return Err(MediaError::unknown(format!(
                "a packet of sound has {} samples in place of {}: this is a defect of the recorder; please report it",
                samples.len(),
                PACKET_FRAMES * self.channels
            )));
        }
        let length = self.encoder.encode(samples, PACKET_FRAMES, &mut self.packet).map_err(|error| {
            MediaError::unknown(format!(
                "Opus can't encode the sound ({error}): record without it, or try again"
            ))
        })?;
        Ok(self.packet[..length].to_vec())
    }

    /// The last packet: the end of the sound, which the encoder still holds, and silence after it.
    ///
    /// # Errors
    /// [`ErrorName::Unknown`](crate::error::ErrorName::Unknown) if the encoder fails.
    pub fn flush(&mut self) -> Result<Vec<u8>, MediaError> {
        self.encode(&vec![0.0; PACKET_FRAMES * self.channels])
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write as _,
        process::{Command, Stdio},
    };

    use opus_pure::{OggOpusWriter, OpusHead};

    use super::*;

    /// Frames of a tone, with a click at 0.5 s and one in the last 5 ms.
    fn sound(channels: usize) -> Vec<f32> {
        let frame = |frame: usize| {
            let click = [24_000..24_024, 47_800..47_824].iter().any(|click| click.contains(&frame));
            let tone = (frame as f32 * 440.0 / 48_000.0 * std::f32::consts::TAU).sin();
            0.1 * tone + if click { 0.7 } else { 0.0 }
        };
        (0..48_000).flat_map(|index| std::iter::repeat_n(frame(index), channels)).collect()
    }

    /// Packets in Ogg, decoded by ffmpeg, which applies the pre-skip.
    fn decoded(encoder: &OpusTrackEncoder, packets: &[Vec<u8>]) -> Vec<f32> {
        let head = OpusHead::for_encoder(&encoder.encoder, SAMPLE_RATE);
        let mut ogg = OggOpusWriter::new(Vec::new(), head).expect("an Ogg file");
        for packet in packets {
            ogg.write_packet(packet).expect("a valid packet");
        }
        let ogg = ogg.finish().expect("an end");
        let mut ffmpeg = Command::new("ffmpeg")
            .args(["-v", "error", "-i", "-", "-f", "f32le", "-"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("ffmpeg is needed by the tests");
        let mut input = ffmpeg.stdin.take().expect("a pipe");
        let writer = std::thread::spawn(move || input.write_all(&ogg));
        let output = ffmpeg.wait_with_output().expect("an output");
        writer.join().expect("no panic").expect("ffmpeg reads it all");
        output
            .stdout
            .chunks_exact(4)
            .map(|sample| f32::from_le_bytes([sample[0], sample[1], sample[2], sample[3]]))
            .collect()
    }

    #[test]
    fn ffmpeg_decodes_the_sound_without_a_shift() {
        for channels in [1, 2] {
            let sound = sound(channels);
            let mut encoder = OpusTrackEncoder::new(channels as u16, 128_000).expect("an encoder");
            assert_eq!(encoder.pre_skip(), 312);
            let mut packets: Vec<_> = sound
                .chunks_exact(PACKET_FRAMES * channels)
                .map(|samples| encoder.encode(samples).expect("a packet"))
                .collect();
            packets.push(encoder.flush().expect("a packet"));
            let decoded = decoded(&encoder, &packets);
            assert!(decoded.len() >= sound.len(), "the end of the sound is there");
            let noise: f64 = sound.iter().zip(&decoded).map(|(a, b)| f64::from(a - b).powi(2)).sum();
            let power: f64 = sound.iter().map(|sample| f64::from(*sample).powi(2)).sum();
            let decibels = 10.0 * (power / noise).log10();
            assert!(decibels > 15.0, "{decibels} dB with {channels} channels");
        }
    }

    #[test]
    fn the_bit_rate_is_followed_within_the_limits_of_opus() {
        let bytes = |bit_rate| -> usize {
            let mut encoder = OpusTrackEncoder::new(1, bit_rate).expect("an encoder");
            let noise: Vec<_> =
                (0..48_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 2e7 - 0.4).collect();
            noise
                .chunks_exact(PACKET_FRAMES)
                .map(|samples| encoder.encode(samples).expect("a packet").len())
                .sum()
        };
        for bit_rate in [32_000, 96_000] {
            let rate = bytes(bit_rate) * 8;
            assert!(
                rate.abs_diff(bit_rate as usize) < bit_rate as usize / 5,
                "{rate} bits in place of {bit_rate}"
            );
        }
        for absurd in [0, 1, u32::MAX] {
            assert!(bytes(absurd) > 0);
        }
    }

    #[test]
    fn absurd_requests_are_errors() {
        for channels in [0, 3, u16::MAX] {
            assert!(OpusTrackEncoder::new(channels, 64_000).is_err());
        }
        let mut encoder = OpusTrackEncoder::new(2, 64_000).expect("an encoder");
        for samples in [0, 960, 1921] {
            assert!(encoder.encode(&vec![0.0; samples]).is_err());
        }
    }
}
