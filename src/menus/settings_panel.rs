//! A panel for the settings of a track's device.

use bevy::{
    prelude::*,
    ui::Checked,
    ui_widgets::{Activate, SliderDragState, SliderValue, ValueChange},
};

use super::{
    UiStyle, UiText, UiWords,
    button::set_checked,
    panel::{choice_row, fill, follow, slider_row},
    slider::Scale,
};
use crate::{
    constraint::{Bounds, VideoCapabilities, VideoConstraints, VideoSettings, ideal},
    device::{Control, ControlCapability, ControlValue},
};

/// A panel with a slider, or a row of buttons, for each capability of a track's device ([`VideoCapabilities`]). It
/// shows the device's [`VideoSettings`], and changes the track's [`VideoConstraints`].
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq, Reflect)]
#[reflect(Component)]
#[require(Node { flex_direction: FlexDirection::Column, row_gap: px(10), ..default() })]
pub struct SettingsPanel {
    /// The track.
    #[entities]
    pub track: Entity,
}

/// The setting that a slider or a button of a panel changes.
#[derive(Component, Debug, Clone, PartialEq)]
struct ControlBinding {
    track: Entity,
    setting: Setting,
}

#[derive(Debug, Clone, PartialEq)]
enum Setting {
    Width,
    Height,
    FrameRate,
    /// A control that a slider sets.
    Number(Control),
    /// A control, and the value that a button sets it to.
    Value(Control, ControlValue),
}

pub(super) fn plugin(app: &mut App) {
    app.register_type::<SettingsPanel>()
        .add_observer(slide)
        .add_observer(press)
        .add_systems(PostUpdate, (build, show).chain().run_if(any_with_component::<SettingsPanel>));
}

/// Setting a panel was built for.
#[derive(Component, Debug, PartialEq)]
struct BuiltFor(Option<VideoCapabilities>);

/// Fills the panels of tracks whose capabilities changed.
fn build(
    mut commands: Commands,
    style: Res<UiStyle>,
    words: Res<UiWords>,
    panels: Query<(Entity, &SettingsPanel, Option<&BuiltFor>)>,
    capabilities: Query<&VideoCapabilities>,
) {
    for (panel, SettingsPanel { track }, built) in &panels {
        let capabilities = capabilities.get(*track).ok();
        if !words.is_changed() && built.is_some_and(|built| built.0.as_ref() == capabilities) {
            continue;
        }
        let (rows, empty) = match capabilities {
            Some(capabilities) => {
                (rows(&mut commands, &style, &words, *track, capabilities), UiText::NothingToSet)
            }
            None => (Vec::new(), UiText::NoCameraYet),
        };
        fill(&mut commands, &style, panel, rows, &words.text(empty));
        commands.entity(panel).insert(BuiltFor(capabilities.cloned()));
    }
}

fn rows(
    commands: &mut Commands,
    style: &UiStyle,
    words: &UiWords,
    track: Entity,
    capabilities: &VideoCapabilities,
) -> Vec<Entity> {
    let VideoCapabilities { width, height, frame_rate, controls, .. } = capabilities;
    let side =
        |side: Bounds<u32>| Scale { min: side.min as f32, max: side.max as f32, step: 1.0, unit: "px" };
    let rate = Scale { min: 1.0, max: frame_rate.max as f32, step: 1.0, unit: "Hz" };
    let slide = |commands: &mut Commands, name: &str, scale: Scale, setting| {
        (scale.max > scale.min).then(|| {
            slider_row(
                commands,
                style,
                &words.text(UiText::Setting(name)),
                scale,
                ControlBinding { track, setting },
            )
        })
    };
    let mut rows = Vec::new();
    rows.extend(slide(commands, "width", side(*width), Setting::Width));
    rows.extend(slide(commands, "height", side(*height), Setting::Height));
    rows.extend(slide(commands, "frameRate", rate, Setting::FrameRate));
    for (control, capability) in controls {
        let values: Vec<(String, ControlValue)> = match capability {
            ControlCapability::Number(range) => {
                let (min, max, step) = (range.min as f32, range.max as f32, range.step as f32);
                let scale = Scale { min, max, step, unit: unit(*control) };
                rows.extend(slide(commands, control.as_str(), scale, Setting::Number(*control)));
                continue;
            }
            ControlCapability::Modes(modes) => modes
                .iter()
                .map(|mode| (words.text(UiText::Value(mode.as_str())), ControlValue::Mode(*mode)))
                .collect(),
            ControlCapability::Booleans(values) => {
                let word = |on: bool| words.text(UiText::Value(if on { "on" } else { "off" }));
                values.iter().map(|on| (word(*on), ControlValue::Boolean(*on))).collect()
            }
            // A point is picked on the image, not in a panel.
            ControlCapability::Points => continue,
        };
        let buttons = values.into_iter().map(|(label, value)| {
            (label, ControlBinding { track, setting: Setting::Value(*control, value) })
        });
        rows.push(choice_row(commands, style, &words.text(UiText::Setting(control.as_str())), buttons));
    }
    rows
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
    sliders: Query<&ControlBinding>,
    mut constraints: Query<&mut VideoConstraints>,
) {
    let Ok(ControlBinding { track, setting }) = sliders.get(changed.source) else { return };
    commands.entity(changed.source).insert(SliderValue(changed.value));
    let Ok(mut constraints) = constraints.get_mut(*track) else { return };
    let value = changed.value;
    match setting {
        // Another size may reopen the device: only when the slider is released.
        Setting::Width | Setting::Height | Setting::FrameRate if !changed.is_final => {}
        Setting::Width => constraints.width = ideal(value as u32),
        Setting::Height => constraints.height = ideal(value as u32),
        Setting::FrameRate => constraints.frame_rate = ideal(f64::from(value)),
        Setting::Number(control) => constraints.prefer(*control, ControlValue::Number(value.into())),
        Setting::Value(..) => {}
    }
}

fn press(
    pressed: On<Activate>,
    buttons: Query<&ControlBinding>,
    mut constraints: Query<&mut VideoConstraints>,
) {
    if let Ok(ControlBinding { track, setting: Setting::Value(control, value) }) = buttons.get(pressed.entity)
        && let Ok(mut constraints) = constraints.get_mut(*track)
    {
        constraints.prefer(*control, value.clone());
    }
}

/// Shows the settings of the device.
fn show(
    mut commands: Commands,
    settings: Query<Ref<VideoSettings>>,
    sliders: Query<(Entity, Ref<ControlBinding>, &SliderValue, &SliderDragState)>,
    buttons: Query<(Entity, Ref<ControlBinding>, Has<Checked>), Without<SliderValue>>,
) {
    for (entity, binding, shown, state) in &sliders {
        let Ok(settings) = settings.get(binding.track) else { continue };
        if !(settings.is_changed() || binding.is_added()) {
            continue;
        }
        let value = match &binding.setting {
            Setting::Width => Some(settings.size.x as f32),
            Setting::Height => Some(settings.size.y as f32),
            Setting::FrameRate => Some(settings.frame_rate as f32),
            Setting::Number(control) | Setting::Value(control, _) => {
                settings.controls.get(control).and_then(ControlValue::as_number).map(|number| number as f32)
            }
        };
        if let Some(value) = value {
            follow(&mut commands, entity, shown, state, value);
        }
    }
    for (entity, binding, checked) in &buttons {
        let Ok(settings) = settings.get(binding.track) else { continue };
        let Setting::Value(control, value) = &binding.setting else { continue };
        set_checked(&mut commands, entity, checked, settings.controls.get(control) == Some(value));
    }
}
