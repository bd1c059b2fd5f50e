//! Pixel formats, and the color and orientation that a frame carries.

use bevy::{
    math::{UVec2, Vec2, Vec2Swizzles},
    reflect::Reflect,
};

/// The place of a plane in a frame's buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Plane {
    /// Bytes from the start of the buffer to the plane's first row.
    pub offset: usize,
    /// Bytes from the start of one row to the start of the next, at least those of a row.
    pub stride: usize,
}

/// The layout of a frame's bytes. The names are the FourCC codes on which FourCC and V4L2 agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Reflect)]
#[non_exhaustive]
pub enum PixelFormat {
    /// 4:2:2, one plane, bytes Y0 U Y1 V.
    Yuyv,
    /// 4:2:2, one plane, bytes Y0 V Y1 U.
    Yvyu,
    /// 4:2:2, one plane, bytes U Y0 V Y1.
    Uyvy,
    /// 4:2:2, one plane, bytes V Y0 U Y1.
    Vyuy,
    /// 4:2:0, planes Y and UV.
    Nv12,
    /// 4:2:0, planes Y and VU.
    Nv21,
    /// 4:2:2, planes Y and UV.
    Nv16,
    /// 4:2:2, planes Y and VU.
    Nv61,
    /// 4:4:4, planes Y and UV.
    Nv24,
    /// 4:4:4, planes Y and VU.
    Nv42,
    /// 4:2:0, planes Y, U, V. (V4L2's YU12 and YV12 are both this, with different offsets of the planes.)
    I420,
    /// 4:2:2, planes Y, U, V.
    I422,
    /// 4:4:0 (chroma of half the height, as in rotated JPEGs), planes Y, U, V.
    I440,
    /// 4:4:4, planes Y, U, V.
    I444,
    /// 4:1:1 (chroma of a quarter of the width), planes Y, U, V.
    I411,
    /// Luma only, one plane.
    Gray,
    /// Luma only with 10 bits, one plane: the low bits of words of two bytes, the lower byte first. V4L2's `Y10`.
    Gray10,
    /// Luma only with 12 bits, one plane: the low bits of words of two bytes, the lower byte first. V4L2's `Y12`.
    Gray12,
    /// Luma only with 16 bits, one plane: words of two bytes, the lower byte first. V4L2's `Y16` of infrared cameras,
    /// and `Z16` of depth cameras, whose values are distances.
    Gray16,
    /// 4:2:0 with 10 bits, planes Y and UV: the high bits of words of two bytes, the lower byte first.
    P010,
    /// One plane, bytes R G B.
    Rgb24,
    /// One plane, bytes B G R.
    Bgr24,
    /// One plane, bytes R G B A (straight alpha).
    Rgba32,
    /// One plane, bytes B G R A (straight alpha).
    Bgra32,
    /// Packed RGBX, one plane. The fourth byte is ignored.
    Rgbx32,
    /// Packed BGRX, one plane. The fourth byte is ignored.
    Bgrx32,
    /// A JPEG image. The capture thread decodes it to planes before it passes the frame on.
    Mjpeg,
}

/// The places of a format's components in its planes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ByteOrder {
    /// One plane of 4 bytes for 2 pixels. Y is at this byte and 2 bytes later, U and V are at these.
    Packed422 { y: usize, u: usize, v: usize },
    /// A plane of Y, and one of 2 bytes for a chroma sample with U and V at these.
    SemiPlanar { u: usize, v: usize },
    /// Planes of Y, U and V.
    Planar,
    /// A plane of Y.
    Gray,
    /// A plane of Y in words of two bytes.
    GrayWords,
    /// Planes of Y and of U, V, in words of two bytes.
    SemiPlanarWords,
    /// One plane of `pixel` bytes for a pixel, with R, G and B at these. If `alpha`, A is at byte 3.
    Rgb { red: usize, green: usize, blue: usize, pixel: usize, alpha: bool },
    /// A JPEG.
    Compressed,
}

impl PixelFormat {
    /// All pixel formats, [`Self::Mjpeg`] last.
    pub const ALL: &[Self] = &[
        Self::Yuyv,
        Self::Yvyu,
        Self::Uyvy,
        Self::Vyuy,
        Self::Nv12,
        Self::Nv21,
        Self::Nv16,
        Self::Nv61,
        Self::Nv24,
        Self::Nv42,
        Self::I420,
        Self::I422,
        Self::I440,
        Self::I444,
        Self::I411,
        Self::Gray,
        Self::Gray10,
        Self::Gray12,
        Self::Gray16,
        Self::P010,
        Self::Rgb24,
        Self::Bgr24,
        Self::Rgba32,
        Self::Bgra32,
        Self::Rgbx32,
        Self::Bgrx32,
        Self::Mjpeg,
    ];

    /// Number of planes; 1 for [`PixelFormat::Mjpeg`].
    pub const fn plane_count(self) -> usize {
        match self {
            Self::Nv12 | Self::Nv21 | Self::Nv16 | Self::Nv61 | Self::Nv24 | Self::Nv42 | Self::P010 => 2,
            Self::I420 | Self::I422 | Self::I440 | Self::I444 | Self::I411 => 3,
            _ => 1,
        }
    }

    /// The pixels of a chroma sample, across and down.
    pub const fn subsampling(self) -> (u32, u32) {
        match self {
            Self::Nv12 | Self::Nv21 | Self::I420 | Self::P010 => (2, 2),
            Self::Yuyv | Self::Yvyu | Self::Uyvy | Self::Vyuy | Self::Nv16 | Self::Nv61 | Self::I422 => {
                (2, 1)
            }
            Self::I440 => (1, 2),
            Self::I411 => (4, 1),
            _ => (1, 1),
        }
    }

    /// Bytes in a row of a plane, without padding, and the number of its rows. Sizes of chroma are rounded up. `(0, 0)`
    /// for [`PixelFormat::Mjpeg`].
    pub const fn plane_extent(self, plane: usize, size: UVec2) -> (usize, usize) {
        let (width, height) = (size.x as usize, size.y as usize);
        let (across, down) = self.subsampling();
        let chroma_width = width.div_ceil(across as usize);
        let chroma_height = height.div_ceil(down as usize);
        match (self, plane) {
            (Self::Mjpeg, _) => (0, 0),
            (Self::Yuyv | Self::Yvyu | Self::Uyvy | Self::Vyuy, _) => (chroma_width * 4, height),
            (Self::Rgb24 | Self::Bgr24, _) => (width * 3, height),
            (Self::Rgba32 | Self::Bgra32 | Self::Rgbx32 | Self::Bgrx32, _) => (width * 4, height),
            (Self::Gray10 | Self::Gray12 | Self::Gray16, _) | (Self::P010, 0) => (width * 2, height),
            (Self::P010, _) => (chroma_width * 4, chroma_height),
            (_, 0) => (width, height),
            (Self::I420 | Self::I422 | Self::I440 | Self::I444 | Self::I411, _) => {
                (chroma_width, chroma_height)
            }
            (_, _) => (chroma_width * 2, chroma_height),
        }
    }

    /// The places of the components in the planes.
    pub(crate) const fn byte_order(self) -> ByteOrder {
        const fn rgb(red: usize, blue: usize, pixel: usize, alpha: bool) -> ByteOrder {
            ByteOrder::Rgb { red, green: 1, blue, pixel, alpha }
        }
        match self {
            Self::Yuyv => ByteOrder::Packed422 { y: 0, u: 1, v: 3 },
            Self::Yvyu => ByteOrder::Packed422 { y: 0, u: 3, v: 1 },
            Self::Uyvy => ByteOrder::Packed422 { y: 1, u: 0, v: 2 },
            Self::Vyuy => ByteOrder::Packed422 { y: 1, u: 2, v: 0 },
            Self::Nv12 | Self::Nv16 | Self::Nv24 => ByteOrder::SemiPlanar { u: 0, v: 1 },
            Self::Nv21 | Self::Nv61 | Self::Nv42 => ByteOrder::SemiPlanar { u: 1, v: 0 },
            Self::I420 | Self::I422 | Self::I440 | Self::I444 | Self::I411 => ByteOrder::Planar,
            Self::Gray => ByteOrder::Gray,
            Self::Gray10 | Self::Gray12 | Self::Gray16 => ByteOrder::GrayWords,
            Self::P010 => ByteOrder::SemiPlanarWords,
            Self::Rgb24 => rgb(0, 2, 3, false),
            Self::Bgr24 => rgb(2, 0, 3, false),
            Self::Rgba32 => rgb(0, 2, 4, true),
            Self::Bgra32 => rgb(2, 0, 4, true),
            Self::Rgbx32 => rgb(0, 2, 4, false),
            Self::Bgrx32 => rgb(2, 0, 4, false),
            Self::Mjpeg => ByteOrder::Compressed,
        }
    }

    /// The planes of a tightly packed frame, one after the other.
    pub const fn packed_planes(self, size: UVec2) -> [Plane; 3] {
        let mut planes = [Plane { offset: 0, stride: 0 }; 3];
        let (mut index, mut offset) = (0, 0);
        while index < self.plane_count() {
            let (stride, rows) = self.plane_extent(index, size);
            planes[index] = Plane { offset, stride };
            offset += stride * rows;
            index += 1;
        }
        planes
    }

    /// Bytes of a tightly packed frame; 0 for [`PixelFormat::Mjpeg`], whose length varies.
    pub const fn packed_len(self, size: UVec2) -> usize {
        let (mut index, mut bytes) = (0, 0);
        while index < self.plane_count() {
            let (stride, rows) = self.plane_extent(index, size);
            bytes += stride * rows;
            index += 1;
        }
        bytes
    }

    /// Bits of a component: 8, 10, 12 or 16.
    pub const fn depth(self) -> u32 {
        match self {
            Self::Gray10 | Self::P010 => 10,
            Self::Gray12 => 12,
            Self::Gray16 => 16,
            _ => 8,
        }
    }

    /// The place of a component's lowest bit in its word.
    pub(crate) const fn shift(self) -> u32 {
        if matches!(self, Self::P010) { 6 } else { 0 }
    }

    /// The word of the largest value, or the byte.
    pub(crate) const fn largest_word(self) -> u16 {
        (((1 << self.depth()) - 1) << self.shift()) as u16
    }

    /// Whether the values are luma alone.
    pub const fn is_gray(self) -> bool {
        matches!(self, Self::Gray | Self::Gray10 | Self::Gray12 | Self::Gray16)
    }

    /// Whether the values are luma and chroma, to which a [`ColorSpace`] applies.
    pub const fn is_yuv(self) -> bool {
        !matches!(self, Self::Rgb24 | Self::Bgr24 | Self::Rgba32 | Self::Bgra32 | Self::Rgbx32 | Self::Bgrx32)
    }
}

/// The relation of a frame's YUV values to RGB: matrix coefficients and range as in ITU-T H.273.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
pub struct ColorSpace {
    /// The weights of red, green and blue in luma.
    pub matrix: MatrixCoefficients,
    /// The values of black and white.
    pub range: ColorRange,
}

/// The weights of red, green and blue in luma.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
#[non_exhaustive]
pub enum MatrixCoefficients {
    /// ITU-R BT.601: webcams, JPEG, standard definition. The default of unlabeled video.
    #[default]
    Bt601,
    /// ITU-R BT.709: high definition video.
    Bt709,
    /// ITU-R BT.2020, non-constant luminance.
    Bt2020,
}

impl MatrixCoefficients {
    /// The weights of red and blue. Green has the rest.
    pub const fn weights(self) -> (f32, f32) {
        match self {
            Self::Bt601 => (0.299, 0.114),
            Self::Bt709 => (0.2126, 0.0722),
            Self::Bt2020 => (0.2627, 0.0593),
        }
    }
}

/// The values of black and white: of 8 bits. Those of n bits are 2^(n - 8) as large, and full range has all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
pub enum ColorRange {
    /// Luma 16 to 235, chroma 16 to 240: video.
    #[default]
    Limited,
    /// 0 to 255: JPEG.
    Full,
}

/// Where chroma samples lie between luma samples, in formats whose chroma is coarser: ITU-T H.273's chroma sample
/// location. The shader interpolates chroma from these places.
///
/// It matters only in the directions in which chroma is subsampled ([`PixelFormat::subsampling`]): in 4:2:2
/// [`Self::Left`] and [`Self::TopLeft`] are the same, and in 4:4:4 all are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
#[non_exhaustive]
pub enum ChromaLocation {
    /// On the left one of the luma columns that a sample covers, and midway between their rows (H.273's type 0):
    /// MPEG-2, H.264 and H.265 by default, NV12 and YUYV of cameras.
    #[default]
    Left,
    /// In the middle of the luma samples that it covers (type 1): JPEG, MPEG-1.
    Center,
    /// On the top left one of them (type 2): BT.2020 as broadcast, DV's PAL approximately.
    TopLeft,
}

impl ChromaLocation {
    /// The offset, in chroma samples across and down, that is added to a place in the frame: a place at `(x, y)` luma
    /// pixels from the top left corner is `(x, y) / subsampling + offset` chroma samples from the corner of the
    /// chroma plane.
    pub(crate) fn offset(self, subsampling: (u32, u32)) -> Vec2 {
        // A sample in the middle of n pixels lies (n - 1) / 2 of them from the first.
        let first = |count: u32| 0.5 - 0.5 / count as f32;
        let (across, down) = (first(subsampling.0), first(subsampling.1));
        match self {
            Self::Left => Vec2::new(across, 0.0),
            Self::Center => Vec2::ZERO,
            Self::TopLeft => Vec2::new(across, down),
        }
    }
}

/// The clockwise turn that makes a frame upright.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Reflect)]
pub enum Rotation {
    /// Upright as it is.
    #[default]
    None,
    /// A quarter turn clockwise.
    Clockwise90,
    /// Upside down.
    Clockwise180,
    /// A quarter turn anticlockwise.
    Clockwise270,
}

impl Rotation {
    /// Whether width and height are swapped.
    pub const fn swaps_sides(self) -> bool {
        matches!(self, Self::Clockwise90 | Self::Clockwise270)
    }

    /// The size of the upright frame.
    pub fn upright(self, size: UVec2) -> UVec2 {
        if self.swaps_sides() { size.yx() } else { size }
    }
}

/// The largest value of this many bits.
fn largest_value(depth: u32) -> f32 {
    2_f32.powi(depth as i32) - 1.0
}

/// The chroma of gray, in units of the largest value of this many bits.
pub(crate) fn neutral_chroma(depth: u32) -> f32 {
    2_f32.powi(depth as i32 - 1) / largest_value(depth)
}

impl ColorSpace {
    /// BT.601, full range: the color space of JPEG.
    pub const JPEG: Self = Self { matrix: MatrixCoefficients::Bt601, range: ColorRange::Full };

    /// The rows of the affine map from (Y, U, V), each 0 to 1 as sampled from a texture, to (R, G, B):
    /// `red = dot(rows[0].xyz, yuv) + rows[0].w`, and so on. 1 is the largest value of `depth` bits
    /// ([`PixelFormat::depth`]).
    pub fn yuv_to_rgb(self, depth: u32) -> [[f32; 4]; 3] {
        let (red, blue) = self.matrix.weights();
        let green = 1.0 - red - blue;
        // The values for which the standard has 1 in 8 bits, in units of the largest value.
        let step = 2_f32.powi(depth as i32 - 8) / largest_value(depth);
        let (luma_scale, luma_zero, chroma_scale) = match self.range {
            ColorRange::Full => (1.0, 0.0, 1.0),
            ColorRange::Limited => (1.0 / (219.0 * step), 16.0 * step, 1.0 / (224.0 * step)),
        };
        let chroma_zero = neutral_chroma(depth);
        let v_red = 2.0 * (1.0 - red) * chroma_scale;
        let u_blue = 2.0 * (1.0 - blue) * chroma_scale;
        let u_green = -u_blue * blue / green;
        let v_green = -v_red * red / green;
        let row = |u: f32, v: f32| [luma_scale, u, v, -luma_scale * luma_zero - (u + v) * chroma_zero];
        [row(0.0, v_red), row(u_green, v_green), row(u_blue, 0.0)]
    }
}
