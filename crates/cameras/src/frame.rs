//! Frames, which lend the system's memory.

use std::time::Duration;

use crate::{Color, PixelCode};
#[cfg(any(windows, test))]
use crate::{Error, Layout};

/// A frame in the system's memory, for as long as a call of [`Stream::next`](crate::Stream::next) reads it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Frame<'a> {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The pixel format.
    pub code: PixelCode,
    /// The color, as far as the system tells.
    pub color: Color,
    /// The planes, in the order that [`Layout`](crate::Layout) documents. A JPEG is one plane with a stride of 0, and
    /// so is a format whose layout isn't known.
    pub planes: Vec<Plane<'a>>,
    /// The time since the frame was captured. `None` if the system doesn't tell.
    pub age: Option<Duration>,
    /// The number of frames that were lost since the last one, as far as the system tells.
    pub lost: u64,
    /// Whether the system marks the frame as damaged.
    pub damaged: bool,
    /// How the picture is to be shown. Only PipeWire tells it.
    pub orientation: Orientation,
}

/// How a picture is to be shown: turned first, then mirrored. By default it is shown as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Orientation {
    /// The quarter turns clockwise after which the picture is upright, 0 to 3.
    pub turns: u8,
    /// Whether the frame, once upright, is a mirror image.
    pub mirrored: bool,
}

/// A plane of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plane<'a> {
    /// The rows in the order of the memory. The last one can lack its padding.
    pub bytes: &'a [u8],
    /// The bytes from the start of one row to the start of the next, at least those of a row; 0 for a plane without
    /// rows.
    pub stride: usize,
    /// Whether the first row in the memory is the lowest one of the picture.
    pub bottom_up: bool,
}

impl<'a> Plane<'a> {
    /// A row of the picture from the top, with this many bytes. `None` if it isn't there.
    pub fn row(&self, row: usize, rows: usize, row_bytes: usize) -> Option<&'a [u8]> {
        let place = if self.bottom_up { rows.checked_sub(row)?.checked_sub(1)? } else { row };
        let start = place.checked_mul(self.stride)?;
        self.bytes.get(start..start.checked_add(row_bytes)?)
    }
}

/// The planes in one buffer, one after the other, whose first has rows of `stride` bytes (negative: from the lowest row
/// up). The strides of the others follow from it.
#[cfg(any(windows, test))]
pub(crate) fn planes(
    layout: Layout,
    width: u32,
    height: u32,
    stride: i32,
    bytes: &[u8],
) -> Result<Vec<Plane<'_>>, Error> {
    if layout == Layout::Jpeg {
        return Ok(vec![Plane { bytes, stride: 0, bottom_up: false }]);
    }
    let short = || {
        Error::Format(format!(
            "a frame of {width}x{height} {layout:?} with rows of {stride} bytes doesn't fit its {} bytes",
            bytes.len()
        ))
    };
    let bottom_up = stride < 0;
    let first_stride = stride.unsigned_abs() as usize;
    let mut planes = Vec::with_capacity(3);
    let mut offset = 0_usize;
    for plane in 0..layout.plane_count() {
        let (row_bytes, rows) = layout.plane_extent(plane, width, height);
        let stride = match (plane, layout) {
            (0, _) | (_, Layout::Nv12 | Layout::Nv21 | Layout::Nv16) => first_stride,
            (_, Layout::Nv24) => first_stride.saturating_mul(2),
            _ => first_stride.div_ceil(2),
        };
        let extent = stride.checked_mul(rows).ok_or_else(short)?;
        let last_row = stride.checked_mul(rows.saturating_sub(1)).ok_or_else(short)?;
        let needed = last_row.checked_add(row_bytes).ok_or_else(short)?;
        if rows == 0 || stride < row_bytes {
            return Err(short());
        }
        let rest = bytes.get(offset..).filter(|rest| rest.len() >= needed).ok_or_else(short)?;
        planes.push(Plane { bytes: &rest[..extent.min(rest.len())], stride, bottom_up });
        offset = offset.checked_add(extent).ok_or_else(short)?;
    }
    Ok(planes)
}

/// The stride of rows in a buffer of which the system tells none: that of the format, or else that of rows without
/// padding. The rows of Windows' bitmaps begin at multiples of four bytes.
#[cfg(any(windows, test))]
pub(crate) fn assumed_stride(layout: Layout, width: u32, format: Option<i32>) -> i32 {
    let (row_bytes, _) = layout.plane_extent(0, width, 1);
    let aligned = match layout {
        Layout::Rgb24 | Layout::Bgr24 => row_bytes.next_multiple_of(4),
        _ => row_bytes,
    };
    let packed = i32::try_from(aligned).unwrap_or(i32::MAX);
    format.filter(|stride| stride.unsigned_abs() as usize >= row_bytes && row_bytes > 0).unwrap_or(packed)
}

/// The part of a locked buffer that has the picture: from its lowest row in the memory to the end. The first row of the
/// picture is `scanline` bytes from the start of the buffer. `None` if a row would lie outside.
#[cfg(any(windows, test))]
pub(crate) fn picture(scanline: isize, pitch: i32, rows: u32, len: usize) -> Option<std::ops::Range<usize>> {
    let start = if pitch < 0 {
        let above = (rows as usize).checked_sub(1)?.checked_mul(pitch.unsigned_abs() as usize)?;
        scanline.checked_sub(isize::try_from(above).ok()?)?
    } else {
        scanline
    };
    let start = usize::try_from(start).ok()?;
    (start <= len).then_some(start..len)
}

/// The time of a performance counter in units of 100 ns. `None` if the counter has no frequency.
#[cfg(any(windows, test))]
pub(crate) fn ticks_of_counter(count: i64, frequency: i64) -> Option<i64> {
    if frequency <= 0 {
        return None;
    }
    i64::try_from(i128::from(count) * 10_000_000 / i128::from(frequency)).ok()
}

/// The age of a frame, from the present time and its own on the same clock, in units of 100 ns. `None` if the frame's
/// time isn't on that clock: it is later, or older than any frame in a queue.
#[cfg(any(windows, test))]
pub(crate) fn age_of_ticks(now: i64, captured: i64) -> Option<Duration> {
    const OLDEST: i64 = 10 * 10_000_000;
    let ticks = now.checked_sub(captured).filter(|age| (0..=OLDEST).contains(age))?;
    Some(Duration::from_nanos(ticks.unsigned_abs() * 100))
}

/// The age of a frame, from the present time and its own on the same clock, in seconds. `None` as for ticks.
#[cfg(any(target_os = "macos", test))]
pub(crate) fn age_of_seconds(now: f64, captured: f64) -> Option<Duration> {
    let age = now - captured;
    if (0.0..=10.0).contains(&age) { Duration::try_from_secs_f64(age).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strides(layout: Layout, stride: i32, len: usize) -> Option<Vec<(usize, usize)>> {
        let bytes = vec![0; len];
        let start = bytes.as_ptr() as usize;
        let planes = planes(layout, 6, 4, stride, &bytes).ok()?;
        Some(planes.iter().map(|plane| (plane.bytes.as_ptr() as usize - start, plane.stride)).collect())
    }

    #[test]
    fn planes_follow_each_other_with_the_systems_stride() {
        assert_eq!(strides(Layout::Nv12, 6, 36), Some(vec![(0, 6), (24, 6)]));
        assert_eq!(strides(Layout::Nv12, 16, 96), Some(vec![(0, 16), (64, 16)]));
        assert_eq!(strides(Layout::I420, 16, 96), Some(vec![(0, 16), (64, 8), (80, 8)]));
        assert_eq!(strides(Layout::Yuyv, 12, 48), Some(vec![(0, 12)]));
        assert_eq!(strides(Layout::Jpeg, 0, 9), Some(vec![(0, 0)]));
    }

    /// nokhwa#100 and nokhwa#246: "bad input buffer size" for rows with padding.
    #[test]
    fn the_last_row_needs_no_padding_and_no_frame_is_read_past_its_end() {
        assert!(strides(Layout::Yuyv, 16, 16 * 3 + 12).is_some());
        assert!(strides(Layout::Yuyv, 16, 16 * 3 + 11).is_none());
        assert!(strides(Layout::Nv12, 16, 64 + 16 + 5).is_none());
        assert!(strides(Layout::Yuyv, 11, 1000).is_none(), "a row has 12 bytes");
        for stride in [0, i32::MIN, i32::MAX] {
            assert!(strides(Layout::Yuyv, stride, 48).is_none(), "{stride}");
        }
        assert!(planes(Layout::Yuyv, u32::MAX, u32::MAX, i32::MAX, &[0; 48]).is_err());
        assert!(planes(Layout::Gray, 0, 0, 0, &[]).is_err());
    }

    #[test]
    fn rows_from_the_lowest_up_are_read_from_the_top() {
        let bytes = [7, 7, 7, 0, 8, 8, 8, 0];
        let planes = planes(Layout::Bgr24, 1, 2, -4, &bytes).expect("it fits");
        assert_eq!(planes[0].row(0, 2, 3), Some(&[8, 8, 8][..]));
        assert_eq!(planes[0].row(1, 2, 3), Some(&[7, 7, 7][..]));
        assert_eq!(planes[0].row(2, 2, 3), None);
    }

    #[test]
    fn the_picture_lies_inside_of_the_buffer() {
        assert_eq!(picture(16, 8, 4, 100), Some(16..100));
        assert_eq!(picture(24, -8, 4, 100), Some(0..100), "the first row is the last in the memory");
        assert_eq!(picture(16, -8, 4, 100), None);
        assert_eq!(picture(-1, 8, 4, 100), None);
        assert_eq!(picture(101, 8, 4, 100), None);
        assert_eq!(picture(0, i32::MIN, u32::MAX, 100), None);
        assert_eq!(picture(0, -1, 0, 100), None);
    }

    #[test]
    fn counters_of_any_frequency_are_times() {
        assert_eq!(ticks_of_counter(10_000_000, 10_000_000), Some(10_000_000));
        assert_eq!(ticks_of_counter(3_000_000, 3_000_000), Some(10_000_000));
        assert_eq!(ticks_of_counter(i64::MAX, 1), None);
        assert_eq!(ticks_of_counter(5, 0), None);
    }

    #[test]
    fn an_untold_stride_is_that_of_the_format_or_of_packed_rows() {
        assert_eq!(assumed_stride(Layout::Bgr24, 5, Some(-16)), -16);
        assert_eq!(assumed_stride(Layout::Bgr24, 5, None), 16);
        assert_eq!(assumed_stride(Layout::Bgr24, 5, Some(2)), 16, "less than a row");
        assert_eq!(assumed_stride(Layout::Nv12, 6, None), 6);
    }

    #[test]
    fn times_of_other_clocks_give_no_age() {
        assert_eq!(age_of_ticks(10_000_000, 9_500_000), Some(Duration::from_millis(50)));
        assert_eq!(age_of_ticks(1, 2), None);
        assert_eq!(age_of_ticks(i64::MAX, i64::MIN), None);
        assert_eq!(age_of_seconds(100.0, 99.5), Some(Duration::from_millis(500)));
        for captured in [f64::NAN, f64::INFINITY, 0.0, 101.0] {
            assert_eq!(age_of_seconds(100.0, captured), None);
        }
    }
}
