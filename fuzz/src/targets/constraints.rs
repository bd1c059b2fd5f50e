//! The selection of settings by constraints.
//!
//! An input describes devices with their modes and controls, and sets of constraints.

use bevy::math::{UVec2, Vec2};
use bevy_viewfinder::{
    constraint::{
        ConstrainBool, ConstrainList, ConstrainNumber, Number, ResizeMode, VideoConstraintSet,
        VideoConstraints, VideoSettings, rank_settings, select_settings,
    },
    device::{
        Control, ControlCapability, Device, DeviceId, FacingMode, MeteringMode, NativeMode, SettingsRange,
    },
    error::ErrorName,
    frame::PixelFormat,
};

use super::{Outcome, bytes::Bytes};

/// The differences up to which ratios and rates are equal, as documented, and a little more for rounding to whole
/// pixels.
const RATIO_TOLERANCE: f64 = 0.0031;
const RATE_TOLERANCE: f64 = 0.000_011;

const FACES: [FacingMode; 4] =
    [FacingMode::User, FacingMode::Environment, FacingMode::Left, FacingMode::Right];
const METERING: [MeteringMode; 4] =
    [MeteringMode::None, MeteringMode::Manual, MeteringMode::SingleShot, MeteringMode::Continuous];

const CONTROLS: [Control; 5] =
    [Control::Zoom, Control::Pan, Control::ExposureMode, Control::PointsOfInterest, Control::Torch];

pub(super) fn run(data: &[u8]) -> Outcome {
    let mut bytes = Bytes(data);
    let devices: Vec<_> = (0..1 + bytes.u8() % 3).map(|index| device(&mut bytes, index)).collect();
    let basic = set(&mut bytes);
    let advanced = (0..bytes.u8() % 3).map(|_| set(&mut bytes)).collect();
    let constraints = VideoConstraints { basic, advanced };
    let selected = select_settings(&devices, &constraints);
    let ranked = rank_settings(&devices, &constraints);
    assert_eq!(selected.as_ref().ok(), ranked.as_ref().ok().and_then(|ranked| ranked.first()));
    assert_eq!(selected.as_ref().err(), ranked.as_ref().err());
    match ranked {
        Ok(ranked) => {
            assert_eq!(constraints.validate(), Ok(()));
            for settings in &ranked {
                check(&devices, &constraints.basic, settings);
            }
            Outcome::Accepted
        }
        Err(error) => match error.name {
            ErrorName::Overconstrained => {
                assert!(error.constraint.is_some(), "{error}");
                assert_ne!(constraints.basic, VideoConstraintSet::new(), "{error}");
                Outcome::Accepted
            }
            ErrorName::Type => {
                assert!(constraints.validate().is_err(), "{error}");
                Outcome::Refused
            }
            ErrorName::NotReadable => Outcome::Refused,
            _ => panic!("{error}"),
        },
    }
}

/// Checks that settings are possible, and meet what the basic set requires.
fn check(devices: &[Device], set: &VideoConstraintSet, settings: &VideoSettings) {
    let VideoSettings { native, size, frame_rate, resize_mode, .. } = settings;
    let is_of = |device: &&Device| {
        device.id == settings.device_id
            && device.group_id == settings.group_id
            && device.facing_mode == settings.facing_mode
            && device.modes.contains(native)
    };
    assert!(devices.iter().any(|device| is_of(&device)), "{settings:?}");
    assert!(size.min_element() > 0 && size.cmple(native.size).all(), "{settings:?}");
    // A device may have no rate.
    assert!(*frame_rate >= 0.0 && *frame_rate <= native.frame_rate, "{settings:?}");
    assert!(*resize_mode != ResizeMode::None || *size == native.size && *frame_rate == native.frame_rate);
    let (width, height) = (f64::from(size.x), f64::from(size.y));
    let is_met = is_number_met(&set.width, width, 0.0)
        && is_number_met(&set.height, height, 0.0)
        && is_number_met(&set.aspect_ratio, width / height, RATIO_TOLERANCE)
        && is_number_met(&set.frame_rate, *frame_rate, RATE_TOLERANCE)
        && is_list_met(&set.device_id, Some(&settings.device_id))
        && is_list_met(&set.group_id, Some(&settings.group_id).filter(|group| !group.is_empty()))
        && is_list_met(&set.facing_mode, settings.facing_mode.as_ref())
        && is_list_met(&set.resize_mode, Some(resize_mode));
    assert!(is_met, "{set:?} by {settings:?}");
}

fn is_number_met<T: Number + Into<f64>>(
    constraint: &ConstrainNumber<T>,
    actual: f64,
    tolerance: f64,
) -> bool {
    let equal = |wanted: f64| (actual / wanted - 1.0).abs() <= tolerance || actual == wanted;
    let at_least = |least: T| actual >= least.into() || equal(least.into());
    let at_most = |most: T| actual <= most.into() || equal(most.into());
    constraint.exact.is_none_or(|exact| equal(exact.into()))
        && constraint.min.is_none_or(at_least)
        && constraint.max.is_none_or(at_most)
}

fn is_list_met<T: PartialEq>(constraint: &ConstrainList<T>, actual: Option<&T>) -> bool {
    constraint.exact.is_empty() || actual.is_some_and(|actual| constraint.exact.contains(actual))
}

fn device(bytes: &mut Bytes<'_>, index: u8) -> Device {
    let facing = bytes.u8();
    let modes = (0..bytes.u8() % 4).map(|_| NativeMode {
        size: UVec2::new(side(bytes), side(bytes)),
        frame_rate: rate(bytes),
        format: bytes.choice(&[PixelFormat::Yuyv, PixelFormat::Mjpeg, PixelFormat::Nv12]),
    });
    let modes = modes.collect();
    let controls = (0..bytes.u8() % 4)
        .map(|_| {
            // Those of the sets more often than others.
            let control = match bytes.u8() {
                choice @ 0..=191 => CONTROLS[usize::from(choice) % CONTROLS.len()],
                choice => Control::ALL[usize::from(choice) % Control::ALL.len()],
            };
            let capability = match control {
                Control::WhiteBalanceMode | Control::ExposureMode | Control::FocusMode => {
                    ControlCapability::Modes(METERING[..usize::from(bytes.u8()) % 5].to_vec())
                }
                Control::Torch => {
                    ControlCapability::Booleans([false, true][..usize::from(bytes.u8()) % 3].to_vec())
                }
                Control::PointsOfInterest => ControlCapability::Points,
                _ => {
                    let [min, max, step] = [number(bytes), number(bytes), number(bytes)];
                    ControlCapability::Number(SettingsRange { min, max, step })
                }
            };
            (control, capability)
        })
        .collect();
    Device {
        id: DeviceId(["a", "b", "c"][usize::from(index)].to_owned()),
        group_id: bytes.choice(&["", "x", "y"]).to_owned(),
        facing_mode: FACES.get(usize::from(facing % 8)).copied(),
        modes,
        controls,
        ..Device::default()
    }
}

/// A side of a frame: usual ones, and any.
fn side(bytes: &mut Bytes<'_>) -> u32 {
    match bytes.u8() {
        choice @ 0..=9 => [1, 2, 240, 320, 480, 640, 720, 1080, 1280, 1920][usize::from(choice)],
        10 => bytes.u32(),
        _ => bytes.u16().into(),
    }
}

/// A frame rate: usual ones, and any.
fn rate(bytes: &mut Bytes<'_>) -> f64 {
    match bytes.u8() {
        choice @ 0..=7 => [7.5, 15.0, 24.0, 25.0, 30_000.0 / 1001.0, 29.97, 30.0, 60.0][usize::from(choice)],
        _ => number(bytes),
    }
}

/// Any number: small ones, and those of any bits.
fn number(bytes: &mut Bytes<'_>) -> f64 {
    match bytes.u8() {
        0 => f64::from_bits(u64::from_le_bytes(bytes.array())),
        1 => f64::from(bytes.u32()),
        2 => -f64::from(bytes.u8()),
        choice => f64::from(bytes.u16()) / f64::from(choice),
    }
}

fn constraint<T: Number>(bytes: &mut Bytes<'_>, value: fn(&mut Bytes<'_>) -> T) -> ConstrainNumber<T> {
    // Constraints with few members are met more often.
    let members = bytes.u8();
    let mut member = |bit: u8| (members & 1 << bit != 0).then(|| value(bytes));
    if members < 128 {
        return ConstrainNumber::default();
    }
    let (bare, exact, ideal, min, max) = (member(0), member(1), member(2), member(3), member(4));
    ConstrainNumber {
        bare,
        exact,
        ideal,
        min,
        max,
        present: [None, None, Some(true), Some(false)][usize::from(members >> 5 & 3)],
    }
}

fn list<T>(bytes: &mut Bytes<'_>, value: fn(&mut Bytes<'_>) -> T) -> ConstrainList<T> {
    let members = bytes.u8();
    if members < 128 {
        return ConstrainList::default();
    }
    let mut values = |bit: u8| (0..members >> bit & 3).map(|_| value(bytes)).collect();
    let (bare, exact, ideal) = (values(0), values(2), values(4));
    ConstrainList { bare, exact, ideal }
}

fn set(bytes: &mut Bytes<'_>) -> VideoConstraintSet {
    let mut set = VideoConstraintSet {
        width: constraint(bytes, side),
        height: constraint(bytes, side),
        aspect_ratio: constraint(bytes, number),
        frame_rate: constraint(bytes, rate),
        facing_mode: list(bytes, |bytes| bytes.choice(&FACES)),
        resize_mode: list(bytes, |bytes| bytes.choice(&[ResizeMode::None, ResizeMode::CropAndScale])),
        device_id: list(bytes, |bytes| DeviceId::from(bytes.choice(&["a", "b", "c", "d"]))),
        group_id: list(bytes, |bytes| bytes.choice(&["x", "y", "z"]).to_owned()),
        ..VideoConstraintSet::default()
    };
    if bytes.bool() {
        set.zoom = constraint(bytes, number);
        set.pan = constraint(bytes, number);
        set.exposure_mode = list(bytes, |bytes| bytes.choice(&METERING));
        set.points_of_interest =
            list(bytes, |bytes| Vec2::new(f32::from(bytes.u8()) / 255.0, f32::from_bits(bytes.u32())));
        let torch = bytes.u8();
        let on = |bit: u8| (torch & 1 << bit != 0).then_some(torch & 2 << bit != 0);
        set.torch = ConstrainBool { bare: on(0), exact: on(2), ideal: on(4) };
    }
    set
}
