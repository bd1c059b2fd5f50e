//! The modes: a row of pills of which one is chosen.

use bevy::prelude::*;

use super::{
    button::{Does, Kind, button, pill, wire},
    fit::{Part, Shape},
    speech::{Says, mode_name},
    theme::{Fonts, color, set_shown},
};
use crate::{
    action::Action,
    booth::{Advanced, Booth, Phase},
    mode::Mode,
    settings::Settings,
};

/// A mode's pill, and its name.
#[derive(Component, Debug)]
struct ModePill(Mode);
#[derive(Component, Debug)]
struct ModeName(Mode);
#[derive(Component, Debug)]
struct Row;

pub fn plugin(app: &mut App) {
    app.add_systems(Update, (show_mode, fit_pills.run_if(resource_changed::<Shape>)).after(Advanced));
}

pub fn build(commands: &mut Commands, fonts: &Fonts, settings: &Settings) -> Entity {
    let row = commands
        .spawn((
            Row,
            Node {
                padding: UiRect::all(px(4)),
                column_gap: px(2),
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(color::SURFACE),
        ))
        .id();
    for mode in &settings.modes {
        let button = commands
            .spawn((
                button(Kind::Plain, Action::Mode(*mode)),
                ModePill(*mode),
                pill(),
                children![(ModeName(*mode), Says(mode_name(*mode)), fonts.bold("", 15.0, color::TEXT))],
            ))
            .id();
        wire(commands, button);
        commands.entity(row).add_child(button);
    }
    commands
        .spawn((
            Part::Modes,
            ZIndex(0),
            Node { justify_content: JustifyContent::Center, align_items: AlignItems::Center, ..default() },
        ))
        .add_child(row)
        .id()
}

/// Marks the chosen mode. While shots are taken it can't be changed, and the others are faint.
fn show_mode(
    booth: Res<Booth>,
    settings: Res<Settings>,
    mut row: Single<&mut Node, With<Row>>,
    mut pills: Query<(&ModePill, &Does, &mut Kind)>,
    mut names: Query<(&ModeName, &mut TextColor)>,
) {
    set_shown(&mut row, settings.modes.len() > 1);
    for (pill, _, mut kind) in &mut pills {
        let now = if pill.0 == booth.mode { Kind::Chosen } else { Kind::Bare };
        if *kind != now {
            *kind = now;
        }
    }
    let free = matches!(booth.phase, Phase::Ready);
    for (name, mut text) in &mut names {
        let shade = match name.0 == booth.mode {
            true => color::INK,
            false if free => color::TEXT,
            false => color::MUTED.with_alpha(0.4),
        };
        text.set_if_neq(TextColor(shade));
    }
}

fn fit_pills(
    shape: Res<Shape>,
    mut pills: Query<&mut Node, With<ModePill>>,
    mut names: Query<&mut TextFont, With<ModeName>>,
) {
    let (height, side, font) = match *shape {
        Shape::Landscape => (38, 20, 15.0),
        Shape::Portrait => (40, 8, 14.0),
        Shape::Sideways => (32, 12, 14.0),
    };
    for mut name in &mut names {
        name.font_size = FontSize::Px(font);
    }
    for mut pill in &mut pills {
        (pill.height, pill.padding) = (px(height), UiRect::horizontal(px(side)));
    }
}
