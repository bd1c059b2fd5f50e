//! H.264 by OpenH264: the Constrained Baseline profile, one reference frame, no reordering.
//!
//! The encoder returns byte streams with start codes and repeats the parameter sets at each key frame. Containers want
//! NAL units after their lengths, and the parameter sets once, in an `avcC` record.

use std::{fmt, time::Duration};

use bevy::math::{UVec2, uvec2};
use openh264::{
    OpenH264API, Timestamp,
    encoder::{
        BitRate, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, RateControlMode, UsageType,
        VuiConfig,
    },
    formats::YUVSlices,
};

use super::{
    Color, EXPECTED_FRAME_RATE, EncodedFrame, EncoderSettings, VideoCodec, VideoEncoder, check_size,
};
use crate::{
    error::MediaError,
    frame::{I420, RgbaFrame},
    recorder::{bit_rate, key_frames::KeyFrameSchedule},
};

/// The smallest size that the encoder takes.
const MIN_SIZE: UVec2 = uvec2(16, 16);
/// The largest size that the encoder takes, in either orientation.
const MAX_SIZE: UVec2 = uvec2(3840, 2160);
/// The lowest bit rate. The encoder refuses those below one bit per frame.
const MIN_BIT_RATE: u32 = 10_000;
/// The highest bit rate. Above, the rate control overflows.
const MAX_BIT_RATE: u32 = 40_000_000;

/// The types of NAL units that go to containers in `avcC` only.
const SEQUENCE_PARAMETER_SET: u8 = 7;
const PICTURE_PARAMETER_SET: u8 = 8;

/// An encoder of H.264.
pub(crate) struct H264Encoder {
    /// The size of the source frames.
    size: UVec2,
    encoder: Encoder,
    /// A frame of the encoded size.
    i420: I420,
    schedule: KeyFrameSchedule,
    /// `avcC`, after the first frame.
    configuration: Option<Vec<u8>>,
}

impl fmt::Debug for H264Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("H264Encoder").field("size", &self.size).finish_non_exhaustive()
    }
}

impl H264Encoder {
    /// An encoder with these settings. The error is named `NotSupported` for a size that H.264 or the encoder can't
    /// have.
    ///
    /// Bit rates are moved into the range of 10 kbit/s to 40 Mbit/s. If even the lowest quality needs more bits than
    /// the bit rate allows, the rate is exceeded, and no frame is dropped.
    pub(crate) fn new(settings: EncoderSettings) -> Result<Self, MediaError> {
        settings.check_size(VideoCodec::H264, MIN_SIZE, MAX_SIZE)?;
        let bit_rate = settings.bit_rate.unwrap_or(bit_rate::VIDEO).clamp(MIN_BIT_RATE, MAX_BIT_RATE);
        let config = EncoderConfig::new()
            .usage_type(UsageType::CameraVideoRealTime)
            .bitrate(BitRate::from_bps(bit_rate))
            .max_frame_rate(FrameRate::from_hz(EXPECTED_FRAME_RATE))
            // Other modes count frames instead of time, so a camera that slows down gets half the bits.
            .rate_control_mode(RateControlMode::Timestamp)
            // By default frames are dropped to keep the bit rate.
            .skip_frames(false)
            // `KeyFrameSchedule` determines the key frames by time.
            .intra_frame_period(IntraFramePeriod::auto())
            .num_threads(1)
            .vui(VuiConfig::bt709());
        let encoder = Encoder::with_api_config(OpenH264API::from_source(), config).map_err(failed)?;
        Ok(Self {
            size: settings.size,
            encoder,
            i420: I420::new(VideoCodec::H264.encoded_size(settings.size)),
            schedule: KeyFrameSchedule::new(settings.key_frame_interval),
            configuration: None,
        })
    }
}

impl VideoEncoder for H264Encoder {
    fn encode(&mut self, frame: RgbaFrame<'_>, time: Duration) -> Result<EncodedFrame, MediaError> {
        check_size(frame, self.size)?;
        self.i420.convert(frame, self.color().space());
        // The first frame is a key frame anyway, and the encoder doesn't exist before.
        if self.configuration.is_some() && self.schedule.is_due(time) {
            self.encoder.force_intra_frame();
        }
        let size = self.i420.size();
        let [y, u, v] = self.i420.planes();
        let strides = self.i420.strides();
        let slices = YUVSlices::new((y, u, v), (size.x as usize, size.y as usize), strides.into());
        let stream = self.encoder.encode_at(&slices, timestamp(time)).map_err(failed)?;
        let is_key = stream.frame_type() == FrameType::IDR;
        let mut data = Vec::new();
        let (mut sequence, mut picture) = (Vec::new(), Vec::new());
        for layer in (0..stream.num_layers()).filter_map(|i| stream.layer(i)) {
            for unit in (0..layer.nal_count()).filter_map(|i| layer.nal_unit(i)) {
                let unit = without_start_code(unit);
                match unit.first().map(|header| header & 0x1f) {
                    Some(SEQUENCE_PARAMETER_SET) => sequence = unit.to_vec(),
                    Some(PICTURE_PARAMETER_SET) => picture = unit.to_vec(),
                    Some(_) => {
                        data.extend((unit.len() as u32).to_be_bytes());
                        data.extend_from_slice(unit);
                    }
                    None => {}
                }
            }
        }
        if data.is_empty() {
            return Err(MediaError::operation(
                "the H.264 encoder returned no data for a frame; try another bit rate or codec",
            ));
        }
        if self.configuration.is_none() {
            self.configuration = Some(configuration(&sequence, &picture)?);
        }
        self.schedule.count(time, is_key);
        Ok(EncodedFrame { data, is_key })
    }

    fn codec_private(&self) -> Option<&[u8]> {
        self.configuration.as_deref()
    }

    fn color(&self) -> Color {
        Color::BT709
    }

    fn encoded_size(&self) -> UVec2 {
        self.i420.size()
    }
}

/// The error of OpenH264.
fn failed(error: openh264::Error) -> MediaError {
    MediaError::operation(format!("the H.264 encoder failed: {error}; try another size, bit rate or codec"))
}

/// The timestamp for the rate control, in milliseconds.
fn timestamp(time: Duration) -> Timestamp {
    // The encoder takes a signed number, and the time between two frames must fit too.
    const MAX: u64 = i64::MAX as u64 / 2;
    Timestamp::from_millis(u64::try_from(time.as_millis()).unwrap_or(MAX).min(MAX))
}

/// A NAL unit without the start code of three or four bytes before it.
fn without_start_code(unit: &[u8]) -> &[u8] {
    let zeros = unit.iter().take_while(|byte| **byte == 0).count();
    match &unit[zeros..] {
        [1, rest @ ..] if zeros >= 2 => rest,
        _ => unit,
    }
}

/// The `avcC` record: `AVCDecoderConfigurationRecord` of ISO/IEC 14496-15, with one parameter set of each kind.
fn configuration(sequence: &[u8], picture: &[u8]) -> Result<Vec<u8>, MediaError> {
    let (&[_, profile, compatibility, level, ..], Ok(sequence_len), Ok(picture_len @ 1..)) =
        (sequence, u16::try_from(sequence.len()), u16::try_from(picture.len()))
    else {
        return Err(MediaError::operation(
            "the H.264 encoder returned no parameter sets with its first frame; choose another codec",
        ));
    };
    // Version 1, and the first bytes of the sequence parameter set.
    let mut record = vec![1, profile, compatibility, level];
    // Six reserved bits, and lengths of 4 bytes. Three reserved bits, and one sequence parameter set.
    record.extend([0xfc | 3, 0xe0 | 1]);
    record.extend(sequence_len.to_be_bytes());
    record.extend_from_slice(sequence);
    record.push(1);
    record.extend(picture_len.to_be_bytes());
    record.extend_from_slice(picture);
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::{super::testing, *};

    #[test]
    fn the_encoder_does_what_encoders_do() {
        let sizes = [uvec2(16, 16), uvec2(17, 17), uvec2(16, 90), uvec2(639, 359)];
        testing::check_encoder(VideoCodec::H264, &sizes, 30.0);
    }

    #[test]
    fn sizes_beyond_the_limits_have_a_named_error() {
        for (size, fits) in [
            (uvec2(15, 100), false),
            (uvec2(100, 15), false),
            (uvec2(2160, 3840), true),
            (uvec2(3841, 2161), true),
            (uvec2(3842, 16), false),
            (uvec2(2162, 2162), false),
        ] {
            assert_eq!(H264Encoder::new(EncoderSettings::new(size)).is_ok(), fits, "{size}");
        }
    }

    #[test]
    fn samples_have_units_with_lengths_and_no_parameter_sets() {
        let size = uvec2(64, 64);
        let mut encoder = H264Encoder::new(EncoderSettings::new(size)).expect("a possible size");
        assert_eq!(encoder.codec_private(), None);
        let frames = testing::encode(&mut encoder, size, (0..5).map(|i| testing::pattern(size, i)));
        let record = encoder.codec_private().expect("frames are encoded");
        // Version 1 of the Baseline profile, with lengths of 4 bytes and one sequence parameter set.
        assert_eq!((&record[..2], &record[4..6]), (&[1, 66][..], &[0xff, 0xe1][..]));
        for (i, frame) in frames.iter().enumerate() {
            assert_eq!(frame.is_key, i == 0);
            let (len, unit) = frame.data.split_first_chunk::<4>().expect("a length");
            assert_eq!(
                (u32::from_be_bytes(*len) as usize, unit[0] & 0x1f),
                (unit.len(), if i == 0 { 5 } else { 1 })
            );
        }
    }

    #[test]
    fn no_time_is_an_error() {
        let size = uvec2(64, 64);
        let mut encoder = H264Encoder::new(EncoderSettings::new(size)).expect("a possible size");
        let pixels = testing::pattern(size, 0);
        for time in [5, 5, 0, 6, 1 << 31, 1 << 33, 3, u64::MAX].map(Duration::from_secs) {
            let frame = RgbaFrame::new(&pixels, size).expect("its size");
            assert!(!encoder.encode(frame, time).expect("its size").data.is_empty());
        }
    }

    #[test]
    fn start_codes_are_removed() {
        assert_eq!(without_start_code(&[0, 0, 0, 1, 0x67, 0]), [0x67, 0]);
        assert_eq!(without_start_code(&[0, 0, 1, 0x67]), [0x67]);
        assert_eq!(without_start_code(&[0x67, 0, 0, 1]), [0x67, 0, 0, 1]);
        assert!(without_start_code(&[]).is_empty());
    }
}
