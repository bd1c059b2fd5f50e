//! All that can be set of a track's effects.

mod part;

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
use crate::effect::{AnyEffect, EffectInfo, EffectRegistry, EffectStack, ParameterInfo, set_parameter};
use part::Part;

/// A panel with a slider, or a row of buttons, for each parameter of each effect in the track's [`EffectStack`]: sliders
/// for numbers that say their range by [`Parameter`](crate::effect::Parameter), for the two parts of places and the three
/// of colors; buttons for choices. It follows the stack when that changes.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq, Reflect)]
#[reflect(Component)]
#[require(Node { flex_direction: FlexDirection::Column, row_gap: px(10), ..default() })]
pub struct EffectPanel {
    /// The track.
    #[entities]
    pub track: Entity,
}

/// What a slider, a button or a patch of color is of.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
struct Steers {
    track: Entity,
    /// Which effect of the stack, from 0.
    effect: usize,
    parameter: &'static str,
    part: Part,
}

/// A patch that shows a color.
#[derive(Component, Debug)]
struct Swatch;

/// The effects that a panel was built for.
#[derive(Component, Debug, PartialEq)]
struct BuiltFor(Vec<String>);

pub(super) fn plugin(app: &mut App) {
    app.register_type::<EffectPanel>()
        .add_observer(slide)
        .add_observer(press)
        .add_systems(PostUpdate, (build, show).chain().run_if(any_with_component::<EffectPanel>));
}

/// Fills the panels of tracks whose stacks have other effects than before.
fn build(
    mut commands: Commands,
    style: Res<UiStyle>,
    registry: Res<EffectRegistry>,
    panels: Query<(Entity, &EffectPanel, Option<&BuiltFor>)>,
    stacks: Query<&EffectStack>,
) {
    for (panel, EffectPanel { track }, built) in &panels {
        let effects: Vec<(usize, &EffectInfo)> = stacks.get(*track).map_or_else(
            |_| Vec::new(),
            |stack| {
                let known = stack.iter().map(|effect| registry.by_name(&effect.name()));
                known.enumerate().filter_map(|(index, info)| Some((index, info?))).collect()
            },
        );
        let names = effects.iter().map(|(index, effect)| format!("{index} {}", effect.name)).collect();
        if built.is_some_and(|built| built.0 == names) {
            continue;
        }
        let mut rows = Vec::new();
        for (index, effect) in &effects {
            if effects.len() > 1 {
                rows.push(commands.spawn(style.line(&readable(&effect.name), style.muted)).id());
            }
            for parameter in &effect.parameters {
                let steers = |part| Steers { track: *track, effect: *index, parameter: parameter.name, part };
                rows.extend(row(&mut commands, &style, parameter, steers));
            }
        }
        if rows.is_empty() {
            let words = if effects.is_empty() { "No effect" } else { "Nothing to set" };
            rows.push(commands.spawn(style.line(words, style.muted)).id());
        }
        commands.entity(panel).despawn_children().insert(BuiltFor(names)).add_children(&rows);
    }
}

/// The rows for a parameter; none for one that has no range.
fn row(
    commands: &mut Commands,
    style: &UiStyle,
    parameter: &ParameterInfo,
    steers: impl Fn(Part) -> Steers,
) -> Vec<Entity> {
    let name = readable(parameter.name);
    if !parameter.choices.is_empty() {
        return vec![choice(commands, style, &name, &parameter.choices, steers)];
    }
    let slide = |commands: &mut Commands, name: &str, scale, part: Part| {
        let (row, slider) = slider(commands, style, name, scale, scale.min);
        commands.entity(slider).insert(steers(part));
        row
    };
    if parameter.type_name == "EffectColor" {
        let scale = Scale { min: 0.0, max: 255.0, step: 1.0, unit: "" };
        let mut rows = vec![headline(commands, style, &name, steers(Part::Number))];
        for (index, channel) in ["Red", "Green", "Blue"].into_iter().enumerate() {
            rows.push(slide(commands, channel, scale, Part::Channel(index)));
        }
        return rows;
    }
    let Some(range) = parameter.range else { return Vec::new() };
    let whole = matches!(parameter.type_name, "u32" | "i32");
    let step = if whole { 1.0 } else { 0.0 };
    let scale = Scale { min: range.min, max: range.max, step, unit: range.unit };
    let coordinates = match parameter.type_name {
        "Vec2" => &["x", "y"][..],
        "Vec3" => &["x", "y", "z"],
        "Vec4" => &["x", "y", "z", "w"],
        _ => return vec![slide(commands, &name, scale, Part::Number)],
    };
    let of_each = coordinates.iter().enumerate();
    of_each
        .map(|(index, axis)| slide(commands, &format!("{name} {axis}"), scale, Part::Coordinate(index)))
        .collect()
}

/// A color's name, and a patch of it.
fn headline(commands: &mut Commands, style: &UiStyle, name: &str, steers: Steers) -> Entity {
    let size = style.font_size;
    let patch = Node {
        width: px(size * 2.4),
        height: px(size * 1.2),
        border: px(1).all(),
        border_radius: style.radius(),
        ..default()
    };
    commands
        .spawn((
            Node {
                justify_content: JustifyContent::SpaceBetween,
                align_items: AlignItems::Center,
                ..default()
            },
            children![
                style.line(name, style.text),
                (patch, Swatch, steers, BackgroundColor(Color::NONE), BorderColor::all(style.hovered)),
            ],
        ))
        .id()
}

/// A choice's name, and a button for each of its values.
fn choice(
    commands: &mut Commands,
    style: &UiStyle,
    name: &str,
    choices: &[String],
    steers: impl Fn(Part) -> Steers,
) -> Entity {
    let gap = px(style.font_size * 0.4);
    let buttons: Vec<Entity> = choices
        .iter()
        .enumerate()
        .map(|(index, choice)| {
            commands.spawn((button(style, &readable(choice)), steers(Part::Choice(index)))).id()
        })
        .collect();
    let buttons = commands
        .spawn(Node { column_gap: gap, row_gap: gap, flex_wrap: FlexWrap::Wrap, ..default() })
        .add_children(&buttons)
        .id();
    commands
        .spawn(Node { flex_direction: FlexDirection::Column, row_gap: gap, ..default() })
        .with_child(style.line(name, style.text))
        .add_child(buttons)
        .id()
}

/// The effect of a stack that is steered.
fn steered<'a>(stack: &'a mut EffectStack, steers: &Steers) -> Option<&'a mut dyn AnyEffect> {
    stack.as_vec_mut().get_mut(steers.effect).map(|effect| &mut **effect)
}

fn slide(
    changed: On<ValueChange<f32>>,
    mut commands: Commands,
    sliders: Query<&Steers>,
    mut stacks: Query<&mut EffectStack>,
) {
    let Ok(steers) = sliders.get(changed.source) else { return };
    let Ok(mut stack) = stacks.get_mut(steers.track) else { return };
    let Some(effect) = steered(&mut stack, steers) else { return };
    // A whole number is another than the pointer's.
    let value = steers.part.write(effect, steers.parameter, changed.value);
    commands.entity(changed.source).insert(SliderValue(value.unwrap_or(changed.value)));
}

fn press(
    pressed: On<Activate>,
    buttons: Query<&Steers>,
    mut stacks: Query<&mut EffectStack>,
    registry: Res<EffectRegistry>,
) {
    if let Ok(steers) = buttons.get(pressed.entity)
        && let Part::Choice(index) = steers.part
        && let Ok(mut stack) = stacks.get_mut(steers.track)
        && let Some(effect) = steered(&mut stack, steers)
        && let Some(info) = registry.by_name(&effect.name())
        && let Some(parameter) = info.parameters.iter().find(|known| known.name == steers.parameter)
        && let Some(choice) = parameter.choices.get(index)
        && let Err(error) = set_parameter(effect, steers.parameter, choice)
    {
        // It was listed as one of its choices.
        error!("{error}");
    }
}

/// Shows what the effects are set to.
fn show(
    mut commands: Commands,
    stacks: Query<Ref<EffectStack>>,
    sliders: Query<(Entity, Ref<Steers>, &SliderValue, &SliderDragState)>,
    buttons: Query<(Entity, Ref<Steers>, Has<Checked>), (Without<SliderValue>, Without<Swatch>)>,
    mut swatches: Query<(Ref<Steers>, &mut BackgroundColor), With<Swatch>>,
) {
    let effect_of = |steers: &Ref<Steers>| {
        let stack = stacks.get(steers.track).ok()?;
        let news = stack.is_changed() || steers.is_added();
        stack.into_inner().iter().nth(steers.effect).filter(|_| news)
    };
    for (entity, steers, value, state) in &sliders {
        // While people have hold of it, its value is theirs.
        if !state.dragging
            && let Some(effect) = effect_of(&steers)
            && let Some(actual) = steers.part.read(effect, steers.parameter)
            && actual != value.0
        {
            commands.entity(entity).insert(SliderValue(actual));
        }
    }
    for (entity, steers, checked) in &buttons {
        if let Some(effect) = effect_of(&steers) {
            mark(&mut commands, entity, checked, steers.part.is_chosen(effect, steers.parameter));
        }
    }
    for (steers, mut background) in &mut swatches {
        if let Some(effect) = effect_of(&steers)
            && let Some(color) = part::color(effect, steers.parameter)
        {
            background.set_if_neq(BackgroundColor(color.with_alpha(1.0).into()));
        }
    }
}
