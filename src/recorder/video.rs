//! Video encoders: RGBA frames in, encoded frames of one codec out.
//!
//! All encoders have the interface [`VideoEncoder`], and [`create`] makes one. A recorder calls them from one thread of
//! its own. For each frame that goes in, one encoded frame comes out at once and in the same order: no frame is
//! dropped, delayed or reordered. `I420` of the room `frame` has the color format that the codecs take.
//!
//! A codec's feature enables its decoder too, for files; this module is there with `recorder` alone.
//!
//! | codec | feature | module | sizes | color |
//! |---|---|---|---|---|
//! | Motion JPEG | always | [`mjpeg`] | 1x1 to 16,384x16,384 | BT.601, full range |
//! | H.264 | `h264` | `h264` | 16x16 to 3840x2160 or 2160x3840, rounded down to even numbers | BT.709 |
//! | VP8 | `vpx` | `vpx` | 1x1 to 16,383x16,383 | BT.601 |
//! | VP9 | `vpx` | `vpx` | 1x1 to 16,383x16,383 | BT.709 |

mod create;
#[cfg(feature = "h264")]
mod h264;
mod mjpeg;
#[cfg(test)]
mod testing;
#[cfg(feature = "vpx")]
mod vpx;

use std::{fmt, time::Duration};

use bevy::math::UVec2;

pub(crate) use create::create;

use super::{KeyFrameInterval, codec::VideoCodec, color::Color};
use crate::{error::MediaError, frame::RgbaFrame};

/// The frames per second that encoders expect until they know the times of some frames.
const EXPECTED_FRAME_RATE: f32 = 30.0;

/// The settings of an encoder. They stay the same for the whole recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct EncoderSettings {
    /// The size of all source frames. [`VideoCodec::encoded_size`] has that of the encoded frames.
    pub(crate) size: UVec2,
    /// The target in bits per second. `None` is 2.5 Mbit/s, or a constant quality for Motion JPEG. Encoders
    /// move values that they can't reach to the nearest possible one, so 0 is the lowest bit rate.
    pub(crate) bit_rate: Option<u32>,
    /// The distance between key frames.
    pub(crate) key_frame_interval: KeyFrameInterval,
}

impl EncoderSettings {
    /// Settings for source frames of this size, with the default of everything else.
    pub(crate) fn new(size: UVec2) -> Self {
        Self { size, bit_rate: None, key_frame_interval: KeyFrameInterval::default() }
    }

    /// An error if the size has a side outside this range. The order of the sides doesn't matter for `max`.
    fn check_size(&self, codec: VideoCodec, min: UVec2, max: UVec2) -> Result<(), MediaError> {
        let size = codec.encoded_size(self.size);
        let fits = size.max_element() <= max.max_element() && size.min_element() <= max.min_element();
        if size.cmpge(min).all() && fits {
            return Ok(());
        }
        Err(MediaError::not_supported(format!(
            "{codec} can't encode frames of {}x{} pixels: the smallest size is {}x{}, the largest {}x{}; choose \
             another size or codec",
            self.size.x, self.size.y, min.x, min.y, max.x, max.y
        )))
    }
}

/// An encoder of one stream of frames.
pub(crate) trait VideoEncoder: Send + fmt::Debug {
    /// Encodes a frame of the size in the settings. `time` is the time since the start of the recording. It rises from
    /// frame to frame.
    ///
    /// An error has the name `NotSupported` for a frame of another size, else `Operation`.
    fn encode(&mut self, frame: RgbaFrame<'_>, time: Duration) -> Result<EncodedFrame, MediaError>;

    /// The description of the stream that containers store before the first frame: `avcC` for H.264, `None` for other
    /// codecs. It is known after the first frame.
    fn codec_private(&self) -> Option<&[u8]> {
        None
    }

    /// The colors of the encoded frames, for the tags of containers.
    fn color(&self) -> Color;

    /// The size of the encoded frames.
    fn encoded_size(&self) -> UVec2;
}

/// An encoded frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EncodedFrame {
    /// The bytes of a sample in containers. H.264 has NAL units with lengths of 4 bytes, without parameter sets.
    pub(crate) data: Vec<u8>,
    /// Whether decoders can start at this frame.
    pub(crate) is_key: bool,
}

/// An error if a frame doesn't have the size of the recording.
fn check_size(frame: RgbaFrame<'_>, size: UVec2) -> Result<(), MediaError> {
    if frame.size() == size {
        return Ok(());
    }
    Err(MediaError::not_supported(format!(
        "a frame has {}x{} pixels, but the recording {}x{}; scale the frames to the size at the start",
        frame.size().x,
        frame.size().y,
        size.x,
        size.y
    )))
}

#[cfg(test)]
mod tests {
    use bevy::math::uvec2;

    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn sizes_and_codecs_that_are_not_possible_have_a_named_error() {
        for codec in VideoCodec::ALL {
            for size in [uvec2(0, 0), uvec2(0, 100), uvec2(100, 0), UVec2::MAX, uvec2(20_000, 100)] {
                let error = create(codec, EncoderSettings::new(size)).expect_err("an impossible size");
                assert_eq!(error.name, ErrorName::NotSupported, "{error}");
            }
            assert_eq!(
                create(codec, EncoderSettings::new(uvec2(64, 64))).is_ok(),
                codec.is_built(),
                "{codec}"
            );
        }
    }
}
