//! Lists of what there is: devices with their modes and controls, effects with their parameters.

use std::fmt::Write;

use bevy_viewfinder::{device::ControlCapability, effect::EffectRegistry, prelude::*, source::DefaultSource};

use crate::options::Options;

/// The devices of the source that the options name, as text.
///
/// # Errors
/// Those of [`Source::devices`](bevy_viewfinder::source::Source::devices).
pub fn devices(options: &Options) -> Result<String, MediaError> {
    let source = options.track_source().map_or_else(|| DefaultSource::default().0, |source| source.0);
    let devices = source.devices()?;
    if devices.is_empty() {
        return Ok("no devices\n".into());
    }
    let mut text = String::new();
    // Writing to a string can't fail.
    for device in devices {
        let _ = writeln!(text, "{}\n  id {}", device.label, device.id);
        if !device.group_id.is_empty() {
            let _ = writeln!(text, "  group {}", device.group_id);
        }
        if let Some(facing_mode) = device.facing_mode {
            let _ = writeln!(text, "  facing {}", facing_mode.as_str());
        }
        for mode in device.modes {
            let size = mode.size;
            let _ = writeln!(text, "  {}x{} at {:.3} Hz, {:?}", size.x, size.y, mode.frame_rate, mode.format);
        }
        for (control, capability) in device.controls {
            let _ = writeln!(text, "  {control}: {}", values(&capability));
        }
    }
    Ok(text)
}

/// The values of a control, in words.
fn values(capability: &ControlCapability) -> String {
    match capability {
        ControlCapability::Number(range) if range.step > 0.0 => {
            format!("{} to {} in steps of {}", range.min, range.max, range.step)
        }
        ControlCapability::Number(range) => format!("{} to {}", range.min, range.max),
        ControlCapability::Modes(modes) => {
            modes.iter().map(|mode| mode.as_str()).collect::<Vec<_>>().join(", ")
        }
        ControlCapability::Booleans(values) => format!("{values:?}"),
        ControlCapability::Points => "points".into(),
        other => format!("{other:?}"),
    }
}

/// The effects that the app knows, as text.
pub fn effects(registry: &EffectRegistry) -> String {
    let mut text = String::new();
    for effect in registry.iter() {
        let _ = writeln!(text, "{} ({:?})", effect.name, effect.kind);
        for parameter in &effect.parameters {
            let values = match parameter.range {
                Some(range) => {
                    format!("{:?} {} to {} {}", parameter.kind, range.min, range.max, range.unit)
                }
                None if parameter.choices.is_empty() => format!("{:?}", parameter.kind),
                None => parameter.choices.join(", "),
            };
            let _ = writeln!(text, "  {}: {}", parameter.name, values.trim_end());
        }
    }
    text
}
