//! The carousel of looks, each with its thumbnail and its name.

use bevy::{input::mouse::MouseScrollUnit, picking::events::Scroll, prelude::*};
use photobooth::words::Key;

use super::{
    button::{Kind, LastDrag, button, wire},
    fit::{Part, Shape},
    speech::{Says, look_name},
    theme::{Fonts, color, set_image, set_outline},
};
use crate::{
    action::Action,
    booth::{Advanced, Booth},
    look::Looks,
    thumbnail::Thumbnails,
};

#[derive(Component, Debug)]
struct Row;
/// A button for a look, with its thumbnail and its name.
#[derive(Component, Debug)]
struct Chip(usize);
#[derive(Component, Debug)]
struct Picture(usize);
#[derive(Component, Debug)]
struct Name(usize);

pub fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (show_looks, show_chosen_look, fit_chips.run_if(resource_changed::<Shape>)).after(Advanced),
    )
    .add_observer(drag_looks)
    .add_observer(scroll_looks);
}

/// The looks in a row that scrolls if it is too long.
pub fn build(commands: &mut Commands, fonts: &Fonts, looks: &Looks) -> Entity {
    let row = commands
        .spawn(Node {
            flex_shrink: 0.0,
            column_gap: px(8),
            padding: UiRect::axes(px(4), px(4)),
            // Centered if it fits, otherwise from the left.
            margin: UiRect::horizontal(auto()),
            ..default()
        })
        .id();
    for (index, look) in looks.iter().enumerate() {
        let chip = commands
            .spawn((
                button(Kind::Bare, Action::Look(index)),
                Chip(index),
                Node {
                    flex_shrink: 0.0,
                    flex_direction: FlexDirection::Column,
                    align_items: AlignItems::Center,
                    row_gap: px(5),
                    ..default()
                },
                children![
                    (
                        Picture(index),
                        Node { width: percent(100), border_radius: BorderRadius::all(px(12)), ..default() },
                        BackgroundColor(color::SURFACE),
                        ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
                        Outline::new(px(3), px(1), Color::NONE),
                        Pickable::IGNORE,
                    ),
                    (
                        Name(index),
                        Says(look_name(look.name).unwrap_or(Key::Looks)),
                        fonts.medium("", 14.0, color::MUTED)
                    ),
                ],
            ))
            .id();
        wire(commands, chip);
        commands.entity(row).add_child(chip);
    }
    commands
        .spawn((
            Part::Looks,
            ZIndex(0),
            Row,
            Node {
                width: percent(100),
                overflow: Overflow { x: OverflowAxis::Scroll, y: OverflowAxis::Visible },
                ..default()
            },
        ))
        .add_child(row)
        .id()
}

fn fit_chips(
    shape: Res<Shape>,
    mut chips: Query<&mut Node, (With<Chip>, Without<Picture>)>,
    mut pictures: Query<&mut Node, With<Picture>>,
    mut names: Query<&mut TextFont, With<Name>>,
) {
    let (width, height, font) = if *shape == Shape::Sideways { (74, 46, 12.0) } else { (93, 62, 14.0) };
    for mut chip in &mut chips {
        chip.width = px(width);
    }
    for mut picture in &mut pictures {
        picture.height = px(height);
    }
    for mut name in &mut names {
        name.font_size = FontSize::Px(font);
    }
}

fn show_looks(
    booth: Res<Booth>,
    thumbnails: Res<Thumbnails>,
    chips: Query<(&Chip, &Interaction)>,
    mut pictures: Query<(&Picture, &mut ImageNode, &mut Outline)>,
    mut names: Query<(&Name, &mut TextColor)>,
) {
    let interaction = |look| {
        let found = chips.iter().find(|(chip, _)| chip.0 == look);
        found.map_or(Interaction::None, |(_, interaction)| *interaction)
    };
    for (look, mut image, mut outline) in &mut pictures {
        let color = match interaction(look.0) {
            _ if look.0 == booth.look => color::CORAL,
            Interaction::None => Color::NONE,
            Interaction::Hovered => color::TEXT.with_alpha(0.45),
            Interaction::Pressed => color::TEXT,
        };
        set_outline(&mut outline, color);
        if let Some(thumbnail) = thumbnails.0.get(look.0) {
            set_image(&mut image, thumbnail);
        }
    }
    for (look, mut color) in &mut names {
        let chosen = look.0 == booth.look || interaction(look.0) != Interaction::None;
        color.set_if_neq(TextColor(if chosen { color::TEXT } else { color::MUTED }));
    }
}

/// Drags the row of looks with a finger or the mouse.
fn drag_looks(
    drag: On<Pointer<Drag>>,
    mut last: ResMut<LastDrag>,
    parents: Query<&ChildOf>,
    mut rows: Query<(&mut ScrollPosition, &ComputedNode), With<Row>>,
    scale: Res<UiScale>,
) {
    if drag.entity != drag.original_event_target() {
        return;
    }
    last.0 = last.0.max(drag.distance.length());
    for entity in std::iter::once(drag.entity).chain(parents.iter_ancestors(drag.entity)) {
        if let Ok((mut position, row)) = rows.get_mut(entity) {
            scroll(&mut position, row, -drag.delta.x / scale.0);
        }
    }
}

fn scroll_looks(
    scrolled: On<Pointer<Scroll>>,
    mut rows: Query<(&mut ScrollPosition, &ComputedNode), With<Row>>,
) {
    let Ok((mut position, row)) = rows.get_mut(scrolled.entity) else { return };
    let step = match scrolled.unit {
        MouseScrollUnit::Line => 60.0,
        MouseScrollUnit::Pixel => 1.0,
    };
    scroll(&mut position, row, -(scrolled.x + scrolled.y) * step);
}

/// Scrolls a row by a number of pixels, within its ends.
fn scroll(position: &mut ScrollPosition, row: &ComputedNode, by: f32) {
    let hidden = (row.content_size().x - row.size().x).max(0.0) * row.inverse_scale_factor();
    position.x = (position.x + by).clamp(0.0, hidden);
}

/// Scrolls the row until the chosen look is visible.
fn show_chosen_look(
    booth: Res<Booth>,
    mut chosen: Local<Option<(usize, f32)>>,
    row: Single<(&mut ScrollPosition, &ComputedNode, &UiGlobalTransform), With<Row>>,
    chips: Query<(&Chip, &ComputedNode, &UiGlobalTransform)>,
) {
    let (mut position, row, row_transform) = row.into_inner();
    let now = Some((booth.look, row.size().x));
    if *chosen == now || row.size().x == 0.0 {
        return;
    }
    *chosen = now;
    let Some((_, chip, transform)) = chips.iter().find(|(chip, ..)| chip.0 == booth.look) else { return };
    let offset = transform.translation.x - row_transform.translation.x;
    let margin = chip.size().x * 0.7;
    let room = (row.size().x - chip.size().x) / 2.0 - margin;
    let beyond = if offset > room {
        offset - room
    } else if offset < -room {
        offset + room
    } else {
        0.0
    };
    if beyond != 0.0 {
        scroll(&mut position, row, beyond * row.inverse_scale_factor());
    }
}
