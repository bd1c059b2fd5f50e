//! VP8 and VP9 by libvpx.
//!
//! VP9 streams declare BT.709. VP8 streams can't declare a color space: by RFC 6386 they have BT.601. FFmpeg assumes
//! that whatever the container says. Chromium follows the container, and assumes BT.709 for large frames if it says
//! nothing. So VP8 frames are converted with BT.601, and containers have to declare it.

use std::time::Duration;

use bevy::math::UVec2;
use viewfinder_vpx::{Codec, ColorRange, ColorSpace, Encoder, EncoderConfig, KeyFrameInterval, VpxError};

use super::{
    Color, EXPECTED_FRAME_RATE, EncodedFrame, EncoderSettings, VideoCodec, VideoEncoder, check_size,
};
use crate::{
    error::MediaError,
    frame::{I420, RgbaFrame},
    recorder::{bit_rate, key_frames::KeyFrameSchedule},
};

/// An encoder of VP8 or VP9.
#[derive(Debug)]
pub(crate) struct VpxEncoder {
    codec: VideoCodec,
    encoder: Encoder,
    i420: I420,
    schedule: KeyFrameSchedule,
    /// The time of the last frame in milliseconds.
    last: Option<u64>,
}

impl VpxEncoder {
    /// An encoder of VP8 with these settings. The error is named `NotSupported` for a size that VP8 can't have.
    pub(crate) fn vp8(settings: EncoderSettings) -> Result<Self, MediaError> {
        Self::new(VideoCodec::Vp8, Codec::Vp8, settings)
    }

    /// An encoder of VP9 with these settings. The error is named `NotSupported` for a size that the encoder can't have.
    pub(crate) fn vp9(settings: EncoderSettings) -> Result<Self, MediaError> {
        Self::new(VideoCodec::Vp9, Codec::Vp9, settings)
    }

    fn new(codec: VideoCodec, library_codec: Codec, settings: EncoderSettings) -> Result<Self, MediaError> {
        let size = settings.size;
        let config = EncoderConfig::new(library_codec, size.x, size.y)
            .bit_rate(settings.bit_rate.unwrap_or(bit_rate::VIDEO))
            .frame_rate(EXPECTED_FRAME_RATE)
            // `KeyFrameSchedule` determines the key frames.
            .key_frame_interval(KeyFrameInterval::Time(Duration::MAX))
            // VP8 ignores it.
            .color(ColorSpace::Bt709, ColorRange::Studio);
        let encoder = Encoder::new(config).map_err(|error| failed(codec, &error))?;
        Ok(Self {
            codec,
            encoder,
            i420: I420::new(size),
            schedule: KeyFrameSchedule::new(settings.key_frame_interval),
            last: None,
        })
    }
}

impl VideoEncoder for VpxEncoder {
    fn encode(&mut self, frame: RgbaFrame<'_>, time: Duration) -> Result<EncodedFrame, MediaError> {
        let size = self.i420.size();
        check_size(frame, size)?;
        self.i420.convert(frame, self.color().space());
        let [y_stride, chroma_stride, _] = self.i420.strides();
        let image = viewfinder_vpx::I420::new(size.x, size.y, self.i420.planes(), y_stride, chroma_stride)
            .map_err(|error| failed(self.codec, &error))?;
        // Two frames of the same millisecond would be an error. Only the rate control uses the time.
        let next = self.last.map_or(0, |last| last.saturating_add(1));
        let milliseconds = u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(next);
        let is_due = self.schedule.is_due(time);
        let packet =
            self.encoder.encode(&image, milliseconds, is_due).map_err(|error| failed(self.codec, &error))?;
        self.last = Some(milliseconds);
        self.schedule.count(time, packet.is_key);
        Ok(EncodedFrame { data: packet.data.to_vec(), is_key: packet.is_key })
    }

    fn color(&self) -> Color {
        if self.codec == VideoCodec::Vp8 { Color::BT601 } else { Color::BT709 }
    }

    fn encoded_size(&self) -> UVec2 {
        self.i420.size()
    }
}

/// The error of libvpx.
fn failed(codec: VideoCodec, error: &VpxError) -> MediaError {
    match error {
        VpxError::EncoderSize { .. } => {
            MediaError::not_supported(format!("the {codec} encoder refuses: {error}"))
        }
        _ => MediaError::operation(format!("the {codec} encoder failed: {error}; try another size or codec")),
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::uvec2;

    use super::{
        super::{create, testing},
        *,
    };
    use crate::error::ErrorName;

    const CODECS: [VideoCodec; 2] = [VideoCodec::Vp8, VideoCodec::Vp9];

    #[test]
    fn the_encoders_do_what_encoders_do() {
        let sizes = [uvec2(1, 1), uvec2(2, 3), uvec2(16, 16), uvec2(17, 17), uvec2(639, 359)];
        for codec in CODECS {
            testing::check_encoder(codec, &sizes, 30.0);
        }
    }

    #[test]
    fn frames_of_the_same_or_an_earlier_time_are_encoded() {
        let size = uvec2(64, 64);
        let pixels = testing::pattern(size, 0);
        for codec in CODECS {
            let mut encoder = create(codec, EncoderSettings::new(size)).expect("a possible size");
            for time in [5, 5, 0, 6, 1 << 31, 3].map(Duration::from_secs) {
                let frame = RgbaFrame::new(&pixels, size).expect("its size");
                assert!(!encoder.encode(frame, time).expect("its size").data.is_empty());
            }
        }
    }

    #[test]
    fn sizes_beyond_the_limits_have_a_named_error() {
        for codec in CODECS {
            let error = create(codec, EncoderSettings::new(uvec2(16_384, 16)));
            assert_eq!(error.expect_err("too large").name, ErrorName::NotSupported);
        }
    }
}
