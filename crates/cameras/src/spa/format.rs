//! The formats that a camera of PipeWire offers.

use super::pod::{Choice, Fraction, Id, Pod, Properties, Rectangle};
use crate::{Color, ColorRange, Format, Interval, Matrix, PixelCode, Primaries, RateRange};

/// The type of an object that describes a format.
pub(super) const OBJECT_FORMAT: u32 = 0x40003;

/// The keys of a format.
pub(super) mod key {
    pub const MEDIA_TYPE: u32 = 1;
    pub const MEDIA_SUBTYPE: u32 = 2;
    pub const FORMAT: u32 = 0x20001;
    pub const MODIFIER: u32 = 0x20002;
    pub const SIZE: u32 = 0x20003;
    pub const FRAME_RATE: u32 = 0x20004;
    pub const MAX_FRAME_RATE: u32 = 0x20005;
    pub const COLOR_RANGE: u32 = 0x2000c;
    pub const COLOR_MATRIX: u32 = 0x2000d;
    pub const COLOR_PRIMARIES: u32 = 0x2000f;
}

/// The media type of video.
pub(super) const VIDEO: Id = Id(2);
/// The media subtype of formats that aren't compressed. Those of compressed video begin at [`COMPRESSED`].
pub(super) const RAW: Id = Id(1);
/// The number from which on a [`PixelCode::Spa`] is a media subtype.
pub(super) const COMPRESSED: u32 = 0x20000;

/// The longest side of a picture, in pixels. Longer ones mean "no limit".
pub(super) const LONGEST_SIDE: u32 = 16_384;
/// The fastest rate, in Hz. Faster ones are none that a camera has.
const FASTEST_RATE: f64 = 10_000.0;
/// The rate of a camera that tells none, in Hz.
const ASSUMED_RATE: u32 = 30;
/// The most formats of one camera. A camera that offers more is damaged.
const MOST_FORMATS: usize = 2048;

/// The sizes that are listed of a camera that offers a range of sizes.
const USUAL_SIZES: [(u32, u32); 8] =
    [(320, 240), (640, 360), (640, 480), (800, 600), (1280, 720), (1280, 960), (1920, 1080), (3840, 2160)];

/// The formats of these parameters (`EnumFormat`), in their order. Formats that no program could show are left out:
/// without a size, without a rate, or in memory that only a GPU reads.
pub(crate) fn formats(parameters: &[Vec<u8>]) -> Vec<Format> {
    let mut formats: Vec<Format> = Vec::new();
    for parameter in parameters {
        for format in of_parameter(parameter).into_iter().flatten() {
            if formats.len() >= MOST_FORMATS {
                return formats;
            }
            let same = |other: &Format| {
                (other.code, other.width, other.height) == (format.code, format.width, format.height)
            };
            match formats.iter_mut().find(|other| same(other)) {
                Some(other) => {
                    let new = format.rates.into_iter().filter(|range| !other.rates.contains(range));
                    let new: Vec<_> = new.collect();
                    other.rates.extend(new);
                }
                None => formats.push(Format { index: formats.len(), ..format }),
            }
        }
    }
    formats
}

/// The formats of one parameter.
fn of_parameter(parameter: &[u8]) -> Option<Vec<Format>> {
    let properties = Pod::new(parameter)?.properties(OBJECT_FORMAT)?;
    if properties.get(key::MEDIA_TYPE)?.value::<Id>()? != VIDEO || is_for_gpus(&properties) {
        return None;
    }
    let rates = rates(&properties);
    let color = color(&properties);
    let mut formats = Vec::new();
    for code in codes(&properties)? {
        for (width, height) in sizes(properties.get(key::SIZE)?.values()?) {
            if formats.len() < MOST_FORMATS && !rates.is_empty() {
                let color = Color { range: color.range.or(code.range()), ..color };
                formats.push(Format {
                    index: 0,
                    code,
                    width,
                    height,
                    rates: rates.clone(),
                    color,
                    stride: None,
                });
            }
        }
    }
    Some(formats)
}

/// Whether the pixels are in a layout that only GPUs read. Modifier 0 is the layout in rows.
fn is_for_gpus(properties: &Properties<'_>) -> bool {
    match properties.get(key::MODIFIER).map(Pod::values::<i64>) {
        None => false,
        Some(Some(Choice::One(modifier))) => modifier != 0,
        Some(Some(Choice::Any(modifiers))) => !modifiers.contains(&0),
        Some(_) => true,
    }
}

/// The pixel formats.
fn codes(properties: &Properties<'_>) -> Option<Vec<PixelCode>> {
    let all = |offer: Choice<Id>| match offer {
        Choice::One(id) => vec![id],
        Choice::Any(ids) => ids,
        Choice::Range { default, .. } => vec![default],
    };
    let mut codes: Vec<PixelCode> = Vec::new();
    for subtype in all(properties.get(key::MEDIA_SUBTYPE)?.values()?) {
        let of_subtype = match subtype {
            // An encoded format that says no more (1) and an unknown one (0) are no pixel formats.
            RAW => match properties.get(key::FORMAT).and_then(Pod::values) {
                Some(offer) => all(offer).into_iter().filter(|id| (2..COMPRESSED).contains(&id.0)).collect(),
                None => vec![],
            },
            Id(subtype) if subtype > COMPRESSED => vec![Id(subtype)],
            Id(_) => vec![],
        };
        for Id(number) in of_subtype {
            let code = PixelCode::Spa(number);
            if !codes.contains(&code) && codes.len() < MOST_FORMATS {
                codes.push(code);
            }
        }
    }
    Some(codes)
}

/// The sizes. Of a range its default, and the usual ones inside of it.
fn sizes(offer: Choice<Rectangle>) -> Vec<(u32, u32)> {
    let is_size =
        |size: &(u32, u32)| (1..=LONGEST_SIDE).contains(&size.0) && (1..=LONGEST_SIDE).contains(&size.1);
    let mut sizes: Vec<(u32, u32)> = match offer {
        Choice::One(Rectangle(width, height)) => vec![(width, height)],
        Choice::Any(sizes) => sizes.into_iter().map(|Rectangle(width, height)| (width, height)).collect(),
        Choice::Range { default, min, max, step } => {
            let fits = |value: u32, min: u32, max: u32, step: u32| {
                (min..=max).contains(&value) && (value - min).checked_rem(step).is_none_or(|rest| rest == 0)
            };
            let Rectangle(step_x, step_y) = step.unwrap_or(Rectangle(0, 0));
            let inside =
                |size: &(u32, u32)| fits(size.0, min.0, max.0, step_x) && fits(size.1, min.1, max.1, step_y);
            let usual = USUAL_SIZES.into_iter().filter(inside);
            [(default.0, default.1)].into_iter().filter(inside).chain(usual).chain([(max.0, max.1)]).collect()
        }
    };
    sizes.retain(is_size);
    let mut unique = Vec::with_capacity(sizes.len());
    for size in sizes {
        if unique.len() < MOST_FORMATS && !unique.contains(&size) {
            unique.push(size);
        }
    }
    unique
}

/// The ranges of rates. A rate of 0 means that the time between frames varies, up to the highest rate.
fn rates(properties: &Properties<'_>) -> Vec<RateRange> {
    let highest =
        properties.get(key::MAX_FRAME_RATE).and_then(Pod::value).filter(|rate| interval(*rate).is_some());
    let varying = || {
        let highest = highest.unwrap_or(Fraction(ASSUMED_RATE, 1));
        range(Fraction(1, 1), highest).or_else(|| range(highest, highest))
    };
    let single = |rate: Fraction| if rate.0 == 0 && rate.1 != 0 { varying() } else { range(rate, rate) };
    let ranges: Vec<RateRange> = match properties.get(key::FRAME_RATE).map(Pod::values) {
        None => varying().into_iter().collect(),
        Some(None) => vec![],
        Some(Some(Choice::One(rate))) => single(rate).into_iter().collect(),
        Some(Some(Choice::Any(rates))) => rates.into_iter().take(MOST_FORMATS).filter_map(single).collect(),
        Some(Some(Choice::Range { default, min, max, .. })) => {
            let lowest = if interval(min).is_some() { min } else { Fraction(1, 1) };
            let fastest = if interval(max).is_some() { max } else { highest.unwrap_or(default) };
            range(lowest, fastest).or_else(|| single(default)).into_iter().collect()
        }
    };
    let mut unique: Vec<RateRange> = Vec::with_capacity(ranges.len());
    for range in ranges {
        if !unique.contains(&range) {
            unique.push(range);
        }
    }
    unique
}

/// A range of rates. `None` if one is no rate of a camera.
fn range(lowest: Fraction, highest: Fraction) -> Option<RateRange> {
    RateRange::of_intervals(interval(highest)?, interval(lowest)?)
}

/// The interval of a rate. `None` if no camera has that rate.
fn interval(Fraction(numerator, denominator): Fraction) -> Option<Interval> {
    let interval = Interval { ticks: denominator.into(), per_second: i32::try_from(numerator).ok()? };
    interval.rate().is_some_and(|rate| rate <= FASTEST_RATE).then_some(interval)
}

/// The color, as far as it is told.
fn color(properties: &Properties<'_>) -> Color {
    // A choice leaves the color open.
    let single = |key| match properties.get(key).and_then(Pod::values) {
        Some(Choice::One(Id(value))) => Some(value),
        _ => None,
    };
    Color {
        matrix: match single(key::COLOR_MATRIX) {
            Some(3) => Some(Matrix::Bt709),
            Some(4) => Some(Matrix::Bt601),
            Some(5) => Some(Matrix::Smpte240),
            Some(6) => Some(Matrix::Bt2020),
            _ => None,
        },
        range: match single(key::COLOR_RANGE) {
            Some(1) => Some(ColorRange::Full),
            Some(2) => Some(ColorRange::Limited),
            _ => None,
        },
        primaries: match single(key::COLOR_PRIMARIES) {
            Some(1) => Some(Primaries::Bt709),
            Some(3) => Some(Primaries::Ebu3213),
            // SMPTE 240M has the primaries of 170M.
            Some(4 | 5) => Some(Primaries::Smpte170),
            Some(7) => Some(Primaries::Bt2020),
            _ => None,
        },
    }
}

/// The format that both sides have agreed on (`Format`).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Negotiated {
    pub code: PixelCode,
    pub width: u32,
    pub height: u32,
    /// The rate. `None` if the time between frames varies.
    pub interval: Option<Interval>,
    pub color: Color,
}

/// The agreed format. `None` if it isn't one of video with a size.
pub(crate) fn negotiated(parameter: &[u8]) -> Option<Negotiated> {
    let properties = Pod::new(parameter)?.properties(OBJECT_FORMAT)?;
    let is_video = properties.get(key::MEDIA_TYPE)?.value::<Id>()? == VIDEO;
    let code = *codes(&properties)?.first().filter(|_| is_video)?;
    let (width, height) = *sizes(properties.get(key::SIZE)?.values()?).first()?;
    let color = color(&properties);
    Some(Negotiated {
        code,
        width,
        height,
        interval: properties.get(key::FRAME_RATE).and_then(Pod::value).and_then(interval),
        color: Color { range: color.range.or(code.range()), ..color },
    })
}

#[cfg(test)]
mod tests {
    use super::super::pod::Object;
    use super::*;
    use crate::Layout;

    const NV12: Id = Id(23);
    const YUY2: Id = Id(4);
    const MJPG: Id = Id(0x20002);

    fn raw(format: Id) -> Object {
        Object::new(OBJECT_FORMAT, 3)
            .with(key::MEDIA_TYPE, VIDEO)
            .with(key::MEDIA_SUBTYPE, RAW)
            .with(key::FORMAT, format)
    }

    fn listed(objects: Vec<Object>) -> Vec<Format> {
        formats(&objects.into_iter().map(Object::into_bytes).collect::<Vec<_>>())
    }

    /// As the V4L2 plugin lists a webcam: one parameter for each format and size, and a choice of rates.
    #[test]
    fn a_webcam_has_a_format_for_each_size() {
        let rates = [Fraction(30, 1), Fraction(30000, 1001), Fraction(15, 1)];
        let formats = listed(vec![
            raw(YUY2).with(key::SIZE, Rectangle(640, 480)).with_any(key::FRAME_RATE, &rates),
            raw(YUY2).with(key::SIZE, Rectangle(1280, 720)).with(key::FRAME_RATE, Fraction(10, 1)),
            Object::new(OBJECT_FORMAT, 3)
                .with(key::MEDIA_TYPE, VIDEO)
                .with(key::MEDIA_SUBTYPE, MJPG)
                .with(key::SIZE, Rectangle(1920, 1080))
                .with(key::FRAME_RATE, Fraction(60, 1)),
        ]);
        let layouts: Vec<_> =
            formats.iter().map(|format| (format.code.layout(), format.width, format.index)).collect();
        assert_eq!(
            layouts,
            [(Some(Layout::Yuyv), 640, 0), (Some(Layout::Yuyv), 1280, 1), (Some(Layout::Jpeg), 1920, 2)]
        );
        assert_eq!(formats[0].rates.len(), 3);
        assert_eq!(formats[0].rates[1].shortest, Interval { ticks: 1001, per_second: 30000 });
        assert_eq!(formats[2].color.range, Some(ColorRange::Full), "a JPEG is full range");
    }

    /// As GStreamer's test source offers any size and rate.
    #[test]
    fn of_ranges_the_usual_values_are_listed() {
        let formats = listed(vec![
            Object::new(OBJECT_FORMAT, 3)
                .with(key::MEDIA_TYPE, VIDEO)
                .with(key::MEDIA_SUBTYPE, RAW)
                .with_any(key::FORMAT, &[NV12, YUY2])
                .with_range(
                    key::SIZE,
                    Rectangle(320, 240),
                    Rectangle(1, 1),
                    Rectangle(i32::MAX as u32, i32::MAX as u32),
                )
                .with_range(key::FRAME_RATE, Fraction(30, 1), Fraction(0, 1), Fraction(i32::MAX as u32, 1)),
        ]);
        assert_eq!(formats.len(), 2 * USUAL_SIZES.len());
        assert_eq!((formats[0].width, formats[0].height), (320, 240));
        assert_eq!((formats[0].rates[0].min, formats[0].rates[0].max), (1.0, 30.0));
    }

    #[test]
    fn a_step_leaves_sizes_out() {
        let step = Choice::Range {
            default: Rectangle(64, 64),
            min: Rectangle(0, 0),
            max: Rectangle(1920, 1088),
            step: Some(Rectangle(64, 64)),
        };
        assert_eq!(sizes(step), [(64, 64), (1280, 960), (1920, 1088)]);
        let reversed = Choice::Range {
            default: Rectangle(9, 9),
            min: Rectangle(9, 9),
            max: Rectangle(1, 1),
            step: None,
        };
        assert_eq!(sizes(reversed), [(1, 1)]);
    }

    #[test]
    fn a_varying_rate_has_its_highest() {
        let formats = listed(vec![
            raw(NV12)
                .with(key::SIZE, Rectangle(640, 480))
                .with(key::FRAME_RATE, Fraction(0, 1))
                .with(key::MAX_FRAME_RATE, Fraction(60, 1)),
            raw(NV12).with(key::SIZE, Rectangle(320, 240)),
        ]);
        assert_eq!((formats[0].rates[0].min, formats[0].rates[0].max), (1.0, 60.0));
        assert_eq!(formats[1].rates[0].max, 30.0, "nothing is told");
    }

    #[test]
    fn nonsense_is_left_out() {
        let size = Rectangle(640, 480);
        let rate = Fraction(30, 1);
        for (object, reason) in [
            (raw(NV12).with(key::SIZE, Rectangle(0, 480)).with(key::FRAME_RATE, rate), "no width"),
            (raw(NV12).with(key::SIZE, Rectangle(640, u32::MAX)).with(key::FRAME_RATE, rate), "no height"),
            (raw(NV12).with(key::FRAME_RATE, rate), "no size"),
            (raw(Id(0)).with(key::SIZE, size), "an unknown format"),
            (raw(NV12).with(key::SIZE, size).with(key::FRAME_RATE, Fraction(30, 0)), "a division by zero"),
            (raw(NV12).with(key::SIZE, size).with(key::FRAME_RATE, Fraction(u32::MAX, 1)), "too fast"),
            (raw(NV12).with(key::SIZE, size).with(key::FRAME_RATE, Fraction(0, 0)), "no fraction"),
            (raw(NV12).with(key::SIZE, size).with(key::FRAME_RATE, 30), "a number"),
            (raw(NV12).with(key::SIZE, size).with(key::MODIFIER, 5_i64), "for GPUs"),
            (Object::new(OBJECT_FORMAT, 3).with(key::MEDIA_TYPE, Id(1)), "audio"),
            (Object::new(0x40002, 3), "not a format"),
        ] {
            assert_eq!(listed(vec![object]), [], "{reason}");
        }
        assert_eq!(formats(&[vec![], vec![0; 7], vec![0xff; 64]]), []);
    }

    #[test]
    fn the_agreed_format_has_its_color() {
        let object = raw(NV12)
            .with(key::SIZE, Rectangle(1280, 720))
            .with(key::FRAME_RATE, Fraction(0, 1))
            .with(key::COLOR_RANGE, Id(2))
            .with(key::COLOR_MATRIX, Id(3))
            .with(key::COLOR_PRIMARIES, Id(1));
        let agreed = negotiated(&object.into_bytes()).expect("it is complete");
        assert_eq!((agreed.width, agreed.height, agreed.interval), (1280, 720, None));
        assert_eq!(
            agreed.color,
            Color {
                matrix: Some(Matrix::Bt709),
                range: Some(ColorRange::Limited),
                primaries: Some(Primaries::Bt709)
            }
        );
        assert_eq!(negotiated(&raw(NV12).into_bytes()), None, "it has no size");
        assert_eq!(negotiated(&[]), None);
    }
}
