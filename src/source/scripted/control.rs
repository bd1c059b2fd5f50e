//! The controls of a camera that isn't one: they keep what they are set to.

use crate::{
    device::{Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, MeteringMode},
    error::MediaError,
};

/// What the controls of a new camera are set to: the middle of a range, the first of a list.
pub(super) fn fresh(capabilities: &ControlCapabilities) -> ControlSettings {
    let value = |capability: &ControlCapability| {
        Some(match capability {
            ControlCapability::Number(range) => {
                ControlValue::Number(range.snap(f64::midpoint(range.min, range.max)))
            }
            ControlCapability::Modes(modes) => ControlValue::Mode(*modes.first()?),
            ControlCapability::Booleans(values) => ControlValue::Boolean(*values.first()?),
            ControlCapability::Points => ControlValue::Points(vec![]),
        })
    };
    capabilities.iter().filter_map(|(control, capability)| Some((*control, value(capability)?))).collect()
}

/// The value as the camera takes it: numbers are snapped.
pub(super) fn allowed(
    capabilities: &ControlCapabilities,
    control: Control,
    value: &ControlValue,
) -> Result<ControlValue, MediaError> {
    let accepted = capabilities.get(&control).and_then(|capability| capability.accept(value));
    accepted.ok_or_else(|| {
        MediaError::not_supported(format!(
            "the script's camera has no {control} that could be {value:?}: take a value of its capabilities"
        ))
    })
}

/// Whether a control does anything as the modes stand now.
pub(super) fn has_effect(settings: &ControlSettings, control: Control) -> bool {
    let manual =
        |mode| settings.get(&mode).and_then(ControlValue::as_mode).map(|mode| mode == MeteringMode::Manual);
    match control {
        Control::ExposureTime => manual(Control::ExposureMode) != Some(false),
        Control::ExposureCompensation => manual(Control::ExposureMode) != Some(true),
        Control::ColorTemperature => manual(Control::WhiteBalanceMode) != Some(false),
        Control::FocusDistance => manual(Control::FocusMode) != Some(false),
        _ => true,
    }
}
