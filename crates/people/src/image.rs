//! Images of color.

use crate::PeopleError;

/// The largest side of an image, in pixels.
const MAX_SIDE: usize = 32_767;

/// The bytes of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelFormat {
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue, and a byte that is ignored.
    Rgba,
}

impl PixelFormat {
    /// The number of bytes of a pixel.
    pub const fn bytes(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// The color outside of an image: the one that the model was trained with.
#[cfg(feature = "face")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Border {
    /// Black.
    Black,
    /// The color of the nearest pixel.
    Nearest,
}

/// A borrowed image with 8 bits for each of red, green and blue in sRGB, row by row from the top.
///
/// Points of an image are in pixels, `x` to the right and `y` down. The top left corner of the image is (0, 0), so the
/// center of the first pixel is (0.5, 0.5). In `uv`, both go from 0 to 1.
#[derive(Debug, Clone, Copy)]
pub struct ImageView<'a> {
    width: usize,
    height: usize,
    stride: usize,
    format: PixelFormat,
    data: &'a [u8],
}

impl<'a> ImageView<'a> {
    /// An image whose rows are `stride` bytes apart. Bytes after the last row are ignored.
    ///
    /// # Errors
    /// [`PeopleError::Image`] if a side is 0 or above 32,767, if a row has more bytes than the stride, or if bytes are
    /// missing.
    pub fn new(
        width: usize,
        height: usize,
        stride: usize,
        format: PixelFormat,
        data: &'a [u8],
    ) -> Result<Self, PeopleError> {
        let fail = |reason: String| Err(PeopleError::Image { width, height, reason });
        if width == 0 || height == 0 {
            return fail("a side is 0: skip the frame".into());
        }
        if width > MAX_SIDE || height > MAX_SIDE {
            return fail(format!("a side is above {MAX_SIDE}: scale the image down"));
        }
        let row = width * format.bytes();
        if stride < row {
            return fail(format!("the stride of {stride} is below the {row} bytes of a row"));
        }
        let Some(needed) = stride.checked_mul(height - 1).and_then(|bytes| bytes.checked_add(row)) else {
            return fail(format!("the stride of {stride} is too large"));
        };
        if data.len() < needed {
            return fail(format!("it needs {needed} bytes, and there are {}", data.len()));
        }
        Ok(Self { width, height, stride, format, data })
    }

    /// An image without gaps between its rows.
    ///
    /// # Errors
    /// As [`ImageView::new`].
    pub fn packed(
        width: usize,
        height: usize,
        format: PixelFormat,
        data: &'a [u8],
    ) -> Result<Self, PeopleError> {
        Self::new(width, height, width.saturating_mul(format.bytes()), format, data)
    }

    /// The width, in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The height, in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The width and the height as numbers.
    #[cfg(feature = "face")]
    pub(crate) fn size(&self) -> [f32; 2] {
        [self.width as f32, self.height as f32]
    }

    /// The pixels of a row, red first.
    #[cfg(feature = "person")]
    pub(crate) fn row(&self, y: usize) -> impl Iterator<Item = [u8; 3]> + use<'a> {
        let row = &self.data[y * self.stride..][..self.width * self.format.bytes()];
        row.chunks_exact(self.format.bytes()).map(|pixel| [pixel[0], pixel[1], pixel[2]])
    }

    /// The color at a point, interpolated between the four pixels around it, from 0 to 255.
    #[cfg(feature = "face")]
    #[inline]
    pub(crate) fn sample(&self, [x, y]: [f32; 2], border: Border) -> [f32; 3] {
        let ((column, fx), (row, fy)) = (split(x - 0.5), split(y - 0.5));
        let (right, below) = (column.saturating_add(1), row.saturating_add(1));
        let is_inside =
            column >= 0 && row >= 0 && (right as usize) < self.width && (below as usize) < self.height;
        let [a, b, c, d] = if is_inside {
            let start = row as usize * self.stride + column as usize * self.format.bytes();
            let above = &self.data[start..];
            let below = &above[self.stride..];
            let bytes = self.format.bytes();
            [color(above), color(&above[bytes..]), color(below), color(&below[bytes..])]
        } else {
            let places = [(column, row), (right, row), (column, below), (right, below)];
            places.map(|(x, y)| self.pixel(x, y, border))
        };
        std::array::from_fn(|k| {
            let (top, bottom) = (a[k] + fx * (b[k] - a[k]), c[k] + fx * (d[k] - c[k]));
            top + fy * (bottom - top)
        })
    }

    /// The color of the pixel that a point is in, from 0 to 255.
    #[cfg(feature = "face")]
    #[inline]
    pub(crate) fn nearest(&self, [x, y]: [f32; 2], border: Border) -> [f32; 3] {
        self.pixel(split(x).0, split(y).0, border)
    }

    /// A pixel. Outside of the image the border decides.
    #[cfg(feature = "face")]
    #[inline]
    fn pixel(&self, x: i32, y: i32, border: Border) -> [f32; 3] {
        let (width, height) = (self.width as i32, self.height as i32);
        let is_inside = x >= 0 && y >= 0 && x < width && y < height;
        if !is_inside && border == Border::Black {
            return [0.0; 3];
        }
        let (x, y) = (x.clamp(0, width - 1), y.clamp(0, height - 1));
        color(&self.data[y as usize * self.stride + x as usize * self.format.bytes()..])
    }
}

/// The first pixel of these bytes.
#[cfg(feature = "face")]
#[inline]
fn color(bytes: &[u8]) -> [f32; 3] {
    [f32::from(bytes[0]), f32::from(bytes[1]), f32::from(bytes[2])]
}

/// The whole part of a number, and the rest. Numbers that are too large saturate, and NaN becomes 0.
///
/// `f32::floor` is a call for the x86-64 that Rust builds for by default.
#[cfg(feature = "face")]
#[inline]
fn split(value: f32) -> (i32, f32) {
    let toward_zero = value as i32;
    let whole = toward_zero.saturating_sub(i32::from(toward_zero as f32 > value));
    (whole, value - whole as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_make_no_image_are_errors() {
        let bytes = [0; 36];
        for (width, height, stride, format, good) in [
            (4, 3, 12, PixelFormat::Rgb, true),
            (3, 3, 12, PixelFormat::Rgba, true),
            (1, 1, 3, PixelFormat::Rgb, true),
            (4, 3, 13, PixelFormat::Rgb, false),
            (4, 3, 16, PixelFormat::Rgba, false),
            (4, 3, 11, PixelFormat::Rgb, false),
            (0, 3, 12, PixelFormat::Rgb, false),
            (4, 0, 12, PixelFormat::Rgb, false),
            (4, 3, usize::MAX, PixelFormat::Rgb, false),
            (40_000, 1, 120_000, PixelFormat::Rgb, false),
        ] {
            let image = ImageView::new(width, height, stride, format, &bytes);
            assert_eq!(image.is_ok(), good, "{width}x{height}, stride {stride}");
        }
        assert!(ImageView::packed(usize::MAX, 1, PixelFormat::Rgba, &bytes).is_err());
    }

    #[cfg(feature = "face")]
    #[test]
    fn numbers_are_split_below() {
        assert_eq!(split(1.25), (1, 0.25));
        assert_eq!(split(-1.25), (-2, 0.75));
        assert_eq!(split(-1.0), (-1, 0.0));
        assert_eq!(split(0.0), (0, 0.0));
    }

    #[cfg(feature = "face")]
    #[test]
    fn samples_are_centered_in_pixels() {
        let bytes = [10, 0, 1, 20, 0, 1, 30, 0, 1, 40, 0, 1];
        let image = ImageView::packed(2, 2, PixelFormat::Rgb, &bytes).unwrap();
        assert_eq!(image.sample([0.5, 0.5], Border::Black), [10.0, 0.0, 1.0]);
        assert_eq!(image.sample([1.0, 1.0], Border::Black), [25.0, 0.0, 1.0]);
        assert_eq!(image.sample([0.0, 0.5], Border::Black), [5.0, 0.0, 0.5], "half of it is outside");
        assert_eq!(image.sample([-1.0, 9.0], Border::Black), [0.0; 3]);
        assert_eq!(image.sample([-1.0, 9.0], Border::Nearest), [30.0, 0.0, 1.0]);
        for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30] {
            // Whichever value: it must not panic.
            image.sample([odd, 1.0], Border::Black);
            image.nearest([odd, 1.0], Border::Nearest);
        }
    }
}
