//! Frames of R, G, B, A for encoders.

use bevy::math::UVec2;

use crate::error::MediaError;

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
        let stride = (size.x as usize).saturating_mul(4);
        if stride.checked_mul(size.y as usize) == Some(bytes.len()) && size.min_element() > 0 {
            return Ok(Self { bytes, size, stride });
        }
        Err(MediaError::data(format!(
            "{} bytes aren't an RGBA frame of {}x{} pixels; give the size of the frame",
            bytes.len(),
            size.x,
            size.y
        )))
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
    pub(super) fn row(&self, y: usize) -> &'a [u8] {
        &self.bytes[y * self.stride..][..self.size.x as usize * 4]
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::uvec2;

    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn frames_have_the_bytes_of_their_size() {
        for (len, fits) in [(24, true), (23, false), (25, false), (0, false)] {
            let frame = RgbaFrame::new(&[0; 25][..len], uvec2(3, 2));
            let expected = if fits { Ok(()) } else { Err(ErrorName::Data) };
            assert_eq!(frame.map(drop).map_err(|error| error.name), expected, "{len} bytes");
        }
        for size in [uvec2(0, 0), uvec2(0, 5), uvec2(5, 0), UVec2::MAX] {
            assert!(RgbaFrame::new(&[], size).is_err(), "{size}");
        }
    }
}
