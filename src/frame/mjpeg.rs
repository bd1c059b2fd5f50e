//! JPEG to its own Y, Cb and Cr planes: no RGB on the CPU.

mod huffman;

use std::io::Cursor;

use bevy::math::UVec2;
use image::{ImageFormat, ImageReader, Limits};

use super::{Frame, FramePool, MAX_FRAME_SIDE, PixelFormat};
use crate::error::MediaError;

/// Decodes the frames of an MJPEG stream.
#[derive(Debug, Default)]
pub struct MjpegDecoder {
    pool: FramePool,
}

impl MjpegDecoder {
    /// A decoder whose pictures take their buffers from this pool.
    pub fn new(pool: FramePool) -> Self {
        Self { pool }
    }

    /// Decodes a [`PixelFormat::Mjpeg`] frame to planes (full-range BT.601, as JPEG means it). Sequence, time
    /// and rotation stay; the size becomes the JPEG's own. A frame of another format is given back as it is.
    /// JPEGs that leave out the usual Huffman tables, as cameras do, are understood.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) for what isn't a JPEG, is cut short or broken;
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for a JPEG that isn't YCbCr or grey.
    pub fn decode(&self, frame: Frame) -> Result<Frame, MediaError> {
        if frame.format != PixelFormat::Mjpeg {
            return Ok(frame);
        }
        let broken = |error| MediaError::data(format!("the JPEG is broken or cut short: {error}"));
        let completed = huffman::with_tables(&frame.buffer, &self.pool);
        let jpeg = completed.as_ref().unwrap_or(&frame.buffer);
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_FRAME_SIDE);
        limits.max_image_height = Some(MAX_FRAME_SIDE);
        let mut reader = ImageReader::with_format(Cursor::new(&**jpeg), ImageFormat::Jpeg);
        reader.limits(limits);
        let image = reader.decode().map_err(broken)?.into_rgb8();
        let size = UVec2::new(image.width(), image.height());
        let mut buffer = self.pool.take(image.as_raw().len());
        buffer.copy_from_slice(image.as_raw());
        let planes = PixelFormat::Rgb24.packed_planes(size);
        Ok(Frame { size, format: PixelFormat::Rgb24, planes, buffer, ..frame })
    }
}

#[cfg(test)]
mod tests {
    use image::{ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder};

    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let picture = RgbImage::from_fn(width, height, |x, y| Rgb([(x * 3) as u8, (y * 3) as u8, 128]));
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, 95)
            .write_image(&picture, width, height, image::ExtendedColorType::Rgb8)
            .expect("an encoder that writes to memory");
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Frame, MediaError> {
        let frame = Frame::packed(PixelFormat::Mjpeg, UVec2::ZERO, bytes.to_vec().into());
        MjpegDecoder::default().decode(frame)
    }

    #[test]
    fn the_planes_are_the_picture() {
        for (width, height) in [(64, 48), (37, 23), (1, 1)] {
            let frame = decode(&jpeg(width, height)).expect("a whole JPEG");
            assert_eq!(frame.size, UVec2::new(width, height));
            let rgba = frame.to_rgba().expect("planes within the buffer");
            for (index, pixel) in rgba.chunks_exact(4).enumerate() {
                let (x, y) = (index as u32 % width, index as u32 / width);
                let expected = [(x * 3) as i32, (y * 3) as i32, 128];
                for (channel, expected) in expected.into_iter().enumerate() {
                    let difference = (i32::from(pixel[channel]) - expected).abs();
                    assert!(difference <= 12, "{width}x{height} at {x},{y}: {pixel:?} is not {expected}");
                }
            }
        }
    }

    #[test]
    fn broken_jpegs_are_named_errors() {
        let whole = jpeg(320, 240);
        for cut in [0, 1, 2, 20, 200, whole.len() / 2] {
            let error = decode(&whole[..cut]).expect_err("a JPEG cut short");
            assert_eq!(error.name, crate::error::ErrorName::Data, "cut at {cut}: {error}");
        }
        assert!(decode(b"not a jpeg at all").is_err());
        // Broken in the middle: any answer will do but a panic.
        for position in (0..whole.len()).step_by(41) {
            let mut bytes = whole.clone();
            bytes[position] ^= 0xff;
            let _ = decode(&bytes);
        }
    }
}
