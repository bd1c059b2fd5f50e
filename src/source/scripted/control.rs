//! The controls of scripted devices, which keep their values.

use crate::{
    device::{Control, ControlCapabilities, ControlCapability, ControlSettings, ControlValue, MeteringMode},
    error::MediaError,
};

/// The initial values of controls: the middle of a range, the first of a list.
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

/// The value that the device accepts: numbers are snapped to their steps.
pub(super) fn allowed(
    capabilities: &ControlCapabilities,
    control: Control,
    value: &ControlValue,
) -> Result<ControlValue, MediaError> {
    let accepted = capabilities.get(&control).and_then(|capability| capability.accept(value));
    accepted.ok_or_else(|| {
        MediaError::not_supported(format!(
            "the scripted device has no {control} that accepts {value:?}: use a value of its capabilities"
        ))
    })
}

/// Whether a control has an effect in the present modes.
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
