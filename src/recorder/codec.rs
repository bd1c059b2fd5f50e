//! The codecs of recordings.

use std::fmt;

use bevy::math::UVec2;

/// The codec of the video in a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VideoCodec {
    /// Motion JPEG.
    Mjpeg,
    /// VP8.
    Vp8,
    /// VP9.
    Vp9,
    /// H.264.
    H264,
}

impl VideoCodec {
    /// All codecs.
    #[cfg(test)]
    pub const ALL: [Self; 4] = [Self::Mjpeg, Self::Vp8, Self::Vp9, Self::H264];

    /// The name in the parameter `codecs` of media types.
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Mjpeg => "mjpeg",
            Self::Vp8 => "vp8",
            Self::Vp9 => "vp9",
            Self::H264 => "avc1",
        }
    }

    /// The codec that a media type names, in any case: `vp8`, `vp09.00.10.08`, `avc1.42E01E`.
    pub fn of_parameter(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Some(match name.split('.').next()? {
            "mjpeg" if name == "mjpeg" => Self::Mjpeg,
            "vp8" | "vp8.0" => Self::Vp8,
            "vp9" | "vp09" => Self::Vp9,
            "avc1" | "avc3" | "h264" => Self::H264,
            _ => return None,
        })
    }

    /// The feature of this crate that encodes it, beside `recorder`, and whether this build has it.
    pub const fn feature(self) -> (&'static str, bool) {
        match self {
            Self::Mjpeg => ("recorder", true),
            Self::Vp8 | Self::Vp9 => ("vpx", cfg!(feature = "vpx")),
            Self::H264 => ("h264", cfg!(feature = "h264")),
        }
    }

    /// Whether this build encodes it.
    pub const fn is_built(self) -> bool {
        self.feature().1
    }

    /// The size of the encoded frames for frames of this size. Right and bottom edges beyond it are cut off.
    pub fn encoded_size(self, size: UVec2) -> UVec2 {
        match self {
            Self::Mjpeg | Self::Vp8 | Self::Vp9 => size,
            // Both the frames that OpenH264 takes and the crop rectangle of the 4:2:0 format have even sizes.
            Self::H264 => size & !UVec2::ONE,
        }
    }
}

/// The name for people.
impl fmt::Display for VideoCodec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mjpeg => "Motion JPEG",
            Self::Vp8 => "VP8",
            Self::Vp9 => "VP9",
            Self::H264 => "H.264",
        })
    }
}
