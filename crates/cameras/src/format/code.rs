//! The systems' codes of pixel formats.

use std::fmt;

use super::ColorRange;

/// The pixel format of a camera, by the system's own code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelCode {
    /// A code of CoreVideo or CoreMedia: four letters from the highest byte to the lowest, or a small number.
    OsType(u32),
    /// A subtype of Media Foundation: a GUID as a number. Most begin with a four-character code or a number of
    /// Direct3D, which is its highest 32 bits, and end with [`PixelCode::BASE`].
    Guid(u128),
    /// A number of SPA, PipeWire's plugin interface: a video format, or from 0x20000 on the media subtype of compressed
    /// video.
    Spa(u32),
}

/// The layout of a frame's bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// 4:2:2, one plane, bytes Y0 U Y1 V.
    Yuyv,
    /// 4:2:2, one plane, bytes Y0 V Y1 U.
    Yvyu,
    /// 4:2:2, one plane, bytes U Y0 V Y1.
    Uyvy,
    /// 4:2:0, planes Y and UV.
    Nv12,
    /// 4:2:0, planes Y and VU.
    Nv21,
    /// 4:2:2, planes Y and UV.
    Nv16,
    /// 4:4:4, planes Y and UV.
    Nv24,
    /// 4:2:0, planes Y, U, V.
    I420,
    /// 4:2:0, planes Y, V, U.
    Yv12,
    /// Luma only.
    Gray,
    /// One plane, bytes R G B.
    Rgb24,
    /// One plane, bytes B G R.
    Bgr24,
    /// One plane, bytes B G R and one that is ignored.
    Bgrx32,
    /// One plane, bytes R G B and one that is ignored.
    Rgbx32,
    /// A JPEG image.
    Jpeg,
}

impl PixelCode {
    /// The part that the subtypes of Media Foundation share.
    pub const BASE: u128 = 0x0000_0010_8000_00aa_0038_9b71;

    /// The subtype of a four-character code.
    pub const fn four_cc(code: [u8; 4]) -> Self {
        Self::direct3d(u32::from_le_bytes(code))
    }

    /// The subtype of a number of Direct3D.
    pub const fn direct3d(number: u32) -> Self {
        Self::Guid((number as u128) << 96 | Self::BASE)
    }

    /// The number of a subtype of Media Foundation. `None` for a GUID of its own.
    const fn number(guid: u128) -> Option<u32> {
        if guid & (u128::MAX >> 32) == Self::BASE { Some((guid >> 96) as u32) } else { None }
    }

    /// The layout of the bytes. `None` if it isn't one of [`Layout`], such as H.264 or ten bits.
    ///
    /// The alpha of a camera's frames is arbitrary, so it is ignored.
    pub const fn layout(self) -> Option<Layout> {
        Some(match self {
            Self::OsType(code) => match &code.to_be_bytes() {
                b"yuvs" | b"yuvf" => Layout::Yuyv,
                b"2vuy" => Layout::Uyvy,
                b"420v" | b"420f" => Layout::Nv12,
                b"422v" | b"422f" => Layout::Nv16,
                b"444v" | b"444f" => Layout::Nv24,
                b"y420" | b"f420" => Layout::I420,
                b"L008" => Layout::Gray,
                b"BGRA" => Layout::Bgrx32,
                b"RGBA" => Layout::Rgbx32,
                b"24BG" => Layout::Bgr24,
                [0, 0, 0, 24] => Layout::Rgb24,
                b"jpeg" | b"dmb1" | b"mjpg" => Layout::Jpeg,
                _ => return None,
            },
            Self::Guid(guid) => match Self::number(guid) {
                Some(20) => Layout::Bgr24,
                Some(21 | 22) => Layout::Bgrx32,
                Some(50) => Layout::Gray,
                Some(number) => match &number.to_le_bytes() {
                    b"YUY2" | b"YUYV" => Layout::Yuyv,
                    b"YVYU" => Layout::Yvyu,
                    b"UYVY" => Layout::Uyvy,
                    b"NV12" => Layout::Nv12,
                    b"NV21" => Layout::Nv21,
                    b"I420" | b"IYUV" => Layout::I420,
                    b"YV12" => Layout::Yv12,
                    b"Y800" | b"GREY" => Layout::Gray,
                    b"MJPG" => Layout::Jpeg,
                    _ => return None,
                },
                None => return None,
            },
            Self::Spa(number) => match number {
                2 => Layout::I420,
                3 => Layout::Yv12,
                4 => Layout::Yuyv,
                5 => Layout::Uyvy,
                7 | 11 => Layout::Rgbx32,
                8 | 12 => Layout::Bgrx32,
                15 => Layout::Rgb24,
                16 => Layout::Bgr24,
                19 => Layout::Yvyu,
                23 => Layout::Nv12,
                24 => Layout::Nv21,
                25 => Layout::Gray,
                51 => Layout::Nv16,
                52 => Layout::Nv24,
                0x20002 => Layout::Jpeg,
                _ => return None,
            },
        })
    }

    /// The range that the code itself tells.
    pub const fn range(self) -> Option<ColorRange> {
        match self {
            Self::OsType(code) => match &code.to_be_bytes() {
                b"yuvs" | b"2vuy" | b"420v" | b"422v" | b"444v" | b"y420" => Some(ColorRange::Limited),
                b"yuvf" | b"420f" | b"422f" | b"444f" | b"f420" | b"jpeg" | b"dmb1" | b"mjpg" => {
                    Some(ColorRange::Full)
                }
                _ => None,
            },
            Self::Guid(_) | Self::Spa(_) => match self.layout() {
                Some(Layout::Jpeg) => Some(ColorRange::Full),
                _ => None,
            },
        }
    }
}

impl fmt::Display for PixelCode {
    /// The four letters, else the number, else the GUID.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (number, letters) = match self {
            Self::Spa(number) => {
                return f.write_str(spa_name(*number).unwrap_or(&format!("SPA {number:#x}")));
            }
            Self::OsType(code) => (*code, code.to_be_bytes()),
            Self::Guid(guid) => match Self::number(*guid) {
                Some(number) => (number, number.to_le_bytes()),
                None => {
                    let [a, b, c, d, e] = [guid >> 96, guid >> 80, guid >> 64, guid >> 48, *guid];
                    return write!(
                        f,
                        "{{{:08X}-{:04X}-{:04X}-{:04X}-{:012X}}}",
                        a,
                        b & 0xffff,
                        c & 0xffff,
                        d & 0xffff,
                        e & 0xffff_ffff_ffff
                    );
                }
            },
        };
        match str::from_utf8(&letters) {
            Ok(text) if letters.iter().all(|letter| letter.is_ascii_graphic() || *letter == b' ') => {
                f.write_str(text)
            }
            _ => write!(f, "{number}"),
        }
    }
}

/// The name of a number of SPA, for the formats of cameras.
const fn spa_name(number: u32) -> Option<&'static str> {
    Some(match number {
        2 => "I420",
        3 => "YV12",
        4 => "YUY2",
        5 => "UYVY",
        7 => "RGBx",
        8 => "BGRx",
        11 => "RGBA",
        12 => "BGRA",
        15 => "RGB",
        16 => "BGR",
        19 => "YVYU",
        23 => "NV12",
        24 => "NV21",
        25 => "GRAY8",
        51 => "NV16",
        52 => "NV24",
        0x20001 => "H264",
        0x20002 => "MJPG",
        _ => return None,
    })
}

impl Layout {
    /// The number of planes; 1 for [`Self::Jpeg`].
    pub const fn plane_count(self) -> usize {
        match self {
            Self::Nv12 | Self::Nv21 | Self::Nv16 | Self::Nv24 => 2,
            Self::I420 | Self::Yv12 => 3,
            _ => 1,
        }
    }

    /// Whether the values are luma and chroma.
    pub const fn is_yuv(self) -> bool {
        !matches!(self, Self::Rgb24 | Self::Bgr24 | Self::Bgrx32 | Self::Rgbx32)
    }

    /// The bytes in a row of a plane without padding, and the number of its rows. Sizes of chroma are rounded up.
    /// `(0, 0)` for [`Self::Jpeg`] and planes that aren't there.
    pub const fn plane_extent(self, plane: usize, width: u32, height: u32) -> (usize, usize) {
        let (width, height) = (width as usize, height as usize);
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        match (self, plane) {
            (Self::Jpeg, _) => (0, 0),
            (Self::Yuyv | Self::Yvyu | Self::Uyvy, 0) => (half_width * 4, height),
            (Self::Rgb24 | Self::Bgr24, 0) => (width * 3, height),
            (Self::Bgrx32 | Self::Rgbx32, 0) => (width * 4, height),
            (Self::Gray | Self::I420 | Self::Yv12, 0) => (width, height),
            (Self::Nv12 | Self::Nv21 | Self::Nv16 | Self::Nv24, 0) => (width, height),
            (Self::Nv12 | Self::Nv21, 1) => (half_width * 2, half_height),
            (Self::Nv16, 1) => (half_width * 2, height),
            (Self::Nv24, 1) => (width * 2, height),
            (Self::I420 | Self::Yv12, 1 | 2) => (half_width, half_height),
            _ => (0, 0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn os(code: &[u8; 4]) -> PixelCode {
        PixelCode::OsType(u32::from_be_bytes(*code))
    }

    #[test]
    fn codes_are_named_as_the_systems_name_them() {
        assert_eq!(os(b"420v").to_string(), "420v");
        // nokhwa#51 and nokhwa#100 name formats by these numbers.
        assert_eq!(PixelCode::OsType(875_704_438), os(b"420v"));
        assert_eq!(PixelCode::OsType(846_624_121), os(b"2vuy"));
        assert_eq!(PixelCode::OsType(24).to_string(), "24");
        assert_eq!(PixelCode::four_cc(*b"MJPG").to_string(), "MJPG");
        assert_eq!(PixelCode::direct3d(20).to_string(), "20");
        assert_eq!(PixelCode::Guid(1).to_string(), "{00000000-0000-0000-0000-000000000001}");
    }

    #[test]
    fn the_subtype_of_h264_is_that_of_the_bug_reports() {
        // PowerToys#14223: {34363248-0000-0010-8000-00AA00389B71}.
        let code = PixelCode::Guid(0x3436_3248_0000_0010_8000_00aa_0038_9b71);
        assert_eq!(code, PixelCode::four_cc(*b"H264"));
        assert_eq!(code.layout(), None);
    }

    #[test]
    fn layouts_and_ranges_are_those_of_the_code() {
        assert_eq!((os(b"420f").layout(), os(b"420f").range()), (Some(Layout::Nv12), Some(ColorRange::Full)));
        assert_eq!((os(b"2vuy").layout(), os(b"yuvs").layout()), (Some(Layout::Uyvy), Some(Layout::Yuyv)));
        assert_eq!(os(b"x420").layout(), None, "ten bits");
        assert_eq!(PixelCode::direct3d(20).layout(), Some(Layout::Bgr24));
        assert_eq!(PixelCode::four_cc(*b"YUY2").layout(), Some(Layout::Yuyv));
        assert_eq!(PixelCode::four_cc(*b"NV12").range(), None);
        assert_eq!(PixelCode::Guid(20 << 96).layout(), None, "another family of GUIDs");
    }

    #[test]
    fn numbers_of_spa_are_named_and_read() {
        assert_eq!(PixelCode::Spa(23).to_string(), "NV12");
        assert_eq!(PixelCode::Spa(78).to_string(), "SPA 0x4e");
        assert_eq!(PixelCode::Spa(0x20002).range(), Some(ColorRange::Full));
        assert_eq!(
            (PixelCode::Spa(12).layout(), PixelCode::Spa(0x20001).layout()),
            (Some(Layout::Bgrx32), None)
        );
        let named = (0..0x20010).filter(|number| spa_name(*number).is_some()).count();
        let readable = (0..0x20010).filter(|number| PixelCode::Spa(*number).layout().is_some()).count();
        assert_eq!(named, readable + 1, "H.264 has a name and no layout");
    }

    #[test]
    fn extents_of_odd_sizes_are_rounded_up() {
        assert_eq!(Layout::Nv12.plane_extent(1, 5, 3), (6, 2));
        assert_eq!(Layout::I420.plane_extent(2, 5, 3), (3, 2));
        assert_eq!(Layout::Yuyv.plane_extent(0, 5, 3), (12, 3));
        assert_eq!(Layout::Gray.plane_extent(1, 5, 3), (0, 0));
    }
}
