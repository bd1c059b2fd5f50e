//! A button: its look at rest, under the pointer and checked.

use bevy::{picking::hover::Hovered, prelude::*, ui::Checked, ui_widgets::Button};

use super::UiStyle;

/// A button of these menus. A [`Checked`] one has the accent color.
#[derive(Component, Debug, Clone, Copy)]
#[require(Button, Hovered)]
pub(super) struct MenuButton {
    /// The background while it is neither checked nor under the pointer.
    at_rest: Color,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, tint.run_if(any_with_component::<MenuButton>));
}

/// A button with a line of text on it.
pub(super) fn button(style: &UiStyle, label: &str) -> impl Bundle + use<> {
    with_background(style, label, style.surface)
}

/// A line of a list.
pub(super) fn item(style: &UiStyle, label: &str) -> impl Bundle + use<> {
    with_background(style, label, Color::NONE)
}

fn with_background(style: &UiStyle, label: &str, at_rest: Color) -> impl Bundle + use<> {
    (
        MenuButton { at_rest },
        Node {
            padding: UiRect::axes(px(style.font_size * 0.7), px(style.font_size * 0.4)),
            border_radius: style.radius(),
            column_gap: px(style.font_size * 0.6),
            align_items: AlignItems::Center,
            ..default()
        },
        BackgroundColor(at_rest),
        children![style.line(label, style.text)],
    )
}

/// Adds or removes [`Checked`], unless the button is as it should be.
pub(super) fn set_checked(commands: &mut Commands, button: Entity, checked: bool, chosen: bool) {
    if chosen && !checked {
        commands.entity(button).insert(Checked);
    } else if !chosen && checked {
        commands.entity(button).remove::<Checked>();
    }
}

fn tint(
    style: Res<UiStyle>,
    mut buttons: Query<(&MenuButton, &Hovered, Has<Checked>, &Children, &mut BackgroundColor)>,
    mut labels: Query<&mut TextColor>,
) {
    for (button, hovered, chosen, children, mut background) in &mut buttons {
        let (behind, text) = match (chosen, hovered.0) {
            (true, _) => (style.accent, style.on_accent),
            (false, true) => (style.hovered, style.text),
            (false, false) => (button.at_rest, style.text),
        };
        background.set_if_neq(BackgroundColor(behind));
        if let Some(mut label) = children.first().and_then(|label| labels.get_mut(*label).ok()) {
            label.set_if_neq(TextColor(text));
        }
    }
}
