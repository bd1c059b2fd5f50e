//! The controls of `viewfinder-cameras`, in the standard's terms and units.

use viewfinder_cameras::{Control as Own, ControlChange, ControlInfo, ControlMode, ControlState};

use crate::device::{
    Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, MeteringMode,
    SettingsRange,
};

/// The control of a camera that has a control of the standard, and the number of the standard's units in one of its
/// own. The standard has exposure times in 100 microseconds, and pan and tilt in arc seconds.
fn own(control: Control) -> Option<(Own, f64)> {
    Some(match control {
        Control::WhiteBalanceMode | Control::ColorTemperature => (Own::WhiteBalance, 1.0),
        Control::ExposureMode | Control::ExposureTime => (Own::Exposure, 10_000.0),
        Control::FocusMode | Control::FocusDistance => (Own::Focus, 1.0),
        Control::Brightness => (Own::Brightness, 1.0),
        Control::Contrast => (Own::Contrast, 1.0),
        Control::Saturation => (Own::Saturation, 1.0),
        Control::Sharpness => (Own::Sharpness, 1.0),
        Control::Pan => (Own::Pan, 3600.0),
        Control::Tilt => (Own::Tilt, 3600.0),
        Control::Zoom => (Own::Zoom, 1.0),
        Control::Torch => (Own::Torch, 1.0),
        _ => return None,
    })
}

const fn is_mode(control: Control) -> bool {
    matches!(control, Control::WhiteBalanceMode | Control::ExposureMode | Control::FocusMode)
}

const fn metering_mode(mode: ControlMode) -> MeteringMode {
    match mode {
        ControlMode::Manual => MeteringMode::Manual,
        ControlMode::Once => MeteringMode::SingleShot,
        ControlMode::Continuous => MeteringMode::Continuous,
    }
}

/// The capabilities of a camera with these controls.
pub(super) fn capabilities(controls: &[(Own, ControlInfo)]) -> ControlCapabilities {
    let capability = |control: Control| {
        let (own, unit) = own(control)?;
        let (_, info) = controls.iter().find(|(listed, _)| *listed == own)?;
        let capability = if is_mode(control) {
            let modes: Vec<_> = info.modes.iter().map(|mode| metering_mode(*mode)).collect();
            ControlCapability::Modes((!modes.is_empty()).then_some(modes)?)
        } else if control == Control::Torch {
            ControlCapability::Booleans(vec![false, true])
        } else {
            let range = info.range?;
            ControlCapability::Number(SettingsRange {
                min: range.min * unit,
                max: range.max * unit,
                step: range.step * unit,
            })
        };
        Some((control, capability))
    };
    Control::ALL.into_iter().filter_map(capability).collect()
}

/// The settings, by the states of the camera's controls.
pub(super) fn settings(
    capabilities: &ControlCapabilities,
    state: impl Fn(Own) -> Option<ControlState>,
) -> ControlSettings {
    let setting = |control: &Control| {
        let (own, unit) = own(*control)?;
        let state = state(own)?;
        let value = match control {
            _ if is_mode(*control) => ControlValue::Mode(metering_mode(state.mode?)),
            Control::Torch => ControlValue::Boolean(state.value? >= 0.5),
            _ => ControlValue::Number(state.value? * unit),
        };
        Some((*control, value))
    };
    capabilities.keys().filter_map(setting).collect()
}

/// The change that sets a control to a value which its capabilities accept. `None` if there is no such control.
pub(super) fn change(control: Control, value: &ControlValue) -> Option<(Own, ControlChange)> {
    let (own, unit) = own(control)?;
    let change = match value {
        ControlValue::Mode(mode) => ControlChange::Mode(match mode {
            MeteringMode::Manual => ControlMode::Manual,
            MeteringMode::SingleShot => ControlMode::Once,
            MeteringMode::Continuous => ControlMode::Continuous,
            MeteringMode::None => return None,
        }),
        ControlValue::Number(number) => ControlChange::Value(number / unit),
        ControlValue::Boolean(on) => ControlChange::Value(f64::from(u8::from(*on))),
        ControlValue::Points(_) => return None,
    };
    Some((own, change))
}

/// Whether a change has no effect now: a number of a control that the camera finds itself.
pub(super) fn is_without_effect(change: ControlChange, state: Option<ControlState>) -> bool {
    let automatic = state.is_some_and(|state| state.mode == Some(ControlMode::Continuous));
    matches!(change, ControlChange::Value(_)) && automatic
}

#[cfg(test)]
mod tests {
    use viewfinder_cameras::ControlRange;

    use super::*;

    fn info(range: Option<(f64, f64, f64)>, modes: &[ControlMode]) -> ControlInfo {
        let range = range.map(|(min, max, step)| ControlRange { min, max, step, default: None });
        ControlInfo { range, modes: modes.to_vec() }
    }

    /// A Logitech C920 on Windows.
    fn controls() -> Vec<(Own, ControlInfo)> {
        let both = [ControlMode::Manual, ControlMode::Continuous];
        vec![
            (Own::Brightness, info(Some((0.0, 255.0, 1.0)), &[])),
            (Own::WhiteBalance, info(Some((2000.0, 6500.0, 1.0)), &both)),
            (Own::Exposure, info(Some((2f64.powi(-11), 0.25, 0.0)), &both)),
            (Own::Focus, info(None, &both)),
            (Own::Pan, info(Some((-10.0, 10.0, 1.0)), &[])),
            (Own::Torch, info(Some((0.0, 1.0, 1.0)), &[])),
        ]
    }

    #[test]
    fn capabilities_are_in_the_standards_units() {
        let capabilities = capabilities(&controls());
        let number = |control: Control| match capabilities.get(&control) {
            Some(ControlCapability::Number(range)) => Some((range.min, range.max, range.step)),
            _ => None,
        };
        assert_eq!(number(Control::ColorTemperature), Some((2000.0, 6500.0, 1.0)));
        assert_eq!(number(Control::ExposureTime), Some((10_000.0 / 2048.0, 2500.0, 0.0)));
        assert_eq!(number(Control::Pan), Some((-36_000.0, 36_000.0, 3600.0)));
        assert_eq!(number(Control::FocusDistance), None, "it has modes only");
        assert_eq!(
            capabilities.get(&Control::FocusMode),
            Some(&ControlCapability::Modes(vec![MeteringMode::Manual, MeteringMode::Continuous]))
        );
        assert!(!capabilities.contains_key(&Control::Zoom));
        assert_eq!(capabilities.get(&Control::Torch), Some(&ControlCapability::Booleans(vec![false, true])));
    }

    #[test]
    fn settings_and_changes_use_the_same_units() {
        let capabilities = capabilities(&controls());
        let settings = settings(&capabilities, |own| {
            Some(match own {
                Own::Exposure => {
                    ControlState { value: Some(1.0 / 64.0), mode: Some(ControlMode::Continuous) }
                }
                Own::Pan => ControlState { value: Some(3.0), mode: Some(ControlMode::Manual) },
                Own::Torch => ControlState { value: Some(1.0), mode: None },
                _ => return None,
            })
        });
        assert_eq!(settings.len(), 4, "{settings:?}");
        assert_eq!(settings.get(&Control::ExposureTime), Some(&ControlValue::Number(156.25)));
        assert_eq!(settings.get(&Control::ExposureMode), Some(&ControlValue::Mode(MeteringMode::Continuous)));
        assert_eq!(settings.get(&Control::Torch), Some(&ControlValue::Boolean(true)));
        assert_eq!(
            change(Control::Pan, &ControlValue::Number(10_800.0)),
            Some((Own::Pan, ControlChange::Value(3.0)))
        );
        assert_eq!(
            change(Control::FocusMode, &ControlValue::Mode(MeteringMode::SingleShot)),
            Some((Own::Focus, ControlChange::Mode(ControlMode::Once)))
        );
        assert_eq!(
            change(Control::Torch, &ControlValue::Boolean(true)),
            Some((Own::Torch, ControlChange::Value(1.0)))
        );
        assert_eq!(change(Control::Iso, &ControlValue::Number(100.0)), None);
        assert_eq!(change(Control::FocusMode, &ControlValue::Mode(MeteringMode::None)), None);
    }

    #[test]
    fn a_number_has_no_effect_while_the_camera_finds_it() {
        let state = |mode| Some(ControlState { value: Some(1.0), mode });
        let value = ControlChange::Value(2.0);
        assert!(is_without_effect(value, state(Some(ControlMode::Continuous))));
        assert!(!is_without_effect(value, state(Some(ControlMode::Manual))));
        assert!(!is_without_effect(value, None));
        let mode = ControlChange::Mode(ControlMode::Manual);
        assert!(!is_without_effect(mode, state(Some(ControlMode::Continuous))));
    }
}
