//! Formats of cameras: the systems' codes of pixel formats, sizes, rates and colors.

mod code;
mod color;
#[cfg(any(windows, test))]
mod media_type;
mod rate;

pub use code::{Layout, PixelCode};
#[cfg(any(windows, test))]
use color::media_foundation_color;
pub use color::{Color, ColorRange, Matrix, Primaries};
#[cfg(target_os = "macos")]
pub(crate) use color::{corevideo_matrix, corevideo_primaries};
#[cfg(windows)]
pub(crate) use media_type::MediaType;
pub use rate::{Interval, RateRange};

/// A format that a camera offers: a pixel format and a size, with the rates that go with them.
#[derive(Debug, Clone, PartialEq)]
pub struct Format {
    /// The place in the system's list of the camera's formats.
    pub index: usize,
    /// The pixel format, by the system's own code.
    pub code: PixelCode,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// The rates that the camera offers in this format. A single rate is a range of one.
    pub rates: Vec<RateRange>,
    /// The color, as far as the system tells before a frame is there.
    pub color: Color,
    /// The bytes from one row to the next, negative if the lowest row of the picture comes first. `None` if the system
    /// doesn't tell before a frame is there.
    pub stride: Option<i32>,
}

/// A format and one of its ranges of rates, chosen together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Selection {
    /// The place in the list of formats.
    pub format: usize,
    /// The place in [`Format::rates`].
    pub range: usize,
    /// The rate in Hz, which is in that range.
    pub rate: f64,
}

/// The relative difference below which two rates are the same: 29.97 is 30000/1001, but 30 isn't.
const SAME_RATE: f64 = 2e-4;

/// Chooses a format of this layout and size that has this rate, and the range that has it.
///
/// The range belongs to the format: AVFoundation throws an exception for a rate of another format.
pub fn select(formats: &[Format], layout: Layout, width: u32, height: u32, rate: f64) -> Option<Selection> {
    let fits = |format: &&Format| {
        format.code.layout() == Some(layout) && format.width == width && format.height == height
    };
    let of_format = |(index, format): (usize, &Format)| {
        let ranges = format.rates.iter().enumerate();
        ranges
            .filter_map(|(range, rates)| {
                let nearest = rates.nearest(rate)?;
                let selection = Selection { format: index, range, rate: nearest };
                Some(((nearest / rate - 1.0).abs(), selection))
            })
            .min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let fitting = formats.iter().enumerate().filter(|(_, format)| fits(format));
    let best = fitting.filter_map(of_format).min_by(|a, b| a.0.total_cmp(&b.0));
    best.filter(|(difference, _)| *difference <= SAME_RATE).map(|(_, selection)| selection)
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn format(index: usize, code: &[u8; 4], width: u32, height: u32, rates: &[(f64, f64)]) -> Format {
        Format {
            index,
            code: PixelCode::OsType(u32::from_be_bytes(*code)),
            width,
            height,
            rates: rates.iter().map(|(min, max)| RateRange::new(*min, *max)).collect(),
            color: Color::default(),
            stride: None,
        }
    }

    /// nokhwa#249: a camera with 720p at 30 Hz in one format and at 5 Hz in another.
    #[test]
    fn a_rate_is_taken_from_its_own_format() {
        let formats = [
            format(0, b"420v", 1280, 720, &[(30.0, 30.0)]),
            format(1, b"yuvs", 1280, 720, &[(5.0, 5.0)]),
            format(2, b"yuvs", 640, 480, &[(5.0, 5.0), (15.0, 15.0), (30.0, 30.0)]),
        ];
        let chosen = |layout, width, height, rate| {
            select(&formats, layout, width, height, rate).map(|chosen| (chosen.format, chosen.range))
        };
        assert_eq!(chosen(Layout::Nv12, 1280, 720, 30.0), Some((0, 0)));
        assert_eq!(chosen(Layout::Yuyv, 1280, 720, 5.0), Some((1, 0)));
        assert_eq!(chosen(Layout::Yuyv, 1280, 720, 30.0), None, "that rate belongs to the other format");
        assert_eq!(chosen(Layout::Yuyv, 640, 480, 15.0), Some((2, 1)));
        assert_eq!(chosen(Layout::Yuyv, 641, 480, 15.0), None);
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(chosen(Layout::Yuyv, 640, 480, rate), None, "{rate}");
        }
    }

    #[test]
    fn rates_of_ntsc_are_not_whole_ones() {
        let formats = [
            format(0, b"yuvs", 640, 480, &[(30.0, 30.0)]),
            format(1, b"yuvs", 640, 480, &[(30000.0 / 1001.0, 30000.0 / 1001.0)]),
        ];
        let chosen = |rate| select(&formats, Layout::Yuyv, 640, 480, rate).map(|chosen| chosen.format);
        assert_eq!(chosen(30.0), Some(0));
        assert_eq!(chosen(29.97), Some(1));
        assert_eq!(chosen(29.5), None);
    }
}
