//! Buttons: their colors at rest, hovered and pressed, and their actions.

use bevy::prelude::*;
use photobooth::words::{Key, Words};

use super::{
    speech::Says,
    theme::{Fonts, color, set_text},
};
use crate::action::Action;

/// The largest movement between press and release that counts as a click, in logical pixels. Beyond it is a drag.
const CLICK_SLOP: f32 = 10.0;

/// The distance of the current drag in logical pixels.
#[derive(Resource, Debug, Default)]
pub struct LastDrag(pub f32);

/// A button's action.
#[derive(Component, Debug, Clone, Copy)]
pub struct Does(pub Action);

/// A button's style.
#[derive(Component, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A pill.
    Plain,
    /// The pill of the main action.
    Primary,
    /// A pill on a picture.
    Dark,
    /// The chosen one of several pills.
    Chosen,
    /// No shape or color.
    Bare,
}

impl Kind {
    fn color(self, interaction: Interaction) -> Color {
        match (self, interaction) {
            (Self::Plain, Interaction::None) => color::SURFACE,
            (Self::Plain, Interaction::Hovered) => color::SURFACE_HOVERED,
            (Self::Plain, Interaction::Pressed) => color::SURFACE_PRESSED,
            (Self::Primary, Interaction::None) => color::CORAL,
            (Self::Primary, Interaction::Hovered) => color::CORAL_HOVERED,
            (Self::Primary, Interaction::Pressed) => color::CORAL_PRESSED,
            (Self::Dark, Interaction::None) => color::NIGHT.with_alpha(0.87),
            (Self::Dark, Interaction::Hovered) => color::NIGHT.with_alpha(0.94),
            (Self::Dark, Interaction::Pressed) => color::NIGHT,
            (Self::Chosen, _) => color::SURFACE_CHOSEN,
            (Self::Bare, _) => Color::NONE,
        }
    }

    /// The color of texts on the button.
    pub fn text_color(self) -> Color {
        match self {
            Self::Primary => color::NIGHT,
            Self::Chosen => color::INK,
            Self::Plain | Self::Dark | Self::Bare => color::TEXT,
        }
    }
}

/// The label of the key with the same action, which phones hide.
#[derive(Component, Debug)]
pub struct KeyCap;

/// The key's name in English. Some keys are called otherwise in other languages.
#[derive(Component, Debug)]
struct KeyName(&'static str);

/// A pill with a text, and the label of the key with the same action.
pub fn labeled_button(
    commands: &mut Commands,
    fonts: &Fonts,
    kind: Kind,
    action: Action,
    text: Key,
    key: &'static str,
) -> Entity {
    let color = kind.text_color();
    let cap_color = if kind == Kind::Plain { color::MUTED } else { color };
    let labels = children![(Says(text), fonts.bold("", 17.0, color)), key_cap(fonts, key, cap_color)];
    let pressed = commands.spawn((button(kind, action), pill(), labels)).id();
    wire(commands, pressed);
    pressed
}

/// A button. Call [`wire`] once it is spawned.
pub fn button(kind: Kind, action: Action) -> impl Bundle {
    (Button, kind, Does(action), BackgroundColor(kind.color(Interaction::None)))
}

/// The shape of a pill.
pub fn pill() -> Node {
    Node {
        height: px(44),
        padding: UiRect::horizontal(px(18)),
        column_gap: px(10),
        align_items: AlignItems::Center,
        justify_content: JustifyContent::Center,
        border_radius: BorderRadius::MAX,
        ..default()
    }
}

/// The label of the key with the same action.
pub fn key_cap(fonts: &Fonts, key: &'static str, color: Color) -> impl Bundle + use<> {
    (
        KeyCap,
        Node {
            padding: UiRect::axes(px(7), px(2)),
            border: UiRect::all(px(1)),
            border_radius: BorderRadius::all(px(6)),
            ..default()
        },
        BorderColor::all(color.with_alpha(0.45)),
        Pickable::IGNORE,
        children![(KeyName(key), fonts.medium(key, 13.0, color))],
    )
}

/// Runs a button's action when it is clicked or tapped.
pub fn wire(commands: &mut Commands, button: Entity) {
    commands.entity(button).observe(
        |click: On<Pointer<Click>>, mut commands: Commands, buttons: Query<&Does>, drags: Res<LastDrag>| {
            if drags.0 < CLICK_SLOP
                && let Ok(Does(action)) = buttons.get(click.entity)
            {
                commands.trigger(*action);
            }
        },
    );
}

pub fn plugin(app: &mut App) {
    app.init_resource::<LastDrag>()
        .add_systems(Update, (tint, name_keys.run_if(resource_changed::<Words>)))
        .add_observer(|_: On<Pointer<Press>>, mut last: ResMut<LastDrag>| last.0 = 0.0);
}

fn name_keys(words: Res<Words>, mut names: Query<(&KeyName, &mut Text)>) {
    for (name, mut text) in &mut names {
        let key = match name.0 {
            "Space" => Key::KeySpace,
            "Esc" => Key::KeyEscape,
            _ => continue,
        };
        set_text(&mut text, &words.text(key));
    }
}

fn tint(
    mut buttons: Query<
        (&Kind, &Interaction, &mut BackgroundColor),
        Or<(Changed<Interaction>, Changed<Kind>)>,
    >,
) {
    for (kind, interaction, mut background) in &mut buttons {
        background.set_if_neq(BackgroundColor(kind.color(*interaction)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::theme::contrast;

    #[test]
    fn texts_on_buttons_are_readable_in_every_state() {
        for kind in [Kind::Plain, Kind::Primary, Kind::Dark, Kind::Chosen, Kind::Bare] {
            for interaction in [Interaction::None, Interaction::Hovered, Interaction::Pressed] {
                // A dark pill lies on a picture, which may be white.
                let grounds = if kind == Kind::Dark {
                    [Color::WHITE, Color::BLACK]
                } else {
                    [color::DUSK, color::NIGHT]
                };
                for ground in grounds {
                    let contrast = contrast(kind.text_color(), &[kind.color(interaction), ground]);
                    assert!(contrast >= 4.5, "{kind:?} {interaction:?} on {ground:?}: {contrast}");
                }
            }
        }
    }
}
