//! Photos as files of PNG, JPEG or WebP, with Exif metadata.

mod exif;

use std::path::Path;

use bevy::prelude::*;
use image::{
    ExtendedColorType, ImageEncoder, ImageError, ImageResult,
    codecs::{jpeg::JpegEncoder, png::PngEncoder, webp::WebPEncoder},
};

use super::Photo;
use crate::{error::MediaError, media_type};

/// A file format for photos.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
#[non_exhaustive]
pub enum PhotoFormat {
    /// PNG: lossless, with alpha.
    #[default]
    Png,
    /// JPEG. Transparent pixels become black, as in a browser's canvas.
    Jpeg {
        /// 1 to 100. Other values are clamped.
        quality: u8,
    },
    /// WebP: lossless, with alpha.
    WebP,
}

impl PhotoFormat {
    /// JPEG of the quality that browsers use, 92.
    pub const fn jpeg() -> Self {
        Self::Jpeg { quality: 92 }
    }

    /// The format's MIME type: `image/png` and its like.
    pub const fn mime_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg { .. } => "image/jpeg",
            Self::WebP => "image/webp",
        }
    }

    /// The usual extension of the format's files: `png`, `jpg` or `webp`.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg { .. } => "jpg",
            Self::WebP => "webp",
        }
    }

    /// The format of a file name's extension, in upper or lower case: `png`; `jpg`, `jpeg`, `jpe`, `jfif`, `jfi` or
    /// `jif`; `webp`.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for any other extension.
    pub fn from_path(path: &Path) -> Result<Self, MediaError> {
        match media_type::image(path) {
            Some("image/png") => Ok(Self::Png),
            Some("image/jpeg") => Ok(Self::jpeg()),
            Some("image/webp") => Ok(Self::WebP),
            _ => Err(MediaError::not_supported(format!(
                "'{}' doesn't end in .png, .jpg or .webp; give the file one of these extensions",
                path.display()
            ))),
        }
    }
}

/// The length of a PNG's signature and its first chunk, IHDR.
const PNG_HEADER_LEN: usize = 33;

/// The chunk that says that a PNG is in sRGB, with the perceptual intent (PNG, 11.3.2.5).
const PNG_SRGB: [u8; 13] = *b"\0\0\0\x01sRGB\0\xae\xce\x1c\xe9";

impl Photo {
    /// The photo as the bytes of a file. Slow (about a tenth of a second for a 1080p PNG): call it off the main
    /// thread.
    ///
    /// The file has Exif metadata: its size, that it is upright and in sRGB, `bevy_viewfinder` with its version as the
    /// software, and [`Photo::taken`] if it is known. It has nothing about the device, the person or the place.
    ///
    /// # Errors
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) if the format can't hold a photo of this size
    /// (JPEG and WebP have limits).
    pub fn encode(&self, format: PhotoFormat) -> Result<Vec<u8>, MediaError> {
        let (width, height) = (self.size.x, self.size.y);
        let mut bytes = Vec::new();
        match format {
            PhotoFormat::Png => {
                self.write(PngEncoder::new(&mut bytes), &self.rgba, ExtendedColorType::Rgba8).map(|()| {
                    drop(bytes.splice(PNG_HEADER_LEN..PNG_HEADER_LEN, PNG_SRGB));
                })
            }
            PhotoFormat::WebP => {
                self.write(WebPEncoder::new_lossless(&mut bytes), &self.rgba, ExtendedColorType::Rgba8)
            }
            PhotoFormat::Jpeg { quality } => {
                let over_black = |color: u8, alpha: u8| (u16::from(color) * u16::from(alpha) / 255) as u8;
                let rgb: Vec<u8> = self
                    .rgba
                    .chunks_exact(4)
                    .flat_map(|pixel| [0, 1, 2].map(|channel| over_black(pixel[channel], pixel[3])))
                    .collect();
                let encoder = JpegEncoder::new_with_quality(&mut bytes, quality.clamp(1, 100));
                self.write(encoder, &rgb, ExtendedColorType::Rgb8)
            }
        }
        .map_err(|error| {
            MediaError::not_supported(format!(
                "a photo of {width}x{height} can't be encoded: {error}; take it with a smaller canvas, or as PNG"
            ))
        })?;
        Ok(bytes)
    }

    fn write(
        &self,
        mut encoder: impl ImageEncoder,
        pixels: &[u8],
        colors: ExtendedColorType,
    ) -> ImageResult<()> {
        encoder.set_exif_metadata(exif::write(self.size, self.taken)).map_err(ImageError::Unsupported)?;
        encoder.write_image(pixels, self.size.x, self.size.y, colors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo() -> Photo {
        Photo::new(UVec2::new(2, 1), vec![255, 0, 0, 255, 10, 20, 30, 0])
    }

    #[test]
    fn lossless_formats_keep_every_byte() {
        for format in [PhotoFormat::Png, PhotoFormat::WebP] {
            let bytes = photo().encode(format).expect("a small photo");
            let read = image::load_from_memory(&bytes).expect("our own file").to_rgba8();
            assert_eq!(read.as_raw()[..], photo().rgba[..], "{format:?}");
        }
    }

    #[test]
    fn a_jpeg_has_black_where_the_photo_is_transparent() {
        let bytes = photo().encode(PhotoFormat::Jpeg { quality: 100 }).expect("a small photo");
        let read = image::load_from_memory(&bytes).expect("our own file").to_rgb8();
        assert!(read.get_pixel(1, 0).0.iter().all(|value| *value < 80), "{:?}", read.get_pixel(1, 0));
    }

    #[test]
    fn the_format_is_that_of_the_extension() {
        assert_eq!(PhotoFormat::from_path(Path::new("a/b.JPG")), Ok(PhotoFormat::jpeg()));
        assert_eq!(PhotoFormat::from_path(Path::new("b.jfif")), Ok(PhotoFormat::jpeg()));
        assert_eq!(PhotoFormat::from_path(Path::new("b.webp")), Ok(PhotoFormat::WebP));
        assert!(PhotoFormat::from_path(Path::new("b.gif")).is_err());
        assert!(PhotoFormat::from_path(Path::new("b.mpo")).is_err());
        assert!(PhotoFormat::from_path(Path::new("png")).is_err());
    }
}
