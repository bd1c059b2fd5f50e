//! Conversion of a frame to RGBA on the CPU, for code that needs pixels. Tracks are converted on the GPU instead.

use bevy::math::UVec2;

use super::{ByteOrder, Frame, PixelFormat};
use crate::error::MediaError;

impl Frame {
    /// The frame as rows of R, G, B, A bytes (display-encoded, straight alpha), not rotated. Chroma is taken from the
    /// nearest sample. This reads every pixel on the CPU: fine for one frame, too slow for a preview.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if the frame is invalid ([`Frame::validate`]),
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for a JPEG, which
    /// [`MjpegDecoder`](super::MjpegDecoder) decodes first.
    pub fn to_rgba(&self) -> Result<Vec<u8>, MediaError> {
        self.validate()?;
        if self.format == PixelFormat::Mjpeg {
            return Err(MediaError::not_supported(
                "a JPEG has no pixels to read; decode it with MjpegDecoder first",
            ));
        }
        let UVec2 { x: width, y: height } = self.size;
        let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
        let rows = self.color.yuv_to_rgb();
        for y in 0..height as usize {
            for x in 0..width as usize {
                let pixel = self.pixel(x, y);
                if self.format.is_yuv() {
                    let yuv = pixel.map(|value| f32::from(value) / 255.0);
                    rgba.extend(rows.map(|[y, u, v, offset]| {
                        let value = y * yuv[0] + u * yuv[1] + v * yuv[2] + offset;
                        (value * 255.0).round().clamp(0.0, 255.0) as u8
                    }));
                    rgba.push(255);
                } else {
                    rgba.extend(pixel);
                }
            }
        }
        Ok(rgba)
    }

    /// Y, U, V and 0, or R, G, B and A, of one pixel.
    fn pixel(&self, x: usize, y: usize) -> [u8; 4] {
        let (across, down) = self.format.subsampling();
        let (chroma_x, chroma_y) = (x / across as usize, y / down as usize);
        let at = |plane: usize, x: usize, y: usize| {
            self.buffer[self.planes[plane].offset + self.planes[plane].stride * y + x]
        };
        match self.format.byte_order() {
            ByteOrder::Packed422 { y: luma, u, v } => {
                [at(0, x * 2 + luma, y), at(0, chroma_x * 4 + u, y), at(0, chroma_x * 4 + v, y), 0]
            }
            ByteOrder::SemiPlanar { u, v } => {
                [at(0, x, y), at(1, chroma_x * 2 + u, chroma_y), at(1, chroma_x * 2 + v, chroma_y), 0]
            }
            ByteOrder::Planar => [at(0, x, y), at(1, chroma_x, chroma_y), at(2, chroma_x, chroma_y), 0],
            ByteOrder::Gray => [at(0, x, y), 128, 128, 0],
            ByteOrder::Rgb { red, green, blue, pixel, alpha } => {
                let [red, green, blue] = [red, green, blue].map(|byte| at(0, x * pixel + byte, y));
                [red, green, blue, if alpha { at(0, x * pixel + 3, y) } else { 255 }]
            }
            ByteOrder::Compressed => [0; 4],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{ColorSpace, FramePool};

    fn one_color(format: PixelFormat, bytes: &[u8]) -> [u8; 4] {
        let mut frame = Frame::packed(format, UVec2::new(2, 1), FramePool::default().copy_of(bytes));
        frame.color = ColorSpace::JPEG;
        let rgba = frame.to_rgba().expect("a whole frame");
        [rgba[0], rgba[1], rgba[2], rgba[3]]
    }

    #[test]
    fn pure_red_of_jpeg_is_red_in_every_order_of_bytes() {
        // ITU-T T.871: red is Y 76, Cb 85, Cr 255.
        for (format, bytes) in [
            (PixelFormat::Yuyv, vec![76, 85, 76, 255]),
            (PixelFormat::Yvyu, vec![76, 255, 76, 85]),
            (PixelFormat::Uyvy, vec![85, 76, 255, 76]),
            (PixelFormat::Vyuy, vec![255, 76, 85, 76]),
            (PixelFormat::Nv12, vec![76, 76, 85, 255]),
            (PixelFormat::Nv21, vec![76, 76, 255, 85]),
            (PixelFormat::I420, vec![76, 76, 85, 255]),
            (PixelFormat::I444, vec![76, 76, 85, 85, 255, 255]),
        ] {
            let [r, g, b, a] = one_color(format, &bytes);
            assert!(r >= 254 && g <= 1 && b <= 1 && a == 255, "{format:?}: {r} {g} {b} {a}");
        }
        assert_eq!(one_color(PixelFormat::Bgr24, &[0, 0, 255, 0, 0, 255]), [255, 0, 0, 255]);
        assert_eq!(one_color(PixelFormat::Bgra32, &[0, 0, 255, 7, 0, 0, 255, 7]), [255, 0, 0, 7]);
    }

    #[test]
    fn limited_range_maps_16_to_black_and_235_to_white() {
        let mut frame = Frame::packed(PixelFormat::Grey, UVec2::new(2, 1), vec![16, 235].into());
        frame.color = ColorSpace::default();
        assert_eq!(frame.to_rgba(), Ok(vec![0, 0, 0, 255, 255, 255, 255, 255]));
    }

    #[test]
    fn a_frame_cut_short_is_an_error_and_not_a_panic() {
        let frame = Frame::packed(PixelFormat::I420, UVec2::new(64, 64), vec![0; 100].into());
        let error = frame.to_rgba().expect_err("100 bytes are too few");
        assert!(error.message.contains("cut short"), "{error}");
    }
}
