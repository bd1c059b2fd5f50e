//! The common interface of the containers with encoded video: the packets of one video track.

use std::{fmt::Debug, time::Duration};

use bevy::math::UVec2;

use crate::{
    error::MediaError,
    frame::{ChromaLocation, ColorRange, MAX_FRAME_SIDE, MatrixCoefficients, Rotation},
};

/// The largest packet, in bytes.
pub(super) const LONGEST_PACKET: u64 = 256 << 20;

/// The largest configuration of a decoder in a file, in bytes.
pub(super) const LONGEST_CODEC_PRIVATE: u64 = 1 << 20;

/// A reader of a container: the packets of its first video track, in the order in which a decoder needs them.
pub(super) trait Demux: Debug + Send {
    /// The description of the video track.
    fn info(&self) -> &VideoInfo;

    /// Reads the next packet. `None` at the end, which is also the place where a file is cut short.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if a packet is damaged: the next call goes on with the next
    /// packet. Others if the file is unreadable.
    fn next(&mut self) -> Result<Option<Packet<'_>>, MediaError>;

    /// Goes to the last key frame at or before a time, or to the first one if there is none before. If the file has no
    /// index, it searches the file.
    ///
    /// The decoder has to be reset.
    ///
    /// # Errors
    /// The system's error of reading the file.
    fn seek(&mut self, to: Duration) -> Result<(), MediaError>;
}

/// An encoded frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::source) struct Packet<'a> {
    /// The time at which the frame is shown, from the start of the file. Packets are in the order of decoding, so these
    /// times don't always rise.
    pub time: Duration,
    /// Whether a decoder can start here.
    pub is_key: bool,
    /// Whether the frame is shown. The edit list of an MP4 file can hide frames that others need.
    pub is_shown: bool,
    /// The encoded bytes.
    pub data: &'a [u8],
}

/// The description of a video track.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::source) struct VideoInfo {
    /// The codec.
    pub codec: VideoCodec,
    /// The width and height of the encoded frames, in pixels, as the container has them. Those of the stream itself
    /// can differ.
    pub coded_size: UVec2,
    /// The part of the frames that is shown.
    pub crop: Crop,
    /// The turn that makes the frames upright.
    pub rotation: Rotation,
    /// The color space that the container declares.
    pub color: DeclaredColor,
    /// The duration, if the file has it.
    pub duration: Option<Duration>,
    /// The mean time between two frames, if the file has it.
    pub frame_duration: Option<Duration>,
    /// The configuration of the decoder: `avcC` for H.264. Empty for the other codecs.
    pub codec_private: Vec<u8>,
}

/// The number of pixels that aren't shown, at each edge of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::source) struct Crop {
    /// At the left.
    pub left: u32,
    /// At the right.
    pub right: u32,
    /// At the top.
    pub top: u32,
    /// At the bottom.
    pub bottom: u32,
}

impl Crop {
    /// The size of a frame without these pixels. `None` if nothing remains.
    pub(super) fn of(self, size: UVec2) -> Option<UVec2> {
        let width = size.x.checked_sub(self.left)?.checked_sub(self.right)?;
        let height = size.y.checked_sub(self.top)?.checked_sub(self.bottom)?;
        (width > 0 && height > 0).then_some(UVec2::new(width, height))
    }
}

/// A color space, as far as it is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::source) struct DeclaredColor {
    /// The weights of red, green and blue in luma.
    pub matrix: Option<MatrixCoefficients>,
    /// The values of black and white.
    pub range: Option<ColorRange>,
    /// Where the chroma samples lie.
    pub chroma_location: Option<ChromaLocation>,
}

impl DeclaredColor {
    /// This color space, completed by another one.
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            matrix: self.matrix.or(other.matrix),
            range: self.range.or(other.range),
            chroma_location: self.chroma_location.or(other.chroma_location),
        }
    }
}

/// The matrix of a code point of ITU-T H.273. `None` if it is unspecified or unknown.
pub(super) fn matrix_of(code: u64) -> Option<MatrixCoefficients> {
    match code {
        1 => Some(MatrixCoefficients::Bt709),
        5 | 6 => Some(MatrixCoefficients::Bt601),
        9 | 10 => Some(MatrixCoefficients::Bt2020),
        _ => None,
    }
}

/// A video codec of files that can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::source) enum VideoCodec {
    /// Motion JPEG.
    Mjpeg,
    /// VP8.
    Vp8,
    /// VP9.
    Vp9,
    /// H.264.
    H264,
}

/// The error of a video codec that no build supports.
pub(super) fn unsupported_codec(name: &str) -> MediaError {
    MediaError::not_supported(format!(
        "the video is {name}, which isn't supported; convert it to H.264 or VP9, for example with ffmpeg"
    ))
}

/// Checks the size of frames in a container's header.
pub(super) fn check_size(size: UVec2) -> Result<(), MediaError> {
    if size.min_element() == 0 || size.max_element() > MAX_FRAME_SIDE {
        return Err(MediaError::data(format!(
            "the file has an impossible size of {}x{} pixels: each side must be 1 to {MAX_FRAME_SIDE}",
            size.x, size.y
        )));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crop_leaves_at_least_one_pixel() {
        let crop = Crop { left: 2, right: 3, top: 0, bottom: 1 };
        assert_eq!(crop.of(UVec2::new(6, 2)), Some(UVec2::new(1, 1)));
        assert_eq!(crop.of(UVec2::new(5, 2)), None);
        assert_eq!(crop.of(UVec2::new(6, 1)), None);
        assert_eq!(Crop { left: u32::MAX, ..crop }.of(UVec2::new(6, 6)), None);
    }
}
