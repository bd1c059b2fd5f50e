//! The host's screens above the booth. A screen is built again whenever something on it changes.

mod extras;
mod parts;
mod screens;
#[cfg(not(target_family = "wasm"))]
mod show;
mod walk;

use bevy::{prelude::*, ui::FocusPolicy};
use photobooth::words::Words;

use super::{
    button::LastDrag,
    fit::Shape,
    theme::{Fonts, color, cover},
};
use crate::{
    host::{Host, Screen},
    settings::Settings,
};
use parts::Parts;

pub use extras::{add_to_header, add_to_result};
pub use parts::Asks;

/// The largest movement between press and release that counts as a click, in logical pixels.
const CLICK_SLOP: f32 = 10.0;

/// The screen that is shown.
#[derive(Component, Debug)]
struct Cover;

pub fn plugin(app: &mut App) {
    app.add_observer(click).add_systems(Update, show).add_plugins((extras::plugin, walk::plugin));
    #[cfg(not(target_family = "wasm"))]
    app.add_plugins(show::plugin);
}

/// Runs the action of a button of the host's.
fn click(click: On<Pointer<Click>>, mut commands: Commands, buttons: Query<&Asks>, drags: Res<LastDrag>) {
    if drags.0 < CLICK_SLOP
        && let Ok(Asks(action)) = buttons.get(click.entity)
    {
        commands.trigger(*action);
    }
}

fn show(
    mut commands: Commands,
    host: Res<Host>,
    words: Res<Words>,
    fonts: Res<Fonts>,
    shape: Res<Shape>,
    settings: Res<Settings>,
    covers: Query<Entity, With<Cover>>,
) {
    if !(host.is_changed() || words.is_changed() || shape.is_changed()) {
        return;
    }
    for cover in &covers {
        commands.entity(cover).despawn();
    }
    if matches!(host.screen, Screen::Booth | Screen::Show) {
        return;
    }
    let mut parts = Parts { commands: &mut commands, fonts: &fonts, words: &words, shape: *shape };
    let content = screens::build(&mut parts, &host, &settings);
    commands
        .spawn((
            Cover,
            Node {
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                padding: UiRect::all(px(20)),
                ..cover()
            },
            BackgroundColor(color::NIGHT),
            // It covers the buttons below, so they can't be pressed.
            FocusPolicy::Block,
            GlobalZIndex(4),
        ))
        .add_child(content);
}
