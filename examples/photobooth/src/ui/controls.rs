//! The shutter in the middle, the other buttons next to it.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use photobooth::words::Key;

use super::{
    button::{Does, Kind, button, key_cap, pill, wire},
    fit::{NotSideways, Part, Roomy, Shape},
    speech::Says,
    theme::{Fonts, color},
};
use crate::{
    action::Action,
    booth::{Advanced, Booth, Phase},
    feed::Viewfinder,
    system,
};

#[derive(Component, Debug)]
struct Shutter;
#[derive(Component, Debug)]
struct Disc;
/// A pill next to the shutter, and its label.
#[derive(Component, Debug)]
struct SidePill;
#[derive(Component, Debug)]
struct SideLabel;

/// The shutter's diameter.
const LARGE: f32 = 84.0;
const SMALL: f32 = 58.0;

pub fn plugin(app: &mut App) {
    app.add_systems(Update, (show_shutter, fit_pills.run_if(resource_changed::<Shape>)).after(Advanced));
}

pub fn build(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let side = |justify_content| Node {
        flex_grow: 1.0,
        flex_basis: px(0),
        align_items: AlignItems::Center,
        column_gap: px(10),
        justify_content,
        ..default()
    };
    let pill = |commands: &mut Commands, label: Key, key: &'static str, action| {
        let pill = commands
            .spawn((
                button(Kind::Plain, action),
                SidePill,
                pill(),
                children![
                    (SideLabel, Says(label), fonts.medium("", 16.0, color::TEXT)),
                    key_cap(fonts, key, color::MUTED)
                ],
            ))
            .id();
        wire(commands, pill);
        pill
    };
    let mirror = pill(commands, Key::Mirror, "M", Action::Mirror);
    let camera = pill(commands, Key::Camera, "C", Action::NextCamera);
    let left = commands.spawn(side(JustifyContent::FlexStart)).add_child(mirror).id();
    if system::HAS_FILE_DIALOG {
        let file = pill(commands, Key::File, "F", Action::ChooseFile);
        commands.entity(file).insert(NotSideways);
        commands.entity(left).add_child(file);
    }
    let hints = commands
        .spawn((
            Roomy,
            Node {
                align_items: AlignItems::Center,
                column_gap: px(6),
                margin: UiRect::horizontal(px(6)),
                ..default()
            },
            children![
                key_cap(fonts, "Space", color::MUTED),
                (Says(Key::ShootHint), fonts.medium("", 14.0, color::MUTED)),
                key_cap(fonts, "Tab", color::MUTED),
                (Says(Key::ModeHint), fonts.medium("", 14.0, color::MUTED)),
                key_cap(fonts, "L", color::MUTED),
                (Says(Key::LayoutHint), fonts.medium("", 14.0, color::MUTED)),
                key_cap(fonts, "Esc", color::MUTED),
                (Says(Key::BackHint), fonts.medium("", 14.0, color::MUTED)),
            ],
        ))
        .id();
    let right = commands.spawn(side(JustifyContent::FlexEnd)).add_children(&[hints, camera]).id();

    let shutter = commands
        .spawn((
            button(Kind::Bare, Action::Shoot),
            Shutter,
            Node {
                flex_shrink: 0.0,
                border: UiRect::all(px(5)),
                border_radius: BorderRadius::MAX,
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..default()
            },
            BorderColor::all(color::TEXT),
            children![(
                Disc,
                Node { border_radius: BorderRadius::MAX, ..default() },
                BackgroundColor(color::CORAL),
                UiTransform::IDENTITY,
                Pickable::IGNORE,
            )],
        ))
        .id();
    wire(commands, shutter);
    commands
        .spawn((Part::Controls, ZIndex(0), Node { align_items: AlignItems::Center, ..default() }))
        .add_children(&[left, shutter, right])
        .id()
}

fn fit_pills(
    shape: Res<Shape>,
    mut pills: Query<&mut Node, With<SidePill>>,
    mut labels: Query<&mut TextFont, With<SideLabel>>,
) {
    let (height, padding, font) = match *shape {
        Shape::Sideways => (36, 9, 13.0),
        _ => (44, 16, 16.0),
    };
    for mut pill in &mut pills {
        (pill.height, pill.padding) = (px(height), UiRect::horizontal(px(padding)));
    }
    for mut label in &mut labels {
        label.font_size = FontSize::Px(font);
    }
}

fn show_shutter(
    booth: Res<Booth>,
    shape: Res<Shape>,
    track: Query<&TrackState, With<Viewfinder>>,
    shutter: Single<(&Interaction, &mut Does, &mut BorderColor, &mut Node), (With<Shutter>, Without<Disc>)>,
    disc: Single<(&mut Node, &mut BackgroundColor, &mut UiTransform), With<Disc>>,
) {
    let (interaction, mut does, mut ring, mut outer) = shutter.into_inner();
    let (mut node, mut background, mut transform) = disc.into_inner();
    let shooting = booth.is_shooting();
    let usable = shooting
        || (matches!(booth.phase, Phase::Ready)
            && track.single().is_ok_and(|state| *state == TrackState::Live));
    does.0 = if shooting { Action::Back } else { Action::Shoot };

    let diameter = if *shape == Shape::Sideways { SMALL } else { LARGE };
    if outer.width != px(diameter) {
        (outer.width, outer.height) = (px(diameter), px(diameter));
    }
    // A round button starts, a square one stops.
    let (part, radius) = if shooting { (0.36, BorderRadius::all(px(8))) } else { (0.76, BorderRadius::MAX) };
    let size = px((diameter * part).round());
    if node.width != size || node.border_radius != radius {
        (node.width, node.height, node.border_radius) = (size, size, radius);
    }
    let (color, scale) = match interaction {
        _ if !usable => (color::MUTED.with_alpha(0.35), 1.0),
        Interaction::None => (color::CORAL, 1.0),
        Interaction::Hovered => (color::CORAL_HOVERED, 1.05),
        Interaction::Pressed => (color::CORAL_PRESSED, 0.9),
    };
    background.set_if_neq(BackgroundColor(color));
    ring.set_if_neq(BorderColor::all(if usable { color::TEXT } else { color::MUTED.with_alpha(0.35) }));
    if transform.scale != Vec2::splat(scale) {
        transform.scale = Vec2::splat(scale);
    }
}
