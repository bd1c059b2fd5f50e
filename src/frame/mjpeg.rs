//! JPEG to its own Y, Cb and Cr planes: no RGB on the CPU.

mod huffman;

use bevy::math::UVec2;
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace as JpegColor, options::DecoderOptions},
};

use super::{ColorSpace, Frame, FramePool, MAX_FRAME_SIDE, PixelFormat, Plane};
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
        let options = DecoderOptions::new_fast()
            .set_strict_mode(true)
            .set_max_width(MAX_FRAME_SIDE as usize)
            .set_max_height(MAX_FRAME_SIDE as usize);
        let completed = huffman::with_tables(&frame.buffer, &self.pool);
        let jpeg = completed.as_ref().unwrap_or(&frame.buffer);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&**jpeg), options);
        decoder.decode_headers().map_err(broken)?;
        let color = decoder.input_colorspace();
        let mut raw = decoder.raw_output();
        let (Some(count), Some(layout)) = (raw.num_components(), raw.layout()) else {
            return Err(MediaError::data("the JPEG has no picture in it"));
        };
        let size = UVec2::new(layout[0].width as u32, layout[0].height as u32);
        let sampling = |index: usize| {
            let plane = &layout[index];
            (
                layout[0].horizontal_sampling_factor / plane.horizontal_sampling_factor.max(1),
                layout[0].vertical_sampling_factor / plane.vertical_sampling_factor.max(1),
            )
        };
        let format = match (color, count) {
            (Some(JpegColor::Luma), 1) => PixelFormat::Grey,
            (Some(JpegColor::YCbCr), 3) if sampling(1) == sampling(2) => match sampling(1) {
                (1, 1) => PixelFormat::I444,
                (2, 1) => PixelFormat::I422,
                (2, 2) => PixelFormat::I420,
                (1, 2) => PixelFormat::I440,
                (4, 1) => PixelFormat::I411,
                (across, down) => {
                    return Err(MediaError::not_supported(format!(
                        "a JPEG with chroma sampled 1 in {across} by 1 in {down}; ask the camera for another format"
                    )));
                }
            },
            (color, count) => {
                return Err(MediaError::not_supported(format!(
                    "a JPEG of {count} components in {color:?}; only YCbCr and grey ones come from cameras"
                )));
            }
        };

        let mut planes = [Plane::default(); 3];
        let mut strides = [0; 3];
        let mut total = 0;
        for index in 0..count {
            strides[index] = layout[index].stride;
            planes[index] = Plane { offset: total, stride: strides[index] };
            total += strides[index] * layout[index].height;
        }
        let mut buffer = self.pool.take(total);
        {
            let mut rest = &mut buffer[..];
            let mut targets: [&mut [u8]; 3] = Default::default();
            for (index, target) in targets.iter_mut().take(count).enumerate() {
                let (plane, after) = rest.split_at_mut(strides[index] * layout[index].height);
                *target = plane;
                rest = after;
            }
            raw.decode_into_planes_strided(&mut targets[..count], &strides[..count]).map_err(broken)?;
        }
        Ok(Frame { size, format, planes, color: ColorSpace::JPEG, buffer, ..frame })
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
