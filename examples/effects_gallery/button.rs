//! Buttons that do an [`Action`], and glow under the pointer.

use bevy::{picking::hover::Hovered, prelude::*};

use crate::{Action, scroll::Dragged, theme};

/// The action of a button.
#[derive(Component, Debug, Clone, Copy)]
#[require(Hovered)]
pub struct Does(pub Action);

/// A button with a background of its own; one that is on is in the accent's color.
#[derive(Component, Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pill {
    pub on: bool,
}

pub fn plugin(app: &mut App) {
    app.add_systems(Update, tint).add_observer(click);
}

/// The shape of a pill.
pub fn pill(action: Action) -> impl Bundle {
    (
        Does(action),
        Pill::default(),
        Node {
            height: px(34),
            flex_shrink: 0.0,
            padding: UiRect::horizontal(px(14)),
            align_items: AlignItems::Center,
            border_radius: BorderRadius::MAX,
            ..default()
        },
        BackgroundColor(theme::SURFACE),
    )
}

fn tint(
    mut pills: Query<(&Pill, &Hovered, &Children, &mut BackgroundColor)>,
    mut texts: Query<&mut TextColor>,
) {
    for (pill, hovered, children, mut background) in &mut pills {
        let (behind, text) = match (pill.on, hovered.get()) {
            (true, _) => (theme::ACCENT, theme::NIGHT),
            (false, true) => (theme::SURFACE_HOVERED, theme::TEXT),
            (false, false) => (theme::SURFACE, theme::TEXT),
        };
        background.set_if_neq(BackgroundColor(behind));
        for child in children {
            if let Ok(mut color) = texts.get_mut(*child) {
                color.set_if_neq(TextColor(text));
            }
        }
    }
}

fn click(click: On<Pointer<Click>>, mut commands: Commands, buttons: Query<&Does>, dragged: Res<Dragged>) {
    if let Ok(Does(action)) = buttons.get(click.entity)
        && !dragged.was_far()
    {
        commands.trigger(*action);
    }
}
