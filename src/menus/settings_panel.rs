//! All that can be set of a track's device.

use bevy::{
    prelude::*,
    ui::Checked,
    ui_widgets::{Activate, SliderDragState, SliderValue, ValueChange},
};

use super::{
    UiStyle,
    button::{button, mark},
    slider::{Scale, slider},
    style::readable,
};
use crate::{
    constraint::{Bounds, VideoCapabilities, VideoConstraints, VideoSettings, ideal},
    device::{Control, ControlCapability, ControlValue},
};

/// A panel with a slider, or a row of buttons, for each thing that can be set of a track's device: what it can do,
/// [`VideoCapabilities`] say, what it is set to, [`VideoSettings`]. Using one changes the track's [`VideoConstraints`].
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq, Reflect)]
#[reflect(Component)]
#[require(Node { flex_direction: FlexDirection::Column, row_gap: px(10), ..default() })]
pub struct SettingsPanel {
    /// The track.
    #[entities]
    pub track: Entity,
}

/// What a slider or a button of a panel sets.
#[derive(Component, Debug, Clone, PartialEq)]
struct Sets {
    track: Entity,
    what: What,
}

#[derive(Debug, Clone, PartialEq)]
enum What {
    Width,
    Height,
    FrameRate,
    /// A control that a slider sets.
    Number(Control),
    /// A control that a button sets to this.
    Value(Control, ControlValue),
}

pub(super) fn plugin(app: &mut App) {
    app.register_type::<SettingsPanel>()
        .add_observer(slide)
        .add_observer(press)
        .add_systems(PostUpdate, (build, show).chain().run_if(any_with_component::<SettingsPanel>));
}

/// What a panel was built for.
#[derive(Component, Debug, PartialEq)]
struct BuiltFor(Option<VideoCapabilities>);

/// Fills the panels of tracks whose capabilities are others than before.
fn build(
    mut commands: Commands,
    style: Res<UiStyle>,
    panels: Query<(Entity, &SettingsPanel, Option<&BuiltFor>)>,
    capabilities: Query<&VideoCapabilities>,
) {
    for (panel, SettingsPanel { track }, built) in &panels {
        let capabilities = capabilities.get(*track).ok();
        if built.is_some_and(|built| built.0.as_ref() == capabilities) {
            continue;
        }
        commands.entity(panel).despawn_children().insert(BuiltFor(capabilities.cloned()));
        let rows = match capabilities {
            Some(capabilities) => rows(&mut commands, &style, *track, capabilities),
            None => vec![commands.spawn(style.line("No camera yet", style.muted)).id()],
        };
        commands.entity(panel).add_children(&rows);
    }
}

fn rows(
    commands: &mut Commands,
    style: &UiStyle,
    track: Entity,
    capabilities: &VideoCapabilities,
) -> Vec<Entity> {
    let VideoCapabilities { width, height, frame_rate, controls, .. } = capabilities;
    let side =
        |side: Bounds<u32>| Scale { min: side.min as f32, max: side.max as f32, step: 1.0, unit: "px" };
    let rate = Scale { min: 1.0, max: frame_rate.max as f32, step: 1.0, unit: "Hz" };
    let slide = |commands: &mut Commands, name: &str, scale: Scale, what| {
        (scale.max > scale.min).then(|| {
            let (row, slider) = slider(commands, style, name, scale, scale.min);
            commands.entity(slider).insert(Sets { track, what });
            row
        })
    };
    let mut rows = Vec::new();
    rows.extend(slide(commands, "Width", side(*width), What::Width));
    rows.extend(slide(commands, "Height", side(*height), What::Height));
    rows.extend(slide(commands, "Frame rate", rate, What::FrameRate));
    for (control, capability) in controls {
        let values: Vec<(String, ControlValue)> = match capability {
            ControlCapability::Number(range) => {
                let (min, max, step) = (range.min as f32, range.max as f32, range.step as f32);
                let scale = Scale { min, max, step, unit: unit(*control) };
                rows.extend(slide(commands, &readable(control.as_str()), scale, What::Number(*control)));
                continue;
            }
            ControlCapability::Modes(modes) => {
                modes.iter().map(|mode| (readable(mode.as_str()), ControlValue::Mode(*mode))).collect()
            }
            ControlCapability::Booleans(values) => {
                let word = |on: bool| String::from(if on { "On" } else { "Off" });
                values.iter().map(|on| (word(*on), ControlValue::Boolean(*on))).collect()
            }
            // A place is picked on the picture, not in a panel.
            ControlCapability::Points => continue,
        };
        rows.push(choice(commands, style, track, *control, values));
    }
    rows
}

/// A control's name and a button for each of its values.
fn choice(
    commands: &mut Commands,
    style: &UiStyle,
    track: Entity,
    control: Control,
    values: Vec<(String, ControlValue)>,
) -> Entity {
    let buttons: Vec<Entity> = values
        .into_iter()
        .map(|(label, value)| {
            commands.spawn((button(style, &label), Sets { track, what: What::Value(control, value) })).id()
        })
        .collect();
    let buttons = commands
        .spawn(Node { column_gap: px(style.font_size * 0.4), flex_wrap: FlexWrap::Wrap, ..default() })
        .add_children(&buttons)
        .id();
    commands
        .spawn(Node {
            flex_direction: FlexDirection::Column,
            row_gap: px(style.font_size * 0.3),
            ..default()
        })
        .with_child(style.line(&readable(control.as_str()), style.text))
        .add_child(buttons)
        .id()
}

/// The standard's unit of a control.
const fn unit(control: Control) -> &'static str {
    match control {
        Control::ExposureCompensation => "EV",
        Control::ExposureTime => "x 0.1 ms",
        Control::ColorTemperature => "K",
        Control::FocusDistance => "m",
        Control::Pan | Control::Tilt => "arc s",
        _ => "",
    }
}

fn slide(
    changed: On<ValueChange<f32>>,
    mut commands: Commands,
    sliders: Query<&Sets>,
    mut constraints: Query<&mut VideoConstraints>,
) {
    let Ok(Sets { track, what }) = sliders.get(changed.source) else { return };
    commands.entity(changed.source).insert(SliderValue(changed.value));
    let Ok(mut constraints) = constraints.get_mut(*track) else { return };
    let value = changed.value;
    match what {
        // Another size may open the device anew: not on the way to it.
        What::Width | What::Height | What::FrameRate if !changed.is_final => {}
        What::Width => constraints.width = ideal(value as u32),
        What::Height => constraints.height = ideal(value as u32),
        What::FrameRate => constraints.frame_rate = ideal(f64::from(value)),
        What::Number(control) => constraints.prefer(*control, ControlValue::Number(value.into())),
        What::Value(..) => {}
    }
}

fn press(pressed: On<Activate>, buttons: Query<&Sets>, mut constraints: Query<&mut VideoConstraints>) {
    if let Ok(Sets { track, what: What::Value(control, value) }) = buttons.get(pressed.entity)
        && let Ok(mut constraints) = constraints.get_mut(*track)
    {
        constraints.prefer(*control, value.clone());
    }
}

/// Shows what the device is set to.
fn show(
    mut commands: Commands,
    settings: Query<Ref<VideoSettings>>,
    sliders: Query<(Entity, Ref<Sets>, &SliderValue, &SliderDragState)>,
    buttons: Query<(Entity, Ref<Sets>, Has<Checked>), Without<SliderValue>>,
) {
    for (entity, sets, value, state) in &sliders {
        let Ok(settings) = settings.get(sets.track) else { continue };
        // While people have hold of it, its value is theirs.
        if state.dragging || !(settings.is_changed() || sets.is_added()) {
            continue;
        }
        let actual = match &sets.what {
            What::Width => Some(settings.size.x as f32),
            What::Height => Some(settings.size.y as f32),
            What::FrameRate => Some(settings.frame_rate as f32),
            What::Number(control) | What::Value(control, _) => {
                settings.controls.get(control).and_then(ControlValue::as_number).map(|number| number as f32)
            }
        };
        if let Some(actual) = actual.filter(|actual| *actual != value.0) {
            commands.entity(entity).insert(SliderValue(actual));
        }
    }
    for (entity, sets, checked) in &buttons {
        let Ok(settings) = settings.get(sets.track) else { continue };
        let What::Value(control, value) = &sets.what else { continue };
        let chosen = settings.controls.get(control) == Some(value);
        mark(&mut commands, entity, checked, chosen);
    }
}
