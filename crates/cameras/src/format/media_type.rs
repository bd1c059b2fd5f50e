//! The attributes of a media type of Media Foundation.

use super::{Format, Interval, PixelCode, RateRange, media_foundation_color};

/// The attributes as they are stored. Each can be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct MediaType {
    /// `MF_MT_SUBTYPE`.
    pub subtype: Option<u128>,
    /// `MF_MT_FRAME_SIZE`: the width in the higher half, the height in the lower one.
    pub size: Option<u64>,
    /// `MF_MT_FRAME_RATE`: the numerator in the higher half, the denominator in the lower one.
    pub rate: Option<u64>,
    /// `MF_MT_YUV_MATRIX`.
    pub matrix: Option<u32>,
    /// `MF_MT_VIDEO_NOMINAL_RANGE`.
    pub range: Option<u32>,
    /// `MF_MT_VIDEO_PRIMARIES`.
    pub primaries: Option<u32>,
    /// `MF_MT_DEFAULT_STRIDE`: a signed number.
    pub stride: Option<u32>,
}

impl MediaType {
    /// The format, at this place in the camera's list. `None` without a subtype or a size.
    pub fn format(&self, index: usize) -> Option<Format> {
        let code = PixelCode::Guid(self.subtype?);
        let (width, height) = halves(self.size?);
        if width == 0 || height == 0 {
            return None;
        }
        let mut color = media_foundation_color(self.matrix, self.range, self.primaries);
        color.range = color.range.or(code.range());
        Some(Format {
            index,
            code,
            width,
            height,
            rates: self.rate.and_then(range_of).into_iter().collect(),
            color,
            stride: self.stride.map(u32::cast_signed).filter(|stride| *stride != 0),
        })
    }
}

/// The higher and the lower half of an attribute that has two numbers.
const fn halves(pair: u64) -> (u32, u32) {
    ((pair >> 32) as u32, (pair & 0xffff_ffff) as u32)
}

/// The range of one rate.
fn range_of(rate: u64) -> Option<RateRange> {
    let (numerator, denominator) = halves(rate);
    let interval = Interval { ticks: denominator.into(), per_second: i32::try_from(numerator).ok()? };
    RateRange::of_intervals(interval, interval)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ColorRange, Layout, Matrix};

    const fn pair(high: u32, low: u32) -> Option<u64> {
        Some((high as u64) << 32 | low as u64)
    }

    fn guid(code: PixelCode) -> Option<u128> {
        match code {
            PixelCode::Guid(guid) => Some(guid),
            PixelCode::OsType(_) | PixelCode::Spa(_) => None,
        }
    }

    #[test]
    fn a_fractional_rate_is_kept() {
        let media_type = MediaType {
            subtype: guid(PixelCode::four_cc(*b"NV12")),
            size: pair(1920, 1080),
            rate: pair(60_000, 1001),
            matrix: Some(1),
            range: Some(2),
            primaries: Some(2),
            stride: Some(1920),
        };
        let format = media_type.format(7).expect("it is complete");
        assert_eq!((format.index, format.width, format.height), (7, 1920, 1080));
        assert_eq!(format.code.layout(), Some(Layout::Nv12));
        assert_eq!(format.rates[0].shortest, Interval { ticks: 1001, per_second: 60_000 });
        assert!((format.rates[0].max - 59.94).abs() < 1e-3);
        assert_eq!(
            (format.color.matrix, format.color.range),
            (Some(Matrix::Bt709), Some(ColorRange::Limited))
        );
        assert_eq!(format.stride, Some(1920));
    }

    #[test]
    fn a_media_type_can_lack_most() {
        let subtype = guid(PixelCode::direct3d(20));
        let bare = MediaType { subtype, size: pair(640, 480), ..MediaType::default() };
        let format = bare.format(0).expect("it has a subtype and a size");
        assert!(format.rates.is_empty() && format.stride.is_none());
        let reversed = MediaType { stride: Some((-1920_i32).cast_unsigned()), ..bare };
        assert_eq!(reversed.format(0).and_then(|format| format.stride), Some(-1920));
        for damaged in [
            MediaType { subtype: None, ..bare },
            MediaType { size: None, ..bare },
            MediaType { size: pair(0, 480), ..bare },
        ] {
            assert_eq!(damaged.format(0), None);
        }
        for rate in [pair(0, 1), pair(30, 0), pair(u32::MAX, 1)] {
            let odd = MediaType { rate, ..bare };
            assert_eq!(odd.format(0).map(|format| format.rates.len()), Some(0), "{rate:?}");
        }
    }

    #[test]
    fn a_jpeg_is_full_range_unless_it_is_told() {
        let subtype = guid(PixelCode::four_cc(*b"MJPG"));
        let jpeg = MediaType { subtype, size: pair(640, 480), rate: pair(30, 1), ..MediaType::default() };
        assert_eq!(jpeg.format(0).and_then(|format| format.color.range), Some(ColorRange::Full));
    }
}
