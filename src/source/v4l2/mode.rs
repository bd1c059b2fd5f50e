//! Conversion between a driver's pixel formats, sizes and frame rates and [`NativeMode`]s.

use bevy::math::UVec2;
use v4l::{
    Device, FourCC, Fraction,
    frameinterval::{FrameIntervalEnum, Stepwise as IntervalRange},
    framesize::{FrameSizeEnum, Stepwise as SizeRange},
    video::Capture,
};

use super::{
    error::guarded,
    format::{H264, Layout, layout},
};
use crate::device::NativeMode;

/// The sizes that are listed of a range of sizes, in pixels: those of common cameras and screens.
const USUAL_SIZES: [(u32, u32); 21] = [
    (160, 120),
    (176, 144),
    (320, 180),
    (320, 240),
    (352, 288),
    (424, 240),
    (640, 360),
    (640, 480),
    (800, 600),
    (848, 480),
    (960, 540),
    (960, 720),
    (1024, 768),
    (1280, 720),
    (1280, 960),
    (1600, 1200),
    (1920, 1080),
    (2048, 1536),
    (2560, 1440),
    (2592, 1944),
    (3840, 2160),
];

/// The frame rates that are listed of a range of rates, in Hz.
const USUAL_RATES: [f64; 9] = [5.0, 10.0, 15.0, 24.0, 25.0, 30.0, 50.0, 60.0, 120.0];

/// The frame rate for a driver that reports none, in Hz.
const UNKNOWN_RATE: f64 = 30.0;

/// All modes that a device offers in supported formats, in its own order. H.264 is decoded on the processor: its modes
/// come last, without those that the device also has in another format.
pub(super) fn modes(device: &Device) -> Vec<NativeMode> {
    let (encoded, raw): (Vec<_>, Vec<_>) =
        formats(device).into_iter().partition(|(_, layout)| layout.is_h264);
    let mut modes = Vec::new();
    for mode in raw.into_iter().flat_map(|format| modes_of(device, format)) {
        // Several codes can mean one format (YU12 and YV12).
        if !modes.contains(&mode) {
            modes.push(mode);
        }
    }
    for mode in encoded.into_iter().flat_map(|format| modes_of(device, format)) {
        if !modes.iter().any(|other| (other.size, other.frame_rate) == (mode.size, mode.frame_rate)) {
            modes.push(mode);
        }
    }
    modes
}

/// The codes under which a device offers a mode, and after them the others of its pixel format, in its own order.
pub(super) fn fourccs(device: &Device, wanted: &NativeMode) -> Vec<FourCC> {
    let formats = formats(device).into_iter().filter(|(_, layout)| layout.format == wanted.format);
    let (offered, others): (Vec<_>, Vec<_>) =
        formats.partition(|format| modes_of(device, *format).contains(wanted));
    offered.into_iter().chain(others).map(|(fourcc, _)| fourcc).collect()
}

/// Whether a device sends H.264, whether or not this build decodes it.
pub(super) fn sends_h264(device: &Device) -> bool {
    guarded(|| device.enum_formats()).unwrap_or_default().iter().any(|desc| desc.fourcc.repr == H264)
}

fn formats(device: &Device) -> Vec<(FourCC, Layout)> {
    let descriptions = guarded(|| device.enum_formats()).unwrap_or_default().into_iter();
    descriptions.filter_map(|desc| Some((desc.fourcc, layout(desc.fourcc.repr)?))).collect()
}

/// The modes of one code.
fn modes_of(device: &Device, (fourcc, layout): (FourCC, Layout)) -> Vec<NativeMode> {
    let mut modes = Vec::new();
    for size in sizes(device, fourcc) {
        let rates = rates(device, fourcc, size).into_iter();
        modes.extend(rates.map(|frame_rate| NativeMode { size, frame_rate, format: layout.format }));
    }
    modes
}

fn sizes(device: &Device, fourcc: FourCC) -> Vec<UVec2> {
    match guarded(|| device.enum_framesizes(fourcc)) {
        Ok(sizes) => sizes
            .into_iter()
            .flat_map(|size| match size.size {
                FrameSizeEnum::Discrete(size) => vec![UVec2::new(size.width, size.height)],
                FrameSizeEnum::Stepwise(range) => usual_sizes(&range),
            })
            .collect(),
        // A simple driver reports only its current size.
        Err(_) => guarded(|| device.format())
            .map(|format| UVec2::new(format.width, format.height))
            .into_iter()
            .collect(),
    }
}

fn rates(device: &Device, fourcc: FourCC, size: UVec2) -> Vec<f64> {
    let mut rates: Vec<_> = guarded(|| device.enum_frameintervals(fourcc, size.x, size.y))
        .unwrap_or_default()
        .into_iter()
        .flat_map(|interval| match interval.interval {
            FrameIntervalEnum::Discrete(interval) => rate(interval).into_iter().collect(),
            FrameIntervalEnum::Stepwise(range) => usual_rates(&range),
        })
        .collect();
    if rates.is_empty() {
        let now = guarded(|| device.params()).ok();
        rates.push(now.and_then(|params| rate(params.interval)).unwrap_or(UNKNOWN_RATE));
    }
    rates
}

/// The frame rate of a frame interval, in Hz. `None` if the interval is invalid.
pub(super) fn rate(interval: Fraction) -> Option<f64> {
    let rate = f64::from(interval.denominator) / f64::from(interval.numerator);
    (rate.is_finite() && rate > 0.0).then_some(rate)
}

/// The frame interval to request: if the device lists one of this rate, exactly that, so that nothing is rounded.
pub(super) fn interval(device: &Device, fourcc: FourCC, size: UVec2, frame_rate: f64) -> Option<Fraction> {
    let listed = guarded(|| device.enum_frameintervals(fourcc, size.x, size.y)).unwrap_or_default();
    let same =
        |interval: &Fraction| rate(*interval).is_some_and(|rate| (rate / frame_rate - 1.0).abs() < 1e-6);
    listed
        .into_iter()
        .find_map(|listed| match listed.interval {
            FrameIntervalEnum::Discrete(interval) => Some(interval).filter(same),
            FrameIntervalEnum::Stepwise(range) => [range.min, range.max].into_iter().find(same),
        })
        .or_else(|| fraction(frame_rate))
}

/// A frame rate as a fraction: exact for whole rates and for those of NTSC (30000 / 1001), else to a thousandth of a
/// Hz.
pub(super) fn fraction(frame_rate: f64) -> Option<Fraction> {
    if !(frame_rate > 0.0 && frame_rate < 100_000.0) {
        return None;
    }
    let near = |rate: f64| (frame_rate - rate).abs() < 1e-3;
    let (whole, ntsc) = (frame_rate.round(), (frame_rate * 1.001).round());
    // Each is below 10^8 by the check above, so the casts lose nothing.
    Some(if near(whole) && whole > 0.0 {
        Fraction::new(1, whole as u32)
    } else if near(ntsc / 1.001) && ntsc > 0.0 {
        Fraction::new(1001, ntsc as u32 * 1000)
    } else {
        Fraction::new(1000, (frame_rate * 1000.0).round().max(1.0) as u32)
    })
}

/// The common sizes within a range, and the range's largest.
fn usual_sizes(range: &SizeRange) -> Vec<UVec2> {
    let on_step = |value: u32, min: u32, max: u32, step: u32| {
        (min..=max).contains(&value) && (value - min).is_multiple_of(step.max(1))
    };
    let largest = (range.max_width, range.max_height);
    let mut sizes: Vec<_> = USUAL_SIZES
        .into_iter()
        .filter(|&(width, height)| {
            on_step(width, range.min_width, range.max_width, range.step_width)
                && on_step(height, range.min_height, range.max_height, range.step_height)
        })
        .collect();
    if !sizes.contains(&largest) {
        sizes.push(largest);
    }
    sizes.into_iter().map(UVec2::from).collect()
}

/// The common frame rates within a range of intervals, and the range's fastest.
fn usual_rates(range: &IntervalRange) -> Vec<f64> {
    let slowest = rate(range.max).unwrap_or(0.0);
    // A shortest interval of 0 means no upper limit.
    let fastest = rate(range.min).unwrap_or(USUAL_RATES[USUAL_RATES.len() - 1]);
    let mut rates: Vec<_> =
        USUAL_RATES.into_iter().filter(|rate| (slowest..=fastest).contains(rate)).collect();
    if !rates.contains(&fastest) {
        rates.push(fastest);
    }
    rates
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractional_rates_are_kept() {
        assert_eq!(rate(Fraction::new(1001, 30000)), Some(30000.0 / 1001.0));
        assert_eq!(rate(Fraction::new(2, 25)), Some(12.5));
        assert_eq!(rate(Fraction::new(0, 30)), None);
        assert_eq!(rate(Fraction::new(1, 0)), None);
        assert_eq!(rate(Fraction::new(0, 0)), None);
    }

    #[test]
    fn rates_become_the_fractions_that_they_were() {
        for (numerator, denominator) in
            [(1_u32, 30_u32), (1001, 30000), (1001, 24000), (2, 25), (1, 1), (1001, 60000)]
        {
            let rate = f64::from(denominator) / f64::from(numerator);
            let back = fraction(rate).expect("a fraction");
            assert_eq!(
                u64::from(back.numerator) * u64::from(denominator),
                u64::from(back.denominator) * u64::from(numerator),
                "{rate}"
            );
        }
        for nonsense in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e12] {
            assert!(fraction(nonsense).is_none(), "{nonsense}");
        }
        assert_eq!(rate(fraction(0.0001).expect("a fraction")), Some(0.001));
    }

    #[test]
    fn of_a_range_of_sizes_the_usual_ones_are_offered() {
        let range = |min, max, step| SizeRange {
            min_width: min,
            max_width: max,
            step_width: step,
            min_height: min,
            max_height: max,
            step_height: step,
        };
        assert_eq!(
            usual_sizes(&range(100, 400, 4)),
            [(160, 120), (176, 144), (320, 180), (320, 240), (352, 288), (400, 400)].map(UVec2::from)
        );
        assert_eq!(usual_sizes(&range(7, 13, 0)), [UVec2::splat(13)]);
        assert!(usual_sizes(&range(2, u32::MAX, 2)).contains(&UVec2::new(3840, 2160)));
    }

    #[test]
    fn of_a_range_of_rates_the_usual_ones_are_offered() {
        let range = |min, max| IntervalRange { min, max, step: Fraction::new(1, 1_000_000) };
        assert_eq!(
            usual_rates(&range(Fraction::new(1001, 30000), Fraction::new(1, 10))),
            [10.0, 15.0, 24.0, 25.0, 30000.0 / 1001.0]
        );
        assert_eq!(usual_rates(&range(Fraction::new(0, 1), Fraction::new(1, 60))), [60.0, 120.0]);
    }
}
