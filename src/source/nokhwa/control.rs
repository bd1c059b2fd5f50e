//! The controls that nokhwa reports on Windows, in the standard's units.
//!
//! Only numeric ranges are supported. nokhwa reports no range for exposure and focus. It sends each value with the
//! present mode of the control, so it can't leave an automatic mode: automatic controls are left out, and there are no
//! modes.

use ::nokhwa::utils::{
    CameraControl, ControlValueDescription, ControlValueSetter, KnownCameraControl, KnownCameraControlFlag,
};

use crate::device::{Control, ControlCapability, ControlValue, SettingsRange};

/// The numeric controls, and the number of the standard's units in one of the system's. The system has pan and tilt in
/// degrees, the standard in arc seconds.
const CONTROLS: [(Control, KnownCameraControl, f64); 8] = [
    (Control::ColorTemperature, KnownCameraControl::WhiteBalance, 1.0),
    (Control::Brightness, KnownCameraControl::Brightness, 1.0),
    (Control::Contrast, KnownCameraControl::Contrast, 1.0),
    (Control::Saturation, KnownCameraControl::Saturation, 1.0),
    (Control::Sharpness, KnownCameraControl::Sharpness, 1.0),
    (Control::Pan, KnownCameraControl::Pan, 3600.0),
    (Control::Tilt, KnownCameraControl::Tilt, 3600.0),
    (Control::Zoom, KnownCameraControl::Zoom, 1.0),
];

/// nokhwa's name of a control. `None` if nokhwa doesn't support it.
pub(super) fn known(control: Control) -> Option<KnownCameraControl> {
    CONTROLS.into_iter().find_map(|(ours, known, _)| (ours == control).then_some(known))
}

/// The capability and the value of a control.
pub(super) fn read(control: &CameraControl) -> Option<(Control, ControlCapability, ControlValue)> {
    let (ours, _, unit) = CONTROLS.into_iter().find(|(_, known, _)| *known == control.control())?;
    let unusable = [
        KnownCameraControlFlag::Automatic,
        KnownCameraControlFlag::ReadOnly,
        KnownCameraControlFlag::WriteOnly,
        KnownCameraControlFlag::Disabled,
    ];
    if control.flag().iter().any(|flag| unusable.contains(flag)) {
        return None;
    }
    let ControlValueDescription::IntegerRange { min, max, value, step, .. } = *control.description() else {
        return None;
    };
    let number = |number: i64| number as f64 * unit;
    let range = SettingsRange { min: number(min), max: number(max), step: number(step.max(1)) };
    (min <= max).then(|| (ours, ControlCapability::Number(range), ControlValue::Number(number(value))))
}

/// nokhwa's value for a number of the standard, which is on a step of its range.
pub(super) fn raw(control: Control, number: f64) -> ControlValueSetter {
    let unit = CONTROLS.into_iter().find_map(|(ours, _, unit)| (ours == control).then_some(unit));
    // Within the system's range, so the cast loses nothing.
    ControlValueSetter::Integer((number / unit.unwrap_or(1.0)).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn control(
        known: KnownCameraControl,
        flag: KnownCameraControlFlag,
        description: ControlValueDescription,
    ) -> CameraControl {
        CameraControl::new(known, known.to_string(), description, vec![flag], true)
    }

    const RANGE: ControlValueDescription =
        ControlValueDescription::IntegerRange { min: -10, max: 10, value: 4, step: 2, default: 0 };

    #[test]
    fn ranges_are_in_the_standards_units() {
        let manual = |known| read(&control(known, KnownCameraControlFlag::Manual, RANGE));
        let range = |unit| {
            ControlCapability::Number(SettingsRange { min: -10.0 * unit, max: 10.0 * unit, step: 2.0 * unit })
        };
        assert_eq!(
            manual(KnownCameraControl::Sharpness),
            Some((Control::Sharpness, range(1.0), ControlValue::Number(4.0)))
        );
        assert_eq!(
            manual(KnownCameraControl::Pan),
            Some((Control::Pan, range(3600.0), ControlValue::Number(14_400.0)))
        );
        assert_eq!(raw(Control::Pan, 14_400.0), ControlValueSetter::Integer(4));
        assert_eq!(raw(Control::Sharpness, -10.0), ControlValueSetter::Integer(-10));
        assert_eq!(manual(KnownCameraControl::Iris), None, "the standard has none");
    }

    #[test]
    fn what_cannot_be_set_is_left_out() {
        for flag in [
            KnownCameraControlFlag::Automatic,
            KnownCameraControlFlag::ReadOnly,
            KnownCameraControlFlag::Disabled,
        ] {
            assert_eq!(read(&control(KnownCameraControl::WhiteBalance, flag, RANGE)), None, "{flag}");
        }
        let no_range = ControlValueDescription::Integer { value: 4, default: 0, step: 1 };
        let manual = KnownCameraControlFlag::Manual;
        assert_eq!(read(&control(KnownCameraControl::Zoom, manual, no_range)), None);
        let empty = ControlValueDescription::IntegerRange { min: 1, max: 0, value: 0, step: 1, default: 0 };
        assert_eq!(read(&control(KnownCameraControl::Zoom, manual, empty)), None);
    }

    #[test]
    fn every_control_is_found_again() {
        for (ours, theirs, _) in CONTROLS {
            assert_eq!(known(ours), Some(theirs));
        }
        assert_eq!(known(Control::ExposureTime), None);
    }
}
