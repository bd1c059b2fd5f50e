//! A slider with its name and its value.

use bevy::{
    picking::hover::Hovered,
    prelude::*,
    ui_widgets::{Slider, SliderRange, SliderStep, SliderThumb, SliderValue, TrackClick},
};

use super::UiStyle;

/// The row of a slider.
#[derive(Component, Debug)]
pub(super) struct SliderRow {
    slider: Entity,
    thumb: Entity,
    value: Entity,
    /// Number of decimals shown.
    decimals: usize,
    unit: &'static str,
}

/// The range and the steps of a slider.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    pub min: f32,
    pub max: f32,
    pub step: f32,
    pub unit: &'static str,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(PostUpdate, show.run_if(any_with_component::<SliderRow>));
}

/// Spawns a slider in a row of its own, and returns the row and the slider. The slider triggers
/// [`ValueChange<f32>`](bevy::ui_widgets::ValueChange); its value is set by inserting [`SliderValue`].
pub(super) fn slider(
    commands: &mut Commands,
    style: &UiStyle,
    name: &str,
    scale: Scale,
    value: f32,
) -> (Entity, Entity) {
    let size = style.font_size;
    let thumb = commands
        .spawn((
            SliderThumb,
            Node {
                position_type: PositionType::Absolute,
                width: px(size),
                height: px(size),
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(style.text),
        ))
        .id();
    let rail = commands
        .spawn((
            Node { height: px(size * 0.3), border_radius: BorderRadius::MAX, ..default() },
            BackgroundColor(style.hovered),
            Pickable::IGNORE,
        ))
        .id();
    // The thumb stays inside: it moves over the slider's width less its own.
    let travel = commands
        .spawn(Node {
            position_type: PositionType::Absolute,
            left: px(0),
            right: px(size),
            top: px(0),
            bottom: px(0),
            align_items: AlignItems::Center,
            ..default()
        })
        .insert(Pickable::IGNORE)
        .add_child(thumb)
        .id();
    let slider = commands
        .spawn((
            Slider { track_click: TrackClick::Snap, ..default() },
            SliderValue(value),
            SliderRange::new(scale.min, scale.max),
            SliderStep(if scale.step > 0.0 { scale.step } else { (scale.max - scale.min) / 100.0 }),
            Hovered::default(),
            Node {
                height: px(size * 1.4),
                flex_direction: FlexDirection::Column,
                justify_content: JustifyContent::Center,
                ..default()
            },
        ))
        .add_children(&[rail, travel])
        .id();
    let value = commands.spawn(style.line("", style.muted)).id();
    let words = commands
        .spawn(Node { justify_content: JustifyContent::SpaceBetween, column_gap: px(size), ..default() })
        .with_child(style.line(name, style.text))
        .add_child(value)
        .id();
    let span = (scale.max - scale.min).abs();
    let fine = if scale.step > 0.0 { scale.step } else { span / 100.0 };
    let decimals =
        if fine >= 1.0 && fine.fract() == 0.0 { 0 } else { (1.0 - fine.log10()).clamp(1.0, 4.0) as usize };
    let row = commands
        .spawn((
            SliderRow { slider, thumb, value, decimals, unit: scale.unit },
            Node { flex_direction: FlexDirection::Column, row_gap: px(size * 0.1), ..default() },
        ))
        .add_children(&[words, slider])
        .id();
    (row, slider)
}

/// Updates thumbs and values.
fn show(
    rows: Query<&SliderRow>,
    sliders: Query<(&SliderValue, &SliderRange), Changed<SliderValue>>,
    mut thumbs: Query<&mut Node, With<SliderThumb>>,
    mut texts: Query<&mut Text>,
) {
    for row in &rows {
        let Ok((value, range)) = sliders.get(row.slider) else { continue };
        if let Ok(mut thumb) = thumbs.get_mut(row.thumb) {
            thumb.left = percent(range.thumb_position(value.0) * 100.0);
        }
        if let Ok(mut text) = texts.get_mut(row.value) {
            let number = format!("{:.*}", row.decimals, value.0);
            text.0 = if row.unit.is_empty() { number } else { format!("{number} {}", row.unit) };
        }
    }
}
