//! Motion JPEG: each frame is a JPEG file with 4:2:0 chroma and a JFIF header. It needs no library in C, but about ten
//! times the bits of other codecs.

use std::time::Duration;

use bevy::math::UVec2;
use jpeg_encoder::{ChromaSubsamplingMethod, EncodingError, ImageBuffer, JpegColorType, SamplingFactor};

use super::{
    Color, EXPECTED_FRAME_RATE, EncodedFrame, EncoderSettings, VideoCodec, VideoEncoder, check_size,
};
use crate::{
    error::MediaError,
    frame::{I420, RgbaFrame},
};

/// The quality without a bit rate, from 1 to 100.
const DEFAULT_QUALITY: f32 = 90.0;
/// The lowest quality for a bit rate. Below, blocks are visible, and little is saved.
const MIN_QUALITY: f32 = 40.0;
/// The highest quality for a bit rate. Above, files grow much for no visible gain.
const MAX_QUALITY: f32 = 95.0;
/// The largest size: that of textures on common GPUs. The file format has 16 bits for each side.
const MAX_SIZE: UVec2 = UVec2::splat(16_384);

/// An encoder of Motion JPEG.
#[derive(Debug)]
pub(crate) struct MjpegEncoder {
    size: UVec2,
    i420: I420,
    /// `None` for a constant quality.
    rate: Option<RateControl>,
    /// The length of the last file: a guess for the next one.
    last_len: usize,
}

impl MjpegEncoder {
    /// An encoder with these settings. The error is named `NotSupported` if a side has more than 16,384 pixels, or
    /// none.
    pub(crate) fn new(settings: EncoderSettings) -> Result<Self, MediaError> {
        settings.check_size(VideoCodec::Mjpeg, UVec2::ONE, MAX_SIZE)?;
        Ok(Self {
            size: settings.size,
            i420: I420::new(settings.size),
            rate: settings.bit_rate.map(RateControl::new),
            last_len: 0,
        })
    }
}

impl VideoEncoder for MjpegEncoder {
    fn encode(&mut self, frame: RgbaFrame<'_>, time: Duration) -> Result<EncodedFrame, MediaError> {
        check_size(frame, self.size)?;
        self.i420.convert(frame, self.color().space());
        let quality = self.rate.as_ref().map_or(DEFAULT_QUALITY, |rate| rate.quality);
        let mut data = Vec::with_capacity(self.last_len + self.last_len / 8);
        let mut encoder = jpeg_encoder::Encoder::new(&mut data, quality.round() as u8);
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        // The chroma planes have half the resolution already.
        encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Nearest);
        encoder.encode_image(Planes(&self.i420)).map_err(failed)?;
        self.last_len = data.len();
        if let Some(rate) = &mut self.rate {
            rate.count(data.len(), time);
        }
        Ok(EncodedFrame { data, is_key: true })
    }

    fn color(&self) -> Color {
        Color::JPEG
    }

    fn encoded_size(&self) -> UVec2 {
        self.size
    }
}

/// The error of the JPEG encoder.
fn failed(error: EncodingError) -> MediaError {
    MediaError::operation(format!("a frame can't be encoded as JPEG: {error}; try another size or codec"))
}

/// The planes as the source of the JPEG encoder. It reads rows of all components in full resolution, and of the chroma
/// rows only the values at even columns and rows.
struct Planes<'a>(&'a I420);

impl ImageBuffer for Planes<'_> {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }

    fn width(&self) -> u16 {
        // Sizes are checked in the constructor of the encoder.
        self.0.size().x as u16
    }

    fn height(&self) -> u16 {
        self.0.size().y as u16
    }

    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let [luma_stride, chroma_stride, _] = self.0.strides();
        let [luma, u, v] = self.0.planes();
        let [luma_row, u_row, v_row, _] = buffers;
        luma_row.extend_from_slice(&luma[usize::from(y) * luma_stride..][..luma_stride]);
        for (plane, row) in [(u, u_row), (v, v_row)] {
            let len = row.len() + luma_stride;
            row.extend(
                plane[usize::from(y / 2) * chroma_stride..][..chroma_stride].iter().flat_map(|v| [*v; 2]),
            );
            row.truncate(len);
        }
    }
}

/// Adjusts the quality from frame to frame, so that the bits per second approach a target.
///
/// The target of a frame is its share of the time, and what earlier frames left over or took too much, repaid within a
/// second. The quality moves by the logarithm of how far the last frame missed its target.
#[derive(Debug)]
struct RateControl {
    bits_per_second: f32,
    /// From [`MIN_QUALITY`] to [`MAX_QUALITY`].
    quality: f32,
    /// The bits that earlier frames left over. Negative for too many.
    balance: f32,
    /// The seconds of the first frame: a guess.
    frame_duration: f32,
    last_time: Option<Duration>,
}

impl RateControl {
    /// The steps of quality for a frame that is e times as long as its target. The length of typical files grows by e
    /// within 20 to 40 steps.
    const GAIN: f32 = 12.0;
    /// The most steps from frame to frame.
    const MAX_STEP: f32 = 10.0;

    fn new(bits_per_second: u32) -> Self {
        Self {
            bits_per_second: bits_per_second.max(1) as f32,
            quality: 75.0,
            balance: 0.0,
            frame_duration: 1.0 / EXPECTED_FRAME_RATE,
            last_time: None,
        }
    }

    /// Counts an encoded frame.
    fn count(&mut self, bytes: usize, time: Duration) {
        let bits = (bytes * 8) as f32;
        let duration = match self.last_time.replace(time) {
            // A pause doesn't save up bits.
            Some(last) => time.saturating_sub(last).as_secs_f32().clamp(0.001, 1.0),
            None => self.frame_duration,
        };
        let share = self.bits_per_second * duration;
        self.balance = (self.balance + share - bits).clamp(-self.bits_per_second, self.bits_per_second);
        let target = (share + self.balance * duration).max(share / 4.0);
        let step = Self::GAIN * (target / bits).ln();
        self.quality =
            (self.quality + step.clamp(-Self::MAX_STEP, Self::MAX_STEP)).clamp(MIN_QUALITY, MAX_QUALITY);
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::uvec2;

    use super::{super::testing, *};

    #[test]
    fn the_encoder_does_what_encoders_do() {
        let sizes = [uvec2(1, 1), uvec2(2, 1), uvec2(16, 16), uvec2(17, 17), uvec2(639, 359)];
        testing::check_encoder(VideoCodec::Mjpeg, &sizes, 35.0);
    }

    #[test]
    fn frames_are_jfif_files_of_quality_90_without_a_bit_rate() {
        let size = uvec2(64, 64);
        let mut encoder = MjpegEncoder::new(EncoderSettings::new(size)).expect("a possible size");
        let frames = testing::encode(&mut encoder, size, (0..3).map(|i| testing::pattern(size, i)));
        for frame in frames {
            assert!(frame.is_key);
            assert_eq!(frame.data[..4], [0xff, 0xd8, 0xff, 0xe0]);
            assert_eq!(&frame.data[6..11], b"JFIF\0");
            // The first quantizer of luma in the standard's example is 16, and 16 * 20 / 100 rounds to 3.
            let table =
                frame.data.windows(2).position(|bytes| bytes == [0xff, 0xdb]).expect("a table of quantizers");
            assert_eq!(frame.data[table + 5], 3);
        }
    }

    #[test]
    fn the_bit_rate_is_that_of_the_settings_at_any_frame_rate() {
        let size = uvec2(320, 240);
        for milliseconds in [33, 66] {
            let bit_rate = 2_000_000;
            let settings = EncoderSettings { bit_rate: Some(bit_rate), ..EncoderSettings::new(size) };
            let mut encoder = MjpegEncoder::new(settings).expect("a possible size");
            let mut bytes = 0;
            for i in 0..90 {
                let pixels = testing::pattern(size, i);
                let frame = RgbaFrame::new(&pixels, size).expect("its size");
                let time = Duration::from_millis(u64::from(i) * milliseconds);
                bytes += encoder.encode(frame, time).expect("its size").data.len();
            }
            let rate = bytes as f64 * 8000.0 / (90 * milliseconds) as f64;
            assert!((rate / f64::from(bit_rate) - 1.0).abs() < 0.1, "{rate} bits per second");
        }
    }
}
