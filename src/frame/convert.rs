//! Conversion of a frame to RGBA on the CPU, for code that needs pixels. Tracks are converted on the GPU instead.

use bevy::math::{UVec2, Vec2};

use super::{ByteOrder, Frame, PixelFormat, format::neutral_chroma};
use crate::error::MediaError;

impl Frame {
    /// The frame as rows of R, G, B, A bytes (display-encoded, straight alpha), not rotated. Chroma is interpolated
    /// linearly between its samples, which lie at [`Frame::chroma_location`]; the track's texture has the same colors.
    /// This reads every pixel on the CPU: fine for one frame, not for each frame of a preview.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if the frame isn't valid ([`Frame::validate`]);
    /// [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for a JPEG that hasn't been decoded
    /// ([`MjpegDecoder`](super::MjpegDecoder) does that).
    pub fn to_rgba(&self) -> Result<Vec<u8>, MediaError> {
        self.validate()?;
        if self.format == PixelFormat::Mjpeg {
            return Err(MediaError::not_supported(
                "a JPEG has no pixels to read; decode it with MjpegDecoder first",
            ));
        }
        let UVec2 { x: width, y: height } = self.size;
        let mut rgba = Vec::with_capacity(width as usize * height as usize * 4);
        let rows = self.color.yuv_to_rgb(self.format.depth());
        for y in 0..height {
            for x in 0..width {
                if !self.format.is_yuv() {
                    rgba.extend(self.rgba(x as usize, y as usize));
                    continue;
                }
                let luma = self.luma(x as usize, y as usize);
                let chroma = self.chroma(x, y);
                rgba.extend(rows.map(|[y, u, v, offset]| {
                    let value = y * luma + u * chroma.x + v * chroma.y + offset * 255.0;
                    value.round().clamp(0.0, 255.0) as u8
                }));
                rgba.push(255);
            }
        }
        Ok(rgba)
    }

    /// The mean brightness, 0 to 1, of pixels that are spread evenly over the frame: of their luma, or green if they
    /// have none. The frame must be valid ([`Frame::validate`]) and not compressed.
    pub(crate) fn mean_luma(&self) -> f32 {
        /// Pixels in each direction.
        const GRID: u32 = 64;
        let places = |size: u32| (0..GRID.min(size)).map(move |place| place * size / GRID.min(size));
        let mut sum = 0.0;
        let mut count = 0_u32;
        for y in places(self.size.y) {
            for x in places(self.size.x) {
                let (x, y) = (x as usize, y as usize);
                sum += if self.format.is_yuv() { self.luma(x, y) } else { f32::from(self.rgba(x, y)[1]) };
                count += 1;
            }
        }
        sum / (count.max(1) * 255) as f32
    }

    /// U and V of a pixel, 0 to 255: interpolated between the nearest samples.
    fn chroma(&self, x: u32, y: u32) -> Vec2 {
        let subsampling = UVec2::from(self.format.subsampling());
        let offset = self.chroma_location.offset(self.format.subsampling());
        let place = (UVec2::new(x, y).as_vec2() + 0.5) / subsampling.as_vec2() + offset - 0.5;
        let first = place.floor();
        let part = place - first;
        let last = (self.size.as_vec2() / subsampling.as_vec2()).ceil() - 1.0;
        let sample = |right: f32, down: f32| {
            let at = (first + Vec2::new(right, down)).clamp(Vec2::ZERO, last);
            self.chroma_sample(at.x as usize, at.y as usize)
        };
        let top = sample(0.0, 0.0).lerp(sample(1.0, 0.0), part.x);
        let bottom = sample(0.0, 1.0).lerp(sample(1.0, 1.0), part.x);
        top.lerp(bottom, part.y)
    }

    fn byte(&self, plane: usize, x: usize, y: usize) -> u8 {
        self.buffer[self.planes[plane].offset + self.planes[plane].stride * y + x]
    }

    /// A word of two bytes, of which 255 is the largest value.
    fn word(&self, plane: usize, x: usize, y: usize) -> f32 {
        let word = u16::from_le_bytes([self.byte(plane, x * 2, y), self.byte(plane, x * 2 + 1, y)]);
        let largest = self.format.largest_word();
        f32::from(word.min(largest)) * 255.0 / f32::from(largest)
    }

    /// Y of a pixel, 0 to 255.
    fn luma(&self, x: usize, y: usize) -> f32 {
        let at = match self.format.byte_order() {
            ByteOrder::Packed422 { y: luma, .. } => x * 2 + luma,
            ByteOrder::GrayWords | ByteOrder::SemiPlanarWords => return self.word(0, x, y),
            _ => x,
        };
        f32::from(self.byte(0, at, y))
    }

    /// U and V of the chroma sample in this column and row.
    fn chroma_sample(&self, x: usize, y: usize) -> Vec2 {
        let [u, v] = match self.format.byte_order() {
            ByteOrder::Packed422 { u, v, .. } => [self.byte(0, x * 4 + u, y), self.byte(0, x * 4 + v, y)],
            ByteOrder::SemiPlanar { u, v } => [self.byte(1, x * 2 + u, y), self.byte(1, x * 2 + v, y)],
            ByteOrder::Planar => [self.byte(1, x, y), self.byte(2, x, y)],
            ByteOrder::SemiPlanarWords => {
                return Vec2::new(self.word(1, x * 2, y), self.word(1, x * 2 + 1, y));
            }
            ByteOrder::Gray | ByteOrder::GrayWords | ByteOrder::Rgb { .. } | ByteOrder::Compressed => {
                return Vec2::splat(neutral_chroma(self.format.depth()) * 255.0);
            }
        };
        Vec2::new(f32::from(u), f32::from(v))
    }

    /// A pixel of a format that has no chroma.
    fn rgba(&self, x: usize, y: usize) -> [u8; 4] {
        match self.format.byte_order() {
            ByteOrder::Rgb { red, green, blue, pixel, alpha } => {
                let [red, green, blue] = [red, green, blue].map(|byte| self.byte(0, x * pixel + byte, y));
                [red, green, blue, if alpha { self.byte(0, x * pixel + 3, y) } else { 255 }]
            }
            _ => [0, 0, 0, 255],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::{ChromaLocation, ColorSpace, FramePool};

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
    fn chroma_is_interpolated_between_samples_at_their_location() {
        // U is 128 everywhere, V is 128 and 168; JPEG's red is Y + 1.402 * (V - 128).
        let reds = |format, size: UVec2, bytes: Vec<u8>, location| {
            let mut frame = Frame::packed(format, size, bytes.into());
            frame.color = ColorSpace::JPEG;
            frame.chroma_location = location;
            let rgba = frame.to_rgba().expect("a whole frame");
            rgba.chunks(4).map(|pixel| pixel[0]).collect::<Vec<_>>()
        };
        let row = |format, bytes: &[u8], location| reds(format, UVec2::new(4, 1), bytes.to_vec(), location);
        let packed = [100, 128, 100, 128, 100, 128, 100, 168];
        let planar = [100, 100, 100, 100, 128, 128, 128, 168];
        for location in [ChromaLocation::Left, ChromaLocation::TopLeft] {
            assert_eq!(row(PixelFormat::Yuyv, &packed, location), [100, 128, 156, 156]);
            assert_eq!(row(PixelFormat::I422, &planar, location), [100, 128, 156, 156]);
        }
        assert_eq!(row(PixelFormat::Yuyv, &packed, ChromaLocation::Center), [100, 114, 142, 156]);
        assert_eq!(row(PixelFormat::I422, &planar, ChromaLocation::Center), [100, 114, 142, 156]);

        let column = |location| {
            let bytes = vec![100, 100, 100, 100, 128, 128, 128, 168];
            reds(PixelFormat::I420, UVec2::new(1, 4), bytes, location)
        };
        assert_eq!(column(ChromaLocation::Left), [100, 114, 142, 156]);
        assert_eq!(column(ChromaLocation::Center), [100, 114, 142, 156]);
        assert_eq!(column(ChromaLocation::TopLeft), [100, 128, 156, 156]);
    }

    #[test]
    fn limited_range_maps_16_to_black_and_235_to_white() {
        let mut frame = Frame::packed(PixelFormat::Gray, UVec2::new(2, 1), vec![16, 235].into());
        frame.color = ColorSpace::default();
        assert_eq!(frame.to_rgba(), Ok(vec![0, 0, 0, 255, 255, 255, 255, 255]));
    }

    #[test]
    fn more_bits_have_the_same_black_and_white() {
        let row = |format: PixelFormat, range, words: &[u16]| {
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            let mut frame = Frame::packed(format, UVec2::new(2, 1), bytes.into());
            frame.color.range = range;
            let rgba = frame.to_rgba().expect("a whole frame");
            [rgba[0], rgba[1], rgba[2], rgba[4], rgba[5], rgba[6]]
        };
        let ends = [0, 0, 0, 255, 255, 255];
        // H.273, equations 34 and 35: black is 16 * 2^(n - 8), and white 235 * 2^(n - 8).
        assert_eq!(row(PixelFormat::Gray10, ColorRange::Limited, &[64, 940]), ends);
        assert_eq!(row(PixelFormat::Gray12, ColorRange::Limited, &[256, 3760]), ends);
        assert_eq!(row(PixelFormat::Gray16, ColorRange::Limited, &[4096, 60_160]), ends);
        assert_eq!(
            row(PixelFormat::P010, ColorRange::Limited, &[64 << 6, 940 << 6, 512 << 6, 512 << 6]),
            ends
        );
        assert_eq!(row(PixelFormat::Gray10, ColorRange::Full, &[0, 1023]), ends);
        assert_eq!(row(PixelFormat::Gray16, ColorRange::Full, &[0, 65_535]), ends);
        assert_eq!(row(PixelFormat::P010, ColorRange::Full, &[0, 1023 << 6, 512 << 6, 512 << 6]), ends);
        // A driver that fills the unused bits shows white, and nothing darker.
        assert_eq!(row(PixelFormat::Gray10, ColorRange::Full, &[0, 65_535]), ends);
    }

    #[test]
    fn a_frame_cut_short_is_an_error_and_not_a_panic() {
        let frame = Frame::packed(PixelFormat::I420, UVec2::new(64, 64), vec![0; 100].into());
        let error = frame.to_rgba().expect_err("100 bytes are too few");
        assert!(error.message.contains("cut short"), "{error}");
    }
}
