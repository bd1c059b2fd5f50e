//! The color spaces of recordings.

use crate::frame::{ColorRange, ColorSpace, MatrixCoefficients};

/// The color space of encoded frames, in the code points of ITU-T H.273. The primaries are those of BT.709 and sRGB.
/// The chroma samples are centered between the luma samples in both directions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    /// `ColourPrimaries`.
    pub primaries: u8,
    /// `TransferCharacteristics`.
    pub transfer: u8,
    /// `MatrixCoefficients`.
    pub matrix: u8,
    /// Whether black is 0 and white 255, instead of 16 and 235.
    pub full_range: bool,
}

// Some builds have no encoder for some of them.
#[cfg_attr(not(all(feature = "h264", feature = "vpx")), allow(dead_code))]
impl Color {
    /// BT.709 in limited range: the usual one of encoded video.
    pub const BT709: Self = Self { primaries: 1, transfer: 1, matrix: 1, full_range: false };
    /// BT.601 in limited range: that of VP8.
    pub const BT601: Self = Self { primaries: 1, transfer: 1, matrix: 5, full_range: false };
    /// sRGB by the matrix of BT.601 in full range: that of JPEG images.
    pub const JPEG: Self = Self { primaries: 1, transfer: 13, matrix: 5, full_range: true };

    /// The relation of luma and chroma to RGB.
    pub fn space(self) -> ColorSpace {
        let matrix = if self.matrix == 1 { MatrixCoefficients::Bt709 } else { MatrixCoefficients::Bt601 };
        let range = if self.full_range { ColorRange::Full } else { ColorRange::Limited };
        ColorSpace { matrix, range }
    }
}
