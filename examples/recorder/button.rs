//! Buttons with an action.

use bevy::{
    a11y::AccessibilityNode,
    picking::hover::Hovered,
    prelude::*,
    ui_widgets::{Activate, Button},
};

use crate::{Action, theme};

/// The action of a button, and its name for screen readers.
#[derive(Component, Debug, Clone, Copy)]
#[require(Button, Hovered)]
pub struct Does(pub Action, pub &'static str);

/// A button with a background of its own.
#[derive(Component, Debug)]
pub struct Glass;

pub fn plugin(app: &mut App) {
    app.add_observer(press).add_observer(name).add_systems(Update, tint);
}

fn press(pressed: On<Activate>, mut commands: Commands, buttons: Query<&Does>) {
    if let Ok(Does(action, _)) = buttons.get(pressed.entity) {
        commands.trigger(*action);
    }
}

fn name(added: On<Add, Does>, mut buttons: Query<(&Does, &mut AccessibilityNode)>) {
    if let Ok((does, mut node)) = buttons.get_mut(added.entity) {
        node.set_label(does.1);
    }
}

fn tint(mut buttons: Query<(&Hovered, &mut BackgroundColor), (With<Glass>, Changed<Hovered>)>) {
    for (hovered, mut background) in &mut buttons {
        background.0 = if hovered.get() { theme::GLASS_HOVERED } else { theme::GLASS };
    }
}
