//! V4L2's four-character codes and color information, in this crate's terms.

use bevy::math::UVec2;
use v4l::format::{Colorspace, Quantization};

use crate::frame::{ColorRange, ColorSpace, MatrixCoefficients, PixelFormat, Plane};

/// The code of H.264 as a byte stream with start codes, a picture in each buffer.
pub(super) const H264: [u8; 4] = *b"H264";

/// The memory layout of a four-character code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    /// The pixel format: with [`is_h264`](Self::is_h264), that of the decoded frames.
    pub format: PixelFormat,
    /// Whether the frames are encoded as H.264.
    pub is_h264: bool,
    /// Whether the plane of V comes before that of U.
    pub v_before_u: bool,
    /// Whether the values are distances, and no brightness.
    pub is_depth: bool,
}

/// The layout of frames of this four-character code. `None` if it isn't supported.
///
/// The alpha of a camera's frames is arbitrary (usually 0), so formats with alpha are read as formats without.
pub(super) const fn layout(fourcc: [u8; 4]) -> Option<Layout> {
    let format = match &fourcc {
        b"YUYV" => PixelFormat::Yuyv,
        b"YVYU" => PixelFormat::Yvyu,
        b"UYVY" => PixelFormat::Uyvy,
        b"VYUY" => PixelFormat::Vyuy,
        b"NV12" => PixelFormat::Nv12,
        b"NV21" => PixelFormat::Nv21,
        b"NV16" => PixelFormat::Nv16,
        b"NV61" => PixelFormat::Nv61,
        b"NV24" => PixelFormat::Nv24,
        b"NV42" => PixelFormat::Nv42,
        b"YU12" | b"YV12" => PixelFormat::I420,
        b"422P" => PixelFormat::I422,
        b"444P" => PixelFormat::I444,
        b"411P" => PixelFormat::I411,
        b"GREY" => PixelFormat::Gray,
        b"Y10 " => PixelFormat::Gray10,
        b"Y12 " => PixelFormat::Gray12,
        b"Y16 " | b"Z16 " => PixelFormat::Gray16,
        b"P010" => PixelFormat::P010,
        b"RGB3" => PixelFormat::Rgb24,
        b"BGR3" => PixelFormat::Bgr24,
        b"AB24" | b"XB24" => PixelFormat::Rgbx32,
        b"AR24" | b"XR24" | b"BGR4" => PixelFormat::Bgrx32,
        b"MJPG" | b"JPEG" => PixelFormat::Mjpeg,
        &H264 if cfg!(feature = "h264") => PixelFormat::I420,
        _ => return None,
    };
    Some(Layout {
        format,
        is_h264: matches!(fourcc, H264),
        v_before_u: matches!(&fourcc, b"YV12"),
        is_depth: matches!(&fourcc, b"Z16 "),
    })
}

impl Layout {
    /// The planes in a buffer of `sizeimage` bytes whose first plane has rows of `bytesperline`.
    ///
    /// V4L2 stores the planes one after the other and reports the stride of the first. Those of the others scale with
    /// their widths. If the driver's numbers are impossible, rows are assumed to have no padding.
    pub fn planes(self, size: UVec2, bytesperline: u32, sizeimage: u32) -> [Plane; 3] {
        let mut planes = self
            .padded_planes(size, bytesperline as usize, sizeimage as usize)
            .unwrap_or_else(|| self.format.packed_planes(size));
        if self.v_before_u {
            planes.swap(1, 2);
        }
        planes
    }

    fn padded_planes(self, size: UVec2, bytesperline: usize, sizeimage: usize) -> Option<[Plane; 3]> {
        let plane_count = self.format.plane_count();
        let across = self.format.subsampling().0 as usize;
        let sample = if self.format.depth() > 8 { 2 } else { 1 };
        let mut planes = [Plane::default(); 3];
        let mut offset = 0_usize;
        for (index, plane) in planes.iter_mut().enumerate().take(plane_count) {
            let (row_bytes, rows) = self.format.plane_extent(index, size);
            let stride = match (index, plane_count) {
                (0, _) => bytesperline,
                (_, 2) => bytesperline.div_ceil(across * sample) * sample * 2,
                _ => bytesperline.div_ceil(across),
            };
            let last_row = offset.checked_add(stride.checked_mul(rows.saturating_sub(1))?)?;
            if stride < row_bytes || last_row.checked_add(row_bytes)? > sizeimage {
                return None;
            }
            *plane = Plane { offset, stride };
            offset = last_row.checked_add(stride)?;
        }
        Some(planes)
    }
}

/// The color space of a driver's frames. Defaults are those of the kernel's documentation ("Colorspaces", "Defining
/// Colorspaces in V4L2"). Distances have the full range.
pub(super) const fn color_space(
    layout: Layout,
    colorspace: Colorspace,
    quantization: Quantization,
) -> ColorSpace {
    if layout.is_depth || matches!(layout.format, PixelFormat::Mjpeg) {
        return ColorSpace::JPEG;
    }
    let matrix = match colorspace {
        // SMPTE 240M has a matrix of its own. BT.709's is the nearest supported one.
        Colorspace::Rec709 | Colorspace::DCIP3 | Colorspace::SMPTE240M => MatrixCoefficients::Bt709,
        Colorspace::Rec2020 => MatrixCoefficients::Bt2020,
        _ => MatrixCoefficients::Bt601,
    };
    let range = match (quantization, colorspace) {
        (Quantization::FullRange, _) | (Quantization::Default, Colorspace::JPEG) => ColorRange::Full,
        _ => ColorRange::Limited,
    };
    ColorSpace { matrix, range }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZE: UVec2 = UVec2::new(6, 4);

    fn strides(fourcc: &[u8; 4], bytesperline: u32, sizeimage: u32) -> Vec<(usize, usize)> {
        let layout = layout(*fourcc).expect("a supported format");
        let planes = layout.planes(SIZE, bytesperline, sizeimage);
        planes[..layout.format.plane_count()].iter().map(|plane| (plane.offset, plane.stride)).collect()
    }

    #[test]
    fn padding_of_the_first_plane_says_that_of_the_others() {
        assert_eq!(strides(b"YUYV", 16, 64), [(0, 16)]);
        assert_eq!(strides(b"NV12", 8, 48), [(0, 8), (32, 8)]);
        assert_eq!(strides(b"NV16", 8, 64), [(0, 8), (32, 8)]);
        assert_eq!(strides(b"NV24", 8, 96), [(0, 8), (32, 16)]);
        assert_eq!(strides(b"YU12", 8, 48), [(0, 8), (32, 4), (40, 4)]);
        assert_eq!(strides(b"422P", 8, 64), [(0, 8), (32, 4), (48, 4)]);
        assert_eq!(strides(b"411P", 8, 48), [(0, 8), (32, 2), (40, 2)]);
        assert_eq!(strides(b"P010", 16, 96), [(0, 16), (64, 16)]);
        assert_eq!(strides(b"Y16 ", 16, 64), [(0, 16)]);
        assert_eq!(strides(b"444P", 8, 96), [(0, 8), (32, 8), (64, 8)]);
    }

    #[test]
    fn yv12_has_v_before_u() {
        assert_eq!(strides(b"YV12", 6, 36), [(0, 6), (30, 3), (24, 3)]);
    }

    #[test]
    fn numbers_that_cannot_be_mean_no_padding() {
        let packed = [(0, 6), (24, 3), (30, 3)];
        assert_eq!(strides(b"YU12", 0, 0), packed);
        assert_eq!(strides(b"YU12", 3, 36), packed);
        assert_eq!(strides(b"YU12", 640, 36), packed);
        assert_eq!(strides(b"YU12", u32::MAX, u32::MAX), packed);
    }

    #[test]
    fn a_jpeg_has_no_rows() {
        assert_eq!(strides(b"MJPG", 0, 100_000), [(0, 0)]);
    }

    #[test]
    fn what_is_not_supported_has_no_layout() {
        for fourcc in [b"Y14 ", b"BA81", b"H265", b"AVC1", b"RGBP", b"RGB4"] {
            assert_eq!(layout(*fourcc), None);
        }
    }

    #[test]
    fn color_defaults_are_the_kernels() {
        let space_of = |fourcc: &[u8; 4], colorspace, quantization| {
            color_space(layout(*fourcc).expect("a supported format"), colorspace, quantization)
        };
        let space = |colorspace, quantization| space_of(b"YUYV", colorspace, quantization);
        let (default, full, limited) =
            (Quantization::Default, Quantization::FullRange, Quantization::LimitedRange);
        let bt601 = ColorSpace { matrix: MatrixCoefficients::Bt601, range: ColorRange::Limited };
        assert_eq!(space(Colorspace::Default, default), bt601);
        assert_eq!(space(Colorspace::SRGB, default), bt601);
        assert_eq!(space(Colorspace::SMPTE170M, default), bt601);
        assert_eq!(space(Colorspace::SRGB, full).range, ColorRange::Full);
        assert_eq!(space(Colorspace::JPEG, default), ColorSpace::JPEG);
        assert_eq!(space(Colorspace::JPEG, limited), bt601);
        assert_eq!(space(Colorspace::Rec709, default).matrix, MatrixCoefficients::Bt709);
        assert_eq!(space(Colorspace::Rec2020, default).matrix, MatrixCoefficients::Bt2020);
        assert_eq!(space_of(b"MJPG", Colorspace::Rec709, limited), ColorSpace::JPEG);
        assert_eq!(space_of(b"Y16 ", Colorspace::Default, default), bt601);
        assert_eq!(space_of(b"Z16 ", Colorspace::Default, default), ColorSpace::JPEG);
    }
}
