//! Images of luma.

use crate::FiducialError;

/// The largest side of an image, in pixels.
pub(crate) const MAX_SIDE: usize = 32_767;

/// A borrowed image of 8-bit luma, row by row from the top.
///
/// Points of an image are in pixels, `x` to the right and `y` down. The top left corner of the image is (0, 0), so the
/// center of the first pixel is (0.5, 0.5).
#[derive(Debug, Clone, Copy)]
pub struct GrayImage<'a> {
    width: usize,
    height: usize,
    stride: usize,
    data: &'a [u8],
}

impl<'a> GrayImage<'a> {
    /// An image whose rows are `stride` bytes apart. Bytes after the last row are ignored.
    ///
    /// # Errors
    /// [`FiducialError::Image`] if a side is 0 or above 32,767, if the stride is below the width, or if bytes are
    /// missing.
    pub fn new(width: usize, height: usize, stride: usize, data: &'a [u8]) -> Result<Self, FiducialError> {
        let fail = |reason: String| Err(FiducialError::Image { width, height, reason });
        if width == 0 || height == 0 {
            return fail("a side is 0: skip the frame".into());
        }
        if width > MAX_SIDE || height > MAX_SIDE {
            return fail(format!("a side is above {MAX_SIDE}: scale the image down"));
        }
        if stride < width {
            return fail(format!("the stride of {stride} is below the width"));
        }
        let Some(needed) = stride.checked_mul(height - 1).and_then(|bytes| bytes.checked_add(width)) else {
            return fail(format!("the stride of {stride} is too large"));
        };
        if data.len() < needed {
            return fail(format!("it needs {needed} bytes, and there are {}", data.len()));
        }
        Ok(Self { width, height, stride, data })
    }

    /// An image without gaps between its rows.
    ///
    /// # Errors
    /// As [`GrayImage::new`].
    pub fn packed(width: usize, height: usize, data: &'a [u8]) -> Result<Self, FiducialError> {
        Self::new(width, height, width, data)
    }

    /// The width, in pixels.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The height, in pixels.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The pixels of a row.
    pub(crate) fn row(&self, y: usize) -> &'a [u8] {
        &self.data[y * self.stride..][..self.width]
    }

    /// The luma at a point, interpolated between the four pixels around it. `None` if one of them is outside.
    #[inline]
    pub(crate) fn sample(&self, x: f64, y: f64) -> Option<f64> {
        let (x, y) = (x - 0.5, y - 0.5);
        // Also false for NaN.
        if !(x >= 0.0 && y >= 0.0) {
            return None;
        }
        let (column, row) = (x as usize, y as usize);
        if column >= self.width - 1 || row >= self.height - 1 {
            return None;
        }
        let (fx, fy) = (x - column as f64, y - row as f64);
        let start = row * self.stride + column;
        let (above, below) = (&self.data[start..start + 2], &self.data[start + self.stride..][..2]);
        let [a, b, c, d] = [above[0], above[1], below[0], below[1]].map(f64::from);
        let (top, bottom) = (a + fx * (b - a), c + fx * (d - c));
        Some(top + fy * (bottom - top))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_that_make_no_image_are_errors() {
        let bytes = [0; 12];
        for (width, height, stride, good) in [
            (4, 3, 4, true),
            (3, 3, 4, true),
            (1, 1, 1, true),
            (4, 3, 5, false),
            (4, 4, 4, false),
            (0, 3, 4, false),
            (4, 0, 4, false),
            (4, 3, 3, false),
            (4, 3, usize::MAX, false),
            (40_000, 1, 40_000, false),
        ] {
            let image = GrayImage::new(width, height, stride, &bytes);
            assert_eq!(image.is_ok(), good, "{width}x{height}, stride {stride}");
        }
    }

    #[test]
    fn samples_are_centered_in_pixels() {
        let image = GrayImage::new(2, 2, 3, &[10, 20, 99, 30, 40]).unwrap();
        assert_eq!(image.sample(0.5, 0.5), Some(10.0));
        assert_eq!(image.sample(1.0, 1.0), Some(25.0));
        assert_eq!(image.sample(0.49, 1.0), None);
        assert_eq!(image.sample(1.5, 1.0), None);
        assert_eq!(image.sample(f64::NAN, 1.0), None);
        assert_eq!(image.sample(f64::INFINITY, 1.0), None);
    }
}
