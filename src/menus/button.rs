//! A button: its look at rest, under the pointer and checked.

use bevy::{
    a11y::{AccessibilityNode, AccessibilitySystems},
    picking::hover::Hovered,
    prelude::*,
    ui::Checked,
    ui_widgets::Button,
};

use super::UiStyle;

/// A button of these menus. A [`Checked`] one has the accent color.
#[derive(Component, Debug, Clone, Copy)]
#[require(Button, Hovered)]
pub(super) struct MenuButton {
    /// The background while it is neither checked nor under the pointer.
    at_rest: Color,
}

pub(super) fn plugin(app: &mut App) {
    app.add_systems(Update, tint.run_if(any_with_component::<MenuButton>)).add_systems(
        PostUpdate,
        name.run_if(any_with_component::<MenuButton>).before(AccessibilitySystems::Update),
    );
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

/// Names buttons by their texts for screen readers.
fn name(
    mut buttons: Query<(&Children, &mut AccessibilityNode), With<MenuButton>>,
    texts: Query<&Text, Changed<Text>>,
) {
    for (children, mut node) in &mut buttons {
        if let Some(text) = children.iter().find_map(|child| texts.get(child).ok()) {
            node.set_label(text.0.as_str());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn screen_readers_know_a_button_by_its_text() {
        let mut app = App::new();
        app.add_plugins((MinimalPlugins, plugin));
        let style = UiStyle::default();
        let camera = app.world_mut().spawn(button(&style, "Camera")).id();
        let text = app.world().get::<Children>(camera).expect("a text")[0];
        let named = |app: &App| {
            app.world().get::<AccessibilityNode>(camera).and_then(|node| node.label().map(str::to_owned))
        };
        app.insert_resource(style);
        app.update();
        assert_eq!(named(&app).as_deref(), Some("Camera"));
        app.world_mut().entity_mut(text).insert(Text::new("Front camera"));
        app.update();
        assert_eq!(named(&app).as_deref(), Some("Front camera"));
    }
}
