//! The rows that panels consist of.

use bevy::{
    prelude::*,
    ui_widgets::{SliderDragState, SliderValue},
};

use super::{
    UiStyle,
    button::button,
    slider::{Scale, slider},
};

/// Spawns a row with a slider that has this component.
pub(super) fn slider_row(
    commands: &mut Commands,
    style: &UiStyle,
    name: &str,
    scale: Scale,
    binding: impl Component,
) -> Entity {
    let (row, slider) = slider(commands, style, name, scale, scale.min);
    commands.entity(slider).insert(binding);
    row
}

/// Spawns a name, and below it a row of buttons. Each has its label and its component.
pub(super) fn choice_row<B: Component>(
    commands: &mut Commands,
    style: &UiStyle,
    name: &str,
    choices: impl IntoIterator<Item = (String, B)>,
) -> Entity {
    let gap = px(style.font_size * 0.4);
    let choices = choices.into_iter();
    let buttons: Vec<Entity> =
        choices.map(|(label, binding)| commands.spawn((button(style, &label), binding)).id()).collect();
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

/// Replaces the rows of a panel, by a line of text if there are none.
pub(super) fn fill(commands: &mut Commands, style: &UiStyle, panel: Entity, rows: Vec<Entity>, empty: &str) {
    commands.entity(panel).despawn_children();
    if rows.is_empty() {
        commands.entity(panel).with_child(style.line(empty, style.muted));
    } else {
        commands.entity(panel).add_children(&rows);
    }
}

/// Moves a slider to this value, unless the user is dragging it.
pub(super) fn follow(
    commands: &mut Commands,
    slider: Entity,
    shown: &SliderValue,
    state: &SliderDragState,
    value: f32,
) {
    if !state.dragging && value != shown.0 {
        commands.entity(slider).insert(SliderValue(value));
    }
}
