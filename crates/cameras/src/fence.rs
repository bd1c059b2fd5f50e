//! The fence around nokhwa 0.10.11: which cameras it can't open without harm.
//!
//! Each rule follows the source of nokhwa-bindings-macos 0.2.4 and nokhwa-bindings-windows 0.4.6, and names the reports
//! of its users. The rules see a camera's list of formats, as [`list`](crate::list) returns it, and call nothing.

use std::fmt;

use crate::{Camera, ColorRange, Format, Layout, Matrix, PixelCode};

/// A system on which nokhwa has defects of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum System {
    /// macOS, where nokhwa uses AVFoundation.
    MacOs,
    /// Windows, where nokhwa uses Media Foundation.
    Windows,
}

impl System {
    /// The system that this program runs on. `None` if it is neither.
    pub const fn this() -> Option<Self> {
        if cfg!(target_os = "macos") {
            Some(Self::MacOs)
        } else if cfg!(windows) {
            Some(Self::Windows)
        } else {
            None
        }
    }
}

/// The harm that nokhwa 0.10.11 would do with a camera. `Display` gives a sentence with the number of the report.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Trouble {
    /// It ends the process: it sets the last format of a size, with a rate of another one, and AVFoundation throws an
    /// exception.
    Abort {
        /// The width in pixels.
        width: u32,
        /// The height in pixels.
        height: u32,
        /// The requested rate in Hz.
        rate: u32,
    },
    /// It ends the process: it asks for frames of a compressed format as if it were one of pixels, and AVFoundation
    /// throws an exception.
    AbortCompressed(PixelCode),
    /// It waits without end for a frame or for the camera.
    Hang,
    /// It can't list the camera's formats, because it doesn't know one of them, or any.
    UnknownFormat(PixelCode),
    /// It lists a rate that it refuses to set.
    RefusedRate {
        /// The width in pixels.
        width: u32,
        /// The height in pixels.
        height: u32,
        /// The listed rate in Hz.
        rate: u32,
    },
    /// It gives a pixel format another name.
    Mislabeled {
        /// The camera's format.
        code: PixelCode,
        /// The name that nokhwa gives it.
        label: &'static str,
    },
    /// It opens another rate than the requested one, or another of the formats of a size.
    OtherMode {
        /// The width in pixels.
        width: u32,
        /// The height in pixels.
        height: u32,
    },
    /// It shows the picture upside down: the camera sends the lowest row first.
    UpsideDown(PixelCode),
    /// It doesn't report the camera's color, so the picture has wrong colors.
    WrongColor(PixelCode),
    /// It knows no format of the camera, because the camera told none.
    NoFormats,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Abort { width, height, rate } => write!(
                f,
                "nokhwa would end the process: at {width}x{height} and {rate} Hz it mixes two formats (nokhwa#247)"
            ),
            Self::AbortCompressed(code) => write!(
                f,
                "nokhwa would end the process: it asks for pixels of the compressed format {code} (read in its code)"
            ),
            Self::Hang => {
                f.write_str("nokhwa was reported to hang with this camera (nokhwa#101, nokhwa#204)")
            }
            Self::UnknownFormat(code) => {
                write!(f, "nokhwa can't list the formats: it doesn't know {code} (nokhwa#51, nokhwa#195)")
            }
            Self::RefusedRate { width, height, rate } => {
                write!(f, "nokhwa lists {width}x{height} at {rate} Hz, but refuses to set it (nokhwa#204)")
            }
            Self::Mislabeled { code, label } => {
                write!(f, "nokhwa takes the format {code} for {label} (nokhwa#193, nokhwa#246)")
            }
            Self::OtherMode { width, height } => write!(
                f,
                "nokhwa can't choose among the formats and rates of {width}x{height} (nokhwa#247, nokhwa#246)"
            ),
            Self::UpsideDown(code) => {
                write!(f, "nokhwa would show {code} upside down: the camera sends the lowest row first")
            }
            Self::WrongColor(code) => {
                write!(
                    f,
                    "nokhwa would show {code} in wrong colors: it doesn't report the camera's matrix and range"
                )
            }
            Self::NoFormats => {
                f.write_str("the camera told no formats, so nothing is known of nokhwa's choice")
            }
        }
    }
}

/// The worst harm that nokhwa 0.10.11 would do with this camera. `None` if nothing is known against it.
pub fn nokhwa_trouble(system: System, camera: &Camera) -> Option<Trouble> {
    if camera.formats.is_empty() {
        return Some(Trouble::NoFormats);
    }
    match system {
        System::MacOs => macos(camera),
        System::Windows => windows(camera),
    }
}

/// The name that nokhwa-bindings-macos gives to a code, and whether the frames that it asks AVFoundation for have that
/// code. `None` if it doesn't know it.
fn macos_label(code: PixelCode) -> Option<(&'static str, bool)> {
    let PixelCode::OsType(code) = code else { return None };
    Some(match &code.to_be_bytes() {
        b"yuvs" => ("YUYV", true),
        b"2vuy" | b"x420" | b"420f" | b"420v" => ("YUYV", false),
        b"jpeg" | b"dmb1" => ("MJPEG", false),
        // Gray in which white is zero.
        [0, 0, 0, 40] => ("GRAY", false),
        [0, 0, 0, 24] => ("RAWRGB", true),
        _ => return None,
    })
}

fn macos(camera: &Camera) -> Option<Trouble> {
    let formats = &camera.formats;
    // One unknown format fails the whole list, so nothing is opened.
    if let Some(unknown) = formats.iter().find(|format| macos_label(format.code).is_none()) {
        return Some(Trouble::UnknownFormat(unknown.code));
    }
    let requests = || {
        let of_format = |format: &'_ Format| {
            let (width, height) = (format.width, format.height);
            let rates: Vec<u32> = macos_rates(format);
            rates.into_iter().map(move |rate| (width, height, rate))
        };
        formats.iter().flat_map(of_format)
    };
    let outcome = |(width, height, rate)| set_all(formats, width, height, rate);
    if let Some((width, height, rate)) = requests().find(|request| outcome(*request) == SetAll::Throws) {
        return Some(Trouble::Abort { width, height, rate });
    }
    if let Some(compressed) = formats.iter().find(|format| format.code.layout() == Some(Layout::Jpeg)) {
        return Some(Trouble::AbortCompressed(compressed.code));
    }
    if let Some((width, height, rate)) = requests().find(|request| outcome(*request) == SetAll::Rejects) {
        return Some(Trouble::RefusedRate { width, height, rate });
    }
    let mislabeled = formats.iter().find_map(|format| match macos_label(format.code) {
        Some((label, false)) => Some(Trouble::Mislabeled { code: format.code, label }),
        _ => None,
    });
    if mislabeled.is_some() {
        return mislabeled;
    }
    // Opening the stream sets the highest rate of the last format of the size.
    let same_size = |a: &Format, b: &Format| (a.width, a.height) == (b.width, b.height);
    let ambiguous = formats.iter().enumerate().find(|(index, format)| {
        formats[..*index].iter().any(|other| same_size(other, format)) || format.rates.len() > 1
    });
    ambiguous.map(|(_, format)| Trouble::OtherMode { width: format.width, height: format.height })
}

/// The rates that nokhwa-bindings-macos lists for a format.
fn macos_rates(format: &Format) -> Vec<u32> {
    let ends = format.rates.iter().flat_map(|range| {
        let has_least = range.min != 0.0 && range.min != 1.0;
        [has_least.then_some(range.min), Some(range.max)]
    });
    // A cast of a float saturates, as it does there.
    ends.flatten().map(|rate| rate as u32).filter(|rate| *rate != 0).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SetAll {
    /// A format and a rate of its own are set.
    Sets,
    /// Nothing fits: an error.
    Rejects,
    /// A format is set with a rate that it doesn't have: an exception.
    Throws,
}

/// The outcome of `AVCaptureDevice::set_all`: it takes the last format of the size, and the range of the last one that
/// has a range which ends at the rate.
fn set_all(formats: &[Format], width: u32, height: u32, rate: u32) -> SetAll {
    let mut chosen = None;
    let mut interval = None;
    for format in formats.iter().filter(|format| format.width == width && format.height == height) {
        chosen = Some(format);
        let range = format.rates.iter().find(|range| (f64::from(rate) - range.max).abs() < 0.999);
        interval = range.map(|range| range.shortest).or(interval);
    }
    let (Some(format), Some(interval)) = (chosen, interval) else { return SetAll::Rejects };
    // AVFoundation accepts an interval that lies in a range of the format. Intervals in microseconds are rounded.
    let rate = interval.rate().unwrap_or_default();
    let has = |range: &crate::RateRange| rate >= range.min * (1.0 - 1e-4) && rate <= range.max * (1.0 + 1e-4);
    if format.rates.iter().any(has) { SetAll::Sets } else { SetAll::Throws }
}

/// The names of cameras with which nokhwa hangs on Windows: it waits for a frame without end, and a capture device
/// without a signal sends none.
const HANGING: [&str; 1] = ["cam link"];

/// Whether nokhwa-bindings-windows knows a subtype.
fn windows_knows(code: PixelCode) -> bool {
    [*b"NV12", *b"Y800", *b"YUY2", *b"MJPG"].map(PixelCode::four_cc).contains(&code)
        || code == PixelCode::direct3d(20)
}

fn windows(camera: &Camera) -> Option<Trouble> {
    let name = camera.name.to_lowercase();
    if HANGING.iter().any(|hanging| name.contains(hanging)) {
        return Some(Trouble::Hang);
    }
    // Formats that it doesn't know are left out of its list.
    let mut known = camera.formats.iter().filter(|format| windows_knows(format.code)).peekable();
    if known.peek().is_none() {
        return camera.formats.first().map(|format| Trouble::UnknownFormat(format.code));
    }
    let known: Vec<_> = known.collect();
    let is_reversed = |format: &&&Format| format.stride.is_some_and(|stride| stride < 0);
    if let Some(reversed) = known.iter().find(is_reversed) {
        return Some(Trouble::UpsideDown(reversed.code));
    }
    let is_other = |format: &&&Format| {
        let matrix = format.color.matrix.is_some_and(|matrix| matrix != Matrix::Bt601);
        let range = format.color.range == Some(ColorRange::Full);
        let yuv = format.code.layout().is_some_and(|layout| layout.is_yuv() && layout != Layout::Jpeg);
        yuv && (matrix || range)
    };
    known.iter().find(is_other).map(|other| Trouble::WrongColor(other.code))
}

#[cfg(test)]
mod tests;
