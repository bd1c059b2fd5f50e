//! The textures that hold the planes of a frame.

use bevy::math::UVec2;

use super::PixelFormat;
use crate::error::MediaError;

impl PixelFormat {
    /// Bytes of a texel in the texture of a plane.
    pub(crate) const fn texel_bytes(self, plane: usize) -> usize {
        match self {
            Self::Yuyv
            | Self::Yvyu
            | Self::Uyvy
            | Self::Vyuy
            | Self::Rgba32
            | Self::Bgra32
            | Self::Rgbx32
            | Self::Bgrx32 => 4,
            Self::P010 if plane > 0 => 4,
            Self::Gray10 | Self::Gray12 | Self::Gray16 | Self::P010 => 2,
            _ if plane > 0 && self.plane_count() == 2 => 2,
            // No texture format has three bytes: R, G and B are separate texels.
            _ => 1,
        }
    }

    /// Width and height of a plane's texture in texels. Each row of the plane is a row of texels, so the upload needs
    /// no conversion.
    pub(crate) const fn texture_size(self, plane: usize, size: UVec2) -> UVec2 {
        let (row_bytes, rows) = self.plane_extent(plane, size);
        UVec2::new((row_bytes / self.texel_bytes(plane)) as u32, rows as u32)
    }

    /// Checks that a frame of this format and size fits into textures of at most `longest` texels per side.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if it doesn't.
    pub(crate) fn check_texture_size(self, size: UVec2, longest: u32) -> Result<(), MediaError> {
        let fits = |plane| self.texture_size(plane, size).max_element() <= longest;
        if (0..self.plane_count()).all(fits) {
            return Ok(());
        }
        Err(MediaError::not_supported(format!(
            "a frame of {}x{} {self:?} is too large for this GPU, whose textures have at most {longest} texels per side; \
             use a smaller frame size",
            size.x, size.y
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn a_frame_fits_where_the_texture_of_each_plane_does() {
        let fits = |format: PixelFormat, width, height| {
            format.check_texture_size(UVec2::new(width, height), 8192).map_err(|error| error.name)
        };
        let too_large = Err(ErrorName::NotSupported);
        assert_eq!(fits(PixelFormat::Rgba32, 8192, 8192), Ok(()));
        assert_eq!(fits(PixelFormat::Rgba32, 8193, 1), too_large);
        assert_eq!(fits(PixelFormat::I420, 1, 8193), too_large);
        // Two pixels share a texel.
        assert_eq!(fits(PixelFormat::Yuyv, 16_384, 1), Ok(()));
        // One pixel has three texels.
        assert_eq!(fits(PixelFormat::Rgb24, 2731, 1), too_large);
        assert_eq!(fits(PixelFormat::Nv24, 8192, 1), Ok(()));
    }
}
