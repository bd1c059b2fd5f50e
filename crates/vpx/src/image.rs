//! Images in YUV 4:2:0 with 8 bits and three planes.

use std::fmt;

use crate::VpxError;

/// An image in the format I420: a plane of luma, and two planes of chroma with half of the width and height, rounded
/// up.
///
/// It borrows its planes, and each is long enough for the size.
#[derive(Clone, Copy)]
pub struct I420<'a> {
    width: u32,
    height: u32,
    planes: [&'a [u8]; 3],
    y_stride: usize,
    chroma_stride: usize,
}

impl<'a> I420<'a> {
    /// An image of these planes, in the order Y, U (Cb), V (Cr).
    ///
    /// A stride is the distance from one row to the next, in bytes. It is that of the Y plane, or of both chroma
    /// planes, since libvpx has only one for the two. The last row of a plane may end with its last pixel.
    ///
    /// # Errors
    /// [`VpxError::Planes`] if the image is empty, a stride is shorter than a row, a plane is too short or has more
    /// than 2 GiB, or the chroma planes are interleaved (NV12).
    pub fn new(
        width: u32,
        height: u32,
        planes: [&'a [u8]; 3],
        y_stride: usize,
        chroma_stride: usize,
    ) -> Result<Self, VpxError> {
        let error = |reason| VpxError::Planes { width, height, reason };
        if width == 0 || height == 0 {
            return Err(error("it is empty".into()));
        }
        let chroma = (width.div_ceil(2), height.div_ceil(2));
        let [y, u, v] = planes;
        let y = plane("Y", y, (width, height), y_stride).map_err(error)?;
        let u = plane("U", u, chroma, chroma_stride).map_err(error)?;
        let v = plane("V", v, chroma, chroma_stride).map_err(error)?;
        // libvpx takes planes one byte apart for NV12 and then reads every second byte, beyond the end of each plane.
        if chroma.0 > 1 && v.as_ptr().addr().wrapping_sub(u.as_ptr().addr()) == 1 {
            return Err(error("the chroma planes are interleaved; copy them apart".into()));
        }
        Ok(Self { width, height, planes: [y, u, v], y_stride, chroma_stride })
    }

    /// An image whose planes follow each other without gaps, in the order Y, U, V: see
    /// [`packed_len`](Self::packed_len).
    ///
    /// # Errors
    /// [`VpxError::Planes`] if the image is empty, the bytes are too few, or the image has more than 2 GiB.
    pub fn packed(width: u32, height: u32, bytes: &'a [u8]) -> Result<Self, VpxError> {
        let chroma_width = width.div_ceil(2) as usize;
        let split = || {
            let (y, chroma) = bytes.split_at_checked((width as usize).checked_mul(height as usize)?)?;
            let (u, v) = chroma.split_at_checked(chroma_width.checked_mul(height.div_ceil(2) as usize)?)?;
            Some([y, u, v])
        };
        let planes = split().ok_or_else(|| VpxError::Planes {
            width,
            height,
            reason: format!("{} bytes are too few", bytes.len()),
        })?;
        Self::new(width, height, planes, width as usize, chroma_width)
    }

    /// The number of bytes of an image without gaps. `None` if it is beyond the address space.
    pub fn packed_len(width: u32, height: u32) -> Option<usize> {
        let chroma = (width.div_ceil(2) as usize).checked_mul(height.div_ceil(2) as usize)?;
        (width as usize).checked_mul(height as usize)?.checked_add(chroma.checked_mul(2)?)
    }

    /// The width, in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The height, in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The width of the chroma planes, in pixels.
    pub fn chroma_width(&self) -> u32 {
        self.width.div_ceil(2)
    }

    /// The height of the chroma planes, in pixels.
    pub fn chroma_height(&self) -> u32 {
        self.height.div_ceil(2)
    }

    /// The plane of luma, from its first to its last pixel.
    pub fn y(&self) -> &'a [u8] {
        self.planes[0]
    }

    /// The plane of U (Cb), from its first to its last pixel.
    pub fn u(&self) -> &'a [u8] {
        self.planes[1]
    }

    /// The plane of V (Cr), from its first to its last pixel.
    pub fn v(&self) -> &'a [u8] {
        self.planes[2]
    }

    /// The distance from one row of luma to the next, in bytes.
    pub fn y_stride(&self) -> usize {
        self.y_stride
    }

    /// The distance from one row of chroma to the next, in bytes.
    pub fn chroma_stride(&self) -> usize {
        self.chroma_stride
    }
}

/// Checks a plane, and cuts it off after its last pixel.
fn plane<'a>(
    name: &str,
    bytes: &'a [u8],
    (width, height): (u32, u32),
    stride: usize,
) -> Result<&'a [u8], String> {
    let width = width as usize;
    if stride < width {
        return Err(format!("the stride {stride} of {name} is shorter than a row of {width} bytes"));
    }
    let len = plane_len(width, height as usize, stride)
        .ok_or_else(|| format!("the plane {name} has more than 2 GiB"))?;
    bytes.get(..len).ok_or_else(|| format!("the plane {name} has {} bytes and needs {len}", bytes.len()))
}

/// The number of bytes from the first to the last pixel of a plane that isn't empty. `None` if it is too large: the
/// rows at this stride must not have more than 2 GiB, since libvpx computes offsets and strides as `int`.
pub(crate) fn plane_len(width: usize, height: usize, stride: usize) -> Option<usize> {
    let whole = stride.checked_mul(height)?;
    i32::try_from(whole).ok()?;
    Some(whole - stride + width)
}

impl fmt::Debug for I420<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("I420")
            .field("width", &self.width)
            .field("height", &self.height)
            .field("y_stride", &self.y_stride)
            .field("chroma_stride", &self.chroma_stride)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(image: Result<I420<'_>, VpxError>) -> String {
        match image {
            Err(VpxError::Planes { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn planes_end_with_their_last_pixels() {
        let bytes = [0; 100];
        // 5x3 has chroma planes of 3x2.
        let image = I420::new(5, 3, [&bytes[..21], &bytes[..7], &bytes], 8, 4).expect("long enough");
        assert_eq!((image.y().len(), image.u().len(), image.v().len()), (21, 7, 7));
        assert_eq!(
            reason(I420::new(5, 3, [&bytes[..20], &bytes, &bytes], 8, 4)),
            "the plane Y has 20 bytes and needs 21"
        );
        assert_eq!(
            reason(I420::new(5, 3, [&bytes, &bytes, &bytes[..6]], 8, 4)),
            "the plane V has 6 bytes and needs 7"
        );
    }

    #[test]
    fn packed_images_have_no_gaps() {
        let bytes: Vec<u8> = (0..27).collect();
        assert_eq!(I420::packed_len(5, 3), Some(27));
        let image = I420::packed(5, 3, &bytes).expect("long enough");
        assert_eq!((image.y()[0], image.u()[0], image.v()[0], image.v()[5]), (0, 15, 21, 26));
        assert_eq!(reason(I420::packed(5, 3, &bytes[..26])), "the plane V has 5 bytes and needs 6");
        assert_eq!(reason(I420::packed(5, 3, &bytes[..14])), "14 bytes are too few");
        I420::packed(1, 1, &bytes).expect("chroma planes of one pixel can't be interleaved");
    }

    #[test]
    fn impossible_images_are_refused() {
        let bytes = [0; 100];
        let planes = [&bytes[..]; 3];
        assert_eq!(reason(I420::new(0, 3, planes, 8, 4)), "it is empty");
        assert_eq!(reason(I420::new(5, 0, planes, 8, 4)), "it is empty");
        assert_eq!(
            reason(I420::new(5, 3, planes, 4, 4)),
            "the stride 4 of Y is shorter than a row of 5 bytes"
        );
        assert_eq!(
            reason(I420::new(5, 3, planes, 5, 2)),
            "the stride 2 of U is shorter than a row of 3 bytes"
        );
        for stride in [1 << 30, 1 << 31, usize::MAX] {
            assert_eq!(reason(I420::new(5, 3, planes, stride, 4)), "the plane Y has more than 2 GiB");
        }
        assert_eq!(
            reason(I420::new(u32::MAX, u32::MAX, planes, usize::MAX, usize::MAX)),
            "the plane Y has more than 2 GiB"
        );
        let interleaved = [&bytes[..], &bytes[50..], &bytes[51..]];
        assert_eq!(
            reason(I420::new(5, 3, interleaved, 5, 6)),
            "the chroma planes are interleaved; copy them apart"
        );
    }
}
