//! Video encoders: RGBA frames in, encoded frames of one codec out.
//!
//! All encoders have the interface [`VideoEncoder`], and [`create`] makes one. A recorder calls them from one thread of
//! its own. For each frame that goes in, one encoded frame comes out at once and in the same order: no frame is
//! dropped, delayed or reordered. [`i420`] has the conversion to the color format that the codecs take.
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
mod i420;
mod mjpeg;
#[cfg(test)]
mod testing;
#[cfg(feature = "vpx")]
mod vpx;

use std::{fmt, time::Duration};

use bevy::math::UVec2;

pub(crate) use create::create;

use super::{KeyFrameInterval, codec::VideoCodec};
use crate::error::MediaError;

/// The settings of an encoder. They stay the same for the whole recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct EncoderSettings {
    /// The size of all source frames. [`VideoCodec::encoded_size`] has that of the encoded frames.
    pub(crate) size: UVec2,
    /// The target in bits per second. `None` is 2.5 Mbit/s, or a constant quality for Motion JPEG. Encoders
    /// move values that they can't reach to the nearest possible one, so 0 is the lowest bit rate.
    pub(crate) bit_rate: Option<u32>,
    /// The expected frames per second. Encoders use it until they know the times of some frames.
    pub(crate) frame_rate_hint: f32,
    /// The distance between key frames.
    pub(crate) key_frame_interval: KeyFrameInterval,
}

impl EncoderSettings {
    /// Settings for source frames of this size, with the default of everything else.
    pub(crate) fn new(size: UVec2) -> Self {
        Self { size, bit_rate: None, frame_rate_hint: 30.0, key_frame_interval: KeyFrameInterval::default() }
    }

    /// The frame rate hint, or 30 for a value that isn't a frame rate. It lies between 1 and 240.
    pub(crate) fn frame_rate(&self) -> f32 {
        if self.frame_rate_hint.is_finite() && self.frame_rate_hint > 0.0 {
            self.frame_rate_hint.clamp(1.0, 240.0)
        } else {
            30.0
        }
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
    /// frame to frame. With `force_key` the frame becomes a key frame.
    ///
    /// An error has the name `NotSupported` for a frame of another size, else `Operation`.
    fn encode(
        &mut self,
        frame: RgbaFrame<'_>,
        time: Duration,
        force_key: bool,
    ) -> Result<EncodedFrame, MediaError>;

    /// The description of the stream that containers store before the first frame: `avcC` for H.264, `None` for other
    /// codecs. It is known after the first frame.
    fn codec_private(&self) -> Option<&[u8]> {
        None
    }

    /// The colors of the encoded frames, for the tags of containers.
    fn color(&self) -> ColorFormat;

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

/// The matrix and the range of the YCbCr colors in a stream. The primaries are those of BT.709 and sRGB. The chroma
/// samples are centered between the luma samples in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
// Some builds have no encoder for some of them.
#[cfg_attr(not(all(feature = "h264", feature = "vpx")), allow(dead_code))]
pub(crate) enum ColorFormat {
    /// BT.709, limited range: HD video.
    Bt709,
    /// BT.601, limited range: VP8.
    Bt601,
    /// BT.601, full range: JPEG.
    Bt601Full,
}

#[cfg(test)]
impl ColorFormat {
    /// The `MatrixCoefficients` of ITU-T H.273, as in Matroska and MP4.
    pub(crate) fn matrix_coefficients(self) -> u8 {
        match self {
            Self::Bt709 => 1,
            Self::Bt601 | Self::Bt601Full => 5,
        }
    }

    /// Whether luma has the range of 0 to 255 instead of 16 to 235.
    pub(crate) fn is_full_range(self) -> bool {
        matches!(self, Self::Bt601Full)
    }
}

/// A frame in 8-bit RGBA: sRGB-encoded, with straight alpha, row by row from the top. Encoders compose transparent
/// pixels over black.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RgbaFrame<'a> {
    bytes: &'a [u8],
    size: UVec2,
    /// The bytes from one row to the next.
    stride: usize,
}

impl<'a> RgbaFrame<'a> {
    /// A frame without gaps between its rows. The error is named `Data` if the bytes aren't exactly those of the size.
    pub(crate) fn new(bytes: &'a [u8], size: UVec2) -> Result<Self, MediaError> {
        Self::with_stride(bytes, size, (size.x as usize).saturating_mul(4))
    }

    /// A frame with this number of bytes from one row to the next. The bytes after the last row may be missing. The
    /// error is named `Data` if the bytes aren't those of such a frame.
    pub(crate) fn with_stride(bytes: &'a [u8], size: UVec2, stride: usize) -> Result<Self, MediaError> {
        let row = (size.x as usize).checked_mul(4);
        let all = stride.checked_mul(size.y as usize);
        match (row, all) {
            (Some(row), Some(all))
                if size.min_element() > 0
                    && row <= stride
                    && (all - (stride - row)..=all).contains(&bytes.len()) =>
            {
                Ok(Self { bytes, size, stride })
            }
            _ => Err(MediaError::data(format!(
                "{} bytes aren't an RGBA frame of {}x{} pixels with {stride} bytes from row to row; give the size of \
                 the frame",
                bytes.len(),
                size.x,
                size.y
            ))),
        }
    }

    /// The size in pixels.
    pub(crate) fn size(&self) -> UVec2 {
        self.size
    }

    /// The top left part of the frame.
    pub(crate) fn cropped(self, size: UVec2) -> Self {
        Self { size: self.size.min(size), ..self }
    }

    /// The bytes of a row.
    fn row(&self, y: usize) -> &'a [u8] {
        &self.bytes[y * self.stride..][..self.size.x as usize * 4]
    }

    /// An error if the frame doesn't have this size.
    fn check_size(&self, size: UVec2) -> Result<(), MediaError> {
        if self.size == size {
            return Ok(());
        }
        Err(MediaError::not_supported(format!(
            "a frame has {}x{} pixels, but the recording {}x{}; scale the frames to the size at the start",
            self.size.x, self.size.y, size.x, size.y
        )))
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::uvec2;

    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn frames_have_the_bytes_of_their_size() {
        let size = uvec2(3, 2);
        for (len, stride, fits) in [
            (24, 12, true),
            (23, 12, false),
            (25, 12, false),
            (32, 16, true),
            // The last row may end early.
            (28, 16, true),
            (27, 16, false),
            (33, 16, false),
            (24, 11, false),
            (24, usize::MAX, false),
        ] {
            let bytes = vec![0; len];
            let frame = RgbaFrame::with_stride(&bytes, size, stride);
            assert_eq!(
                frame.map(drop).map_err(|error| error.name),
                if fits { Ok(()) } else { Err(ErrorName::Data) }
            );
        }
        for size in [uvec2(0, 0), uvec2(0, 5), uvec2(5, 0), UVec2::MAX] {
            assert!(RgbaFrame::new(&[], size).is_err(), "{size}");
        }
    }

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
