//! Lists of what there is: devices with their modes and controls, effects with their parameters.

use bevy_viewfinder::{device::ControlCapability, effect::EffectRegistry, prelude::*, source::DefaultSource};

use crate::options::Options;

/// Prints the devices of the source that the options name.
pub fn devices(options: &Options) -> Result<(), MediaError> {
    let source = options.track_source().map_or_else(|| DefaultSource::default().0, |source| source.0);
    let devices = source.devices()?;
    if devices.is_empty() {
        println!("no devices");
    }
    for device in devices {
        println!("{}\n  id {}", device.label, device.id);
        if !device.group_id.is_empty() {
            println!("  group {}", device.group_id);
        }
        if let Some(facing_mode) = device.facing_mode {
            println!("  facing {facing_mode:?}");
        }
        for mode in device.modes {
            println!("  {}x{} at {:.3} Hz, {:?}", mode.size.x, mode.size.y, mode.frame_rate, mode.format);
        }
        for (control, capability) in device.controls {
            println!("  {control}: {}", values(&capability));
        }
    }
    Ok(())
}

/// What a control can be set to, in words.
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
    }
}

/// Prints the effects that the app knows.
pub fn effects(registry: &EffectRegistry) {
    for effect in registry.iter() {
        println!("{} ({:?})", effect.name, effect.kind);
        for parameter in &effect.parameters {
            match parameter.range {
                Some(range) => println!(
                    "  {}: {} {} to {} {}",
                    parameter.name, parameter.type_name, range.min, range.max, range.unit
                ),
                None if parameter.choices.is_empty() => {
                    println!("  {}: {}", parameter.name, parameter.type_name);
                }
                None => println!("  {}: {}", parameter.name, parameter.choices.join(", ")),
            }
        }
    }
}
