//! Opens the decoder of a codec, if this build has it.

#[cfg(feature = "h264")]
use super::h264::H264Decoder;
#[cfg(feature = "vpx")]
use super::vpx::VpxDecoder;
use super::{VideoDecoder, mjpeg::MjpegPackets};
use crate::{
    error::MediaError,
    source::file::demux::{VideoCodec, VideoInfo},
};

/// A decoder of this track.
///
/// # Errors
/// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if this build has no decoder of the codec, or the
/// decoder doesn't support the stream.
pub(in crate::source) fn open_decoder(info: &VideoInfo) -> Result<Box<dyn VideoDecoder>, MediaError> {
    Ok(match info.codec {
        VideoCodec::Mjpeg => Box::new(MjpegPackets),
        #[cfg(feature = "vpx")]
        VideoCodec::Vp8 | VideoCodec::Vp9 => Box::new(VpxDecoder::new(info)?),
        #[cfg(not(feature = "vpx"))]
        VideoCodec::Vp8 => return Err(missing_feature("VP8", "vpx")),
        #[cfg(not(feature = "vpx"))]
        VideoCodec::Vp9 => return Err(missing_feature("VP9", "vpx")),
        #[cfg(feature = "h264")]
        VideoCodec::H264 => Box::new(H264Decoder::new(info)?),
        #[cfg(not(feature = "h264"))]
        VideoCodec::H264 => return Err(missing_feature("H.264", "h264")),
    })
}

/// The error of a codec that this build leaves out.
#[cfg(not(all(feature = "vpx", feature = "h264")))]
fn missing_feature(codec: &str, feature: &str) -> MediaError {
    MediaError::not_supported(format!(
        "the video is {codec}, which this build can't decode; enable the feature `{feature}`, or convert the video"
    ))
}

#[cfg(all(test, not(all(feature = "h264", feature = "vpx"))))]
mod tests {
    use super::*;

    #[test]
    fn a_codec_that_is_left_out_names_its_feature() {
        let error = missing_feature("VP9", "vpx");
        assert_eq!(error.name, crate::error::ErrorName::NotSupported);
        assert!(error.message.contains("VP9") && error.message.contains("`vpx`"), "{error}");
    }
}
