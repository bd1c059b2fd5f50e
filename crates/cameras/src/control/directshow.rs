//! The controls of Windows: the numbers of `IAMCameraControl` and `IAMVideoProcAmp` in the units of [`Control`].

use super::{Control, ControlChange, ControlInfo, ControlMode, ControlRange, ControlState};
use crate::Error;

/// The interface that has a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Interface {
    /// `IAMCameraControl`.
    Camera,
    /// `IAMVideoProcAmp`.
    ProcAmp,
}

/// `CameraControl_Flags_Auto` and `VideoProcAmp_Flags_Auto`.
const AUTOMATIC: i32 = 1;
/// `CameraControl_Flags_Manual` and `VideoProcAmp_Flags_Manual`.
const MANUAL: i32 = 2;

/// The answer of `GetRange`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct RawRange {
    pub min: i32,
    pub max: i32,
    pub step: i32,
    pub default: i32,
    pub flags: i32,
}

/// The place of a control. `None` if Windows has none.
pub(crate) const fn property(control: Control) -> Option<(Interface, i32)> {
    Some(match control {
        Control::Pan => (Interface::Camera, 0),
        Control::Tilt => (Interface::Camera, 1),
        Control::Zoom => (Interface::Camera, 3),
        Control::Exposure => (Interface::Camera, 4),
        Control::Focus => (Interface::Camera, 6),
        Control::Brightness => (Interface::ProcAmp, 0),
        Control::Contrast => (Interface::ProcAmp, 1),
        Control::Saturation => (Interface::ProcAmp, 3),
        Control::Sharpness => (Interface::ProcAmp, 4),
        Control::WhiteBalance => (Interface::ProcAmp, 7),
        Control::Torch => return None,
    })
}

/// The number of a control in its unit. Windows has the exposure time as the binary logarithm of its seconds.
fn number(control: Control, raw: i32) -> f64 {
    match control {
        Control::Exposure => f64::from(raw).exp2(),
        _ => f64::from(raw),
    }
}

/// The nearest number of Windows.
fn raw(control: Control, number: f64, range: &RawRange) -> i32 {
    let exact = match control {
        // The logarithm of 0 is the least that there is, which the range bounds.
        Control::Exposure => number.max(0.0).log2(),
        _ => number,
    };
    let step = f64::from(range.step.max(1));
    let (min, max) = (f64::from(range.min), f64::from(range.max));
    let last = ((max - min) / step).floor();
    let steps = ((exact.min(max).max(min) - min) / step).round().min(last);
    // Within the range of an i32, so the cast loses nothing.
    (min + steps * step) as i32
}

/// The values and modes of a control. `None` if there is nothing to set.
pub(crate) fn info(control: Control, raw: &RawRange) -> Option<ControlInfo> {
    let (manual, automatic) = (raw.flags & MANUAL != 0, raw.flags & AUTOMATIC != 0);
    let range = (manual && raw.min < raw.max).then(|| ControlRange {
        min: number(control, raw.min),
        max: number(control, raw.max),
        // The steps of a logarithm aren't even.
        step: if control == Control::Exposure { 0.0 } else { f64::from(raw.step.max(1)) },
        default: (raw.min..=raw.max).contains(&raw.default).then(|| number(control, raw.default)),
    });
    let modes = if automatic {
        [(manual, ControlMode::Manual), (true, ControlMode::Continuous)]
            .into_iter()
            .filter_map(|(there, mode)| there.then_some(mode))
            .collect()
    } else {
        Vec::new()
    };
    (range.is_some() || !modes.is_empty()).then_some(ControlInfo { range, modes })
}

/// The state, from the answer of `Get`.
pub(crate) fn state(control: Control, value: i32, flags: i32) -> ControlState {
    let mode = match flags {
        flags if flags & AUTOMATIC != 0 => Some(ControlMode::Continuous),
        flags if flags & MANUAL != 0 => Some(ControlMode::Manual),
        _ => None,
    };
    ControlState { value: Some(number(control, value)), mode }
}

/// The arguments of `Set` for a change, by the answer of `GetRange` and the present value.
///
/// The flag is that of the wanted mode, so an automatic control becomes manual. nokhwa sends the present flag again.
pub(crate) fn arguments(
    control: Control,
    change: ControlChange,
    range: &RawRange,
    present: i32,
) -> Result<(i32, i32), Error> {
    let has = |flag: i32| range.flags & flag != 0;
    match change {
        ControlChange::Value(value) if value.is_finite() && has(MANUAL) => {
            Ok((raw(control, value, range), MANUAL))
        }
        ControlChange::Mode(ControlMode::Continuous) if has(AUTOMATIC) => Ok((present, AUTOMATIC)),
        ControlChange::Mode(ControlMode::Manual) if has(MANUAL) => {
            Ok((present.min(range.max).max(range.min), MANUAL))
        }
        _ => Err(Error::NotSupported(format!("{control:?} can't be set to {change:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Logitech C920: `GetRange` of its exposure and its focus.
    const EXPOSURE: RawRange = RawRange { min: -11, max: -2, step: 1, default: -5, flags: 3 };
    const FOCUS: RawRange = RawRange { min: 0, max: 250, step: 5, default: 0, flags: 3 };

    #[test]
    fn exposure_is_in_seconds() {
        let info = info(Control::Exposure, &EXPOSURE).expect("it is there");
        let range = info.range.expect("it can be set");
        assert_eq!((range.min, range.max, range.step), (2f64.powi(-11), 0.25, 0.0));
        assert_eq!(range.default, Some(1.0 / 32.0));
        assert_eq!(info.modes, [ControlMode::Manual, ControlMode::Continuous]);
        assert_eq!(state(Control::Exposure, -6, 2).value, Some(1.0 / 64.0));
        let set = |seconds| arguments(Control::Exposure, ControlChange::Value(seconds), &EXPOSURE, -5);
        assert_eq!(set(1.0 / 60.0), Ok((-6, MANUAL)), "the nearest power of two");
        assert_eq!(set(0.0), Ok((-11, MANUAL)));
        assert_eq!(set(100.0), Ok((-2, MANUAL)));
        assert!(set(f64::NAN).is_err());
    }

    #[test]
    fn an_automatic_control_becomes_manual_and_back() {
        let set = |change| arguments(Control::Focus, change, &FOCUS, 30);
        assert_eq!(set(ControlChange::Value(33.0)), Ok((35, MANUAL)));
        assert_eq!(set(ControlChange::Mode(ControlMode::Continuous)), Ok((30, AUTOMATIC)));
        assert_eq!(set(ControlChange::Mode(ControlMode::Manual)), Ok((30, MANUAL)));
        assert!(set(ControlChange::Mode(ControlMode::Once)).is_err());
        assert_eq!(state(Control::Focus, 30, 1).mode, Some(ControlMode::Continuous));
    }

    #[test]
    fn nothing_to_set_is_no_control() {
        let fixed = RawRange { min: 5, max: 5, step: 1, default: 5, flags: MANUAL };
        assert_eq!(info(Control::Zoom, &fixed), None);
        assert_eq!(info(Control::Zoom, &RawRange { flags: 0, ..FOCUS }), None);
        let automatic = RawRange { flags: AUTOMATIC, ..FOCUS };
        let only = info(Control::WhiteBalance, &automatic).expect("it has a mode");
        assert_eq!((only.range, &only.modes[..]), (None, &[ControlMode::Continuous][..]));
        assert!(arguments(Control::WhiteBalance, ControlChange::Value(4000.0), &automatic, 0).is_err());
    }

    #[test]
    fn every_control_has_a_place_of_its_own() {
        let places: Vec<_> =
            Control::ALL.into_iter().filter_map(property).map(|(i, n)| (i as u8, n)).collect();
        for (index, place) in places.iter().enumerate() {
            assert!(!places[..index].contains(place), "{place:?}");
        }
        assert_eq!(places.len(), 10);
    }

    #[test]
    fn odd_answers_of_drivers_do_no_harm() {
        let extreme = RawRange { min: i32::MIN, max: i32::MAX, step: i32::MIN, default: 0, flags: 3 };
        assert_eq!(raw(Control::Zoom, f64::MAX, &extreme), i32::MAX);
        assert_eq!(raw(Control::Zoom, -1e300, &extreme), i32::MIN);
        let reversed = RawRange { min: 10, max: 0, ..FOCUS };
        let set = arguments(Control::Focus, ControlChange::Value(5.0), &reversed, 30);
        assert!(set.is_ok(), "the camera answers it");
    }
}
