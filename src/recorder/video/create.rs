//! The encoder of each codec.

#[cfg(feature = "h264")]
use super::h264;
#[cfg(feature = "vpx")]
use super::vpx;
use super::{EncoderSettings, VideoCodec, VideoEncoder, mjpeg};
use crate::error::MediaError;

/// Makes an encoder. The error is named `NotSupported` if this build has none for the codec, or if the codec can't have
/// the size.
pub(crate) fn create(
    codec: VideoCodec,
    settings: EncoderSettings,
) -> Result<Box<dyn VideoEncoder>, MediaError> {
    Ok(match codec {
        VideoCodec::Mjpeg => Box::new(mjpeg::MjpegEncoder::new(settings)?),
        #[cfg(feature = "h264")]
        VideoCodec::H264 => Box::new(h264::H264Encoder::new(settings)?),
        #[cfg(not(feature = "h264"))]
        VideoCodec::H264 => return Err(missing(codec, "h264")),
        #[cfg(feature = "vpx")]
        VideoCodec::Vp8 => Box::new(vpx::VpxEncoder::vp8(settings)?),
        #[cfg(feature = "vpx")]
        VideoCodec::Vp9 => Box::new(vpx::VpxEncoder::vp9(settings)?),
        #[cfg(not(feature = "vpx"))]
        VideoCodec::Vp8 | VideoCodec::Vp9 => return Err(missing(codec, "vpx")),
    })
}

/// The error for a codec of a feature that is off.
#[cfg(not(all(feature = "h264", feature = "vpx")))]
fn missing(codec: VideoCodec, feature: &str) -> MediaError {
    MediaError::not_supported(format!(
        "this build has no encoder for {codec}; enable the feature `{feature}` or choose another codec"
    ))
}
