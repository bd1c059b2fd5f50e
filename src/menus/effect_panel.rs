//! A panel for the parameters of a track's effects.

mod part;

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
use crate::effect::{AnyEffect, EffectInfo, EffectRegistry, EffectStack, ParameterInfo, ParameterKind};
use part::ParameterPart;

/// A panel with a slider, or a row of buttons, for each parameter of each effect in the track's [`EffectStack`]:
/// sliders for numbers and vectors with a range ([`Parameter`](crate::effect::Parameter)), three for the channels of a
/// color, and buttons for choices. It follows changes of the stack.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq, Reflect)]
#[reflect(Component)]
#[require(Node { flex_direction: FlexDirection::Column, row_gap: px(10), ..default() })]
pub struct EffectPanel {
    /// The track.
    #[entities]
    pub track: Entity,
}

/// The parameter that a slider, a button or a patch of color shows.
#[derive(Component, Debug, Clone, Copy, PartialEq)]
struct ParameterBinding {
    track: Entity,
    /// The effect's index in the stack.
    effect: usize,
    parameter: &'static str,
    part: ParameterPart,
}

/// A patch that shows a color.
#[derive(Component, Debug)]
struct Swatch;

/// The effects that a panel was built for, with their indexes in the stack.
#[derive(Component, Debug, PartialEq)]
struct BuiltFor(Vec<(usize, &'static str)>);

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
    words: Res<UiWords>,
    registry: Res<EffectRegistry>,
    panels: Query<(Entity, &EffectPanel, Option<&BuiltFor>)>,
    stacks: Query<&EffectStack>,
) {
    for (panel, EffectPanel { track }, built) in &panels {
        let stack = stacks.get(*track).into_iter().flat_map(|stack| stack.iter()).enumerate();
        let effects: Vec<(usize, &EffectInfo)> =
            stack.filter_map(|(index, effect)| Some((index, registry.by_name(effect.name())?))).collect();
        let names = effects.iter().map(|(index, effect)| (*index, effect.name)).collect();
        if !words.is_changed() && built.is_some_and(|built| built.0 == names) {
            continue;
        }
        let mut rows = Vec::new();
        for (index, effect) in &effects {
            if effects.len() > 1 {
                rows.push(
                    commands.spawn(style.line(&words.text(UiText::Effect(effect.name)), style.muted)).id(),
                );
            }
            for parameter in &effect.parameters {
                let bind = |part| ParameterBinding {
                    track: *track,
                    effect: *index,
                    parameter: parameter.name,
                    part,
                };
                rows.extend(rows_of(&mut commands, &style, &words, parameter, bind));
            }
        }
        let empty = if effects.is_empty() { UiText::NoEffect } else { UiText::NothingToSet };
        fill(&mut commands, &style, panel, rows, &words.text(empty));
        commands.entity(panel).insert(BuiltFor(names));
    }
}

/// The rows of a parameter; none for a number without a range, and for types that have no menu.
fn rows_of(
    commands: &mut Commands,
    style: &UiStyle,
    words: &UiWords,
    parameter: &ParameterInfo,
    bind: impl Fn(ParameterPart) -> ParameterBinding,
) -> Vec<Entity> {
    let name = words.text(UiText::Parameter(parameter.name));
    match (parameter.kind, parameter.range) {
        (ParameterKind::Choice, _) => {
            let choices = parameter.choices.iter().enumerate();
            let buttons = choices.map(|(index, choice)| {
                (words.text(UiText::Value(choice)), bind(ParameterPart::Choice(index)))
            });
            vec![choice_row(commands, style, &name, buttons)]
        }
        (ParameterKind::Color, _) => {
            let scale = Scale { min: 0.0, max: 255.0, step: 1.0, unit: "" };
            let mut rows = vec![color_row(commands, style, &name, bind(ParameterPart::Color))];
            for (index, channel) in ["red", "green", "blue"].into_iter().enumerate() {
                rows.push(slider_row(
                    commands,
                    style,
                    &words.text(UiText::Parameter(channel)),
                    scale,
                    bind(ParameterPart::Channel(index)),
                ));
            }
            rows
        }
        (kind, Some(range)) => {
            let step = if kind.is_whole() { 1.0 } else { 0.0 };
            let scale = Scale { min: range.min, max: range.max, step, unit: range.unit };
            let axes = match kind.components() {
                0 => &[][..],
                1 => &[""],
                count => &[" x", " y", " z", " w"][..count],
            };
            let axes = axes.iter().enumerate();
            axes.map(|(index, axis)| {
                let part = ParameterPart::Component(index);
                slider_row(commands, style, &format!("{name}{axis}"), scale, bind(part))
            })
            .collect()
        }
        _ => Vec::new(),
    }
}

/// The name of a color, and a patch that shows it.
fn color_row(commands: &mut Commands, style: &UiStyle, name: &str, binding: ParameterBinding) -> Entity {
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
                (patch, Swatch, binding, BackgroundColor(Color::NONE), BorderColor::all(style.hovered)),
            ],
        ))
        .id()
}

/// The effect of a stack that a binding is about.
fn bound_effect<'a>(stack: &'a mut EffectStack, binding: &ParameterBinding) -> Option<&'a mut dyn AnyEffect> {
    stack.iter_mut().nth(binding.effect)
}

fn slide(
    changed: On<ValueChange<f32>>,
    mut commands: Commands,
    sliders: Query<&ParameterBinding>,
    mut stacks: Query<&mut EffectStack>,
) {
    let Ok(binding) = sliders.get(changed.source) else { return };
    let Ok(mut stack) = stacks.get_mut(binding.track) else { return };
    let Some(effect) = bound_effect(&mut stack, binding) else { return };
    // A whole number differs from the pointer's value.
    let value = binding.part.write(effect, binding.parameter, changed.value);
    commands.entity(changed.source).insert(SliderValue(value.unwrap_or(changed.value)));
}

fn press(
    pressed: On<Activate>,
    buttons: Query<&ParameterBinding>,
    mut stacks: Query<&mut EffectStack>,
    registry: Res<EffectRegistry>,
) {
    if let Ok(binding) = buttons.get(pressed.entity)
        && let ParameterPart::Choice(index) = binding.part
        && let Ok(mut stack) = stacks.get_mut(binding.track)
        && let Some(effect) = bound_effect(&mut stack, binding)
        && let Some(parameter) = parameter_of(&registry, effect, binding)
        && let Some(choice) = parameter.choices.get(index)
        && let Err(error) = effect.set_parameter(binding.parameter, choice.as_str())
    {
        // It was listed as one of its choices.
        error!("{error}");
    }
}

fn parameter_of<'a>(
    registry: &'a EffectRegistry,
    effect: &dyn AnyEffect,
    binding: &ParameterBinding,
) -> Option<&'a ParameterInfo> {
    registry.by_name(effect.name())?.parameter(binding.parameter).ok()
}

/// Shows the values of the parameters.
fn show(
    mut commands: Commands,
    registry: Res<EffectRegistry>,
    stacks: Query<Ref<EffectStack>>,
    sliders: Query<(Entity, Ref<ParameterBinding>, &SliderValue, &SliderDragState)>,
    buttons: Query<(Entity, Ref<ParameterBinding>, Has<Checked>), (Without<SliderValue>, Without<Swatch>)>,
    mut swatches: Query<(Ref<ParameterBinding>, &mut BackgroundColor), With<Swatch>>,
) {
    let changed_effect = |binding: &Ref<ParameterBinding>| {
        let stack = stacks.get(binding.track).ok()?;
        let is_changed = stack.is_changed() || binding.is_added();
        stack.into_inner().iter().nth(binding.effect).filter(|_| is_changed)
    };
    for (entity, binding, shown, state) in &sliders {
        if let Some(effect) = changed_effect(&binding)
            && let Some(value) = binding.part.read(effect, binding.parameter)
        {
            follow(&mut commands, entity, shown, state, value);
        }
    }
    for (entity, binding, checked) in &buttons {
        if let Some(effect) = changed_effect(&binding)
            && let Some(parameter) = parameter_of(&registry, effect, &binding)
        {
            set_checked(&mut commands, entity, checked, binding.part.is_chosen(effect, parameter));
        }
    }
    for (binding, mut background) in &mut swatches {
        if let Some(effect) = changed_effect(&binding)
            && let Some(color) = part::color(effect, binding.parameter)
        {
            background.set_if_neq(BackgroundColor(color.with_alpha(1.0).into()));
        }
    }
}
