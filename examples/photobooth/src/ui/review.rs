//! The finished strip.

use bevy::{prelude::*, ui::FocusPolicy};

use super::{
    Fonts,
    button::{Kind, button, key_cap, pill, wire},
    color,
    fit::Shape,
    stage::{set_shown, set_text},
};
use crate::{
    booth::{Action, Advanced, Booth, Phase},
    feed::sentence,
};

/// The duration of the strip's animation.
const PRINTING: f32 = 0.9;

#[derive(Component, Debug)]
struct Review;
#[derive(Component, Debug)]
struct Content;
#[derive(Component, Debug)]
struct StripPicture;
#[derive(Component, Debug)]
struct Words;
#[derive(Component, Debug)]
struct Heading;
#[derive(Component, Debug)]
struct Place;

pub fn plugin(app: &mut App) {
    app.add_systems(Update, (show, print, say_where).after(Advanced));
}

pub fn build(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let again = commands
        .spawn((
            button(Kind::Primary, Action::Back),
            pill(),
            children![fonts.bold("Once more", 17.0, Color::WHITE), key_cap(fonts, "Space", Color::WHITE)],
        ))
        .id();
    let save = commands
        .spawn((
            button(Kind::Plain, Action::Save),
            pill(),
            children![fonts.bold("Save a copy", 17.0, color::TEXT), key_cap(fonts, "S", color::MUTED)],
        ))
        .id();
    wire(commands, again);
    wire(commands, save);
    let buttons = commands
        .spawn(Node {
            column_gap: px(12),
            row_gap: px(12),
            flex_wrap: FlexWrap::Wrap,
            margin: UiRect::top(px(14)),
            ..default()
        })
        .add_children(&[again, save])
        .id();
    let words = commands
        .spawn((
            Words,
            Node {
                flex_direction: FlexDirection::Column,
                row_gap: px(10),
                max_width: px(440),
                flex_shrink: 1.0,
                ..default()
            },
            children![
                (Heading, fonts.bold("", 40.0, color::TEXT)),
                (
                    Place,
                    fonts.medium("", 16.0, color::MUTED),
                    TextLayout::linebreak(LineBreak::WordOrCharacter),
                ),
            ],
        ))
        .add_child(buttons)
        .id();
    let content = commands
        .spawn((
            Content,
            Node { align_items: AlignItems::Center, justify_content: JustifyContent::Center, ..default() },
            children![(
                StripPicture,
                Node { flex_shrink: 0.0, border_radius: BorderRadius::all(px(4)), ..default() },
                ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
                UiTransform::from_rotation(Rot2::degrees(-2.0)),
                BoxShadow::new(Color::BLACK.with_alpha(0.6), px(0), px(16), px(0), px(44)),
            )],
        ))
        .add_child(words)
        .id();
    commands
        .spawn((
            Review,
            Node {
                position_type: PositionType::Absolute,
                left: px(0),
                top: px(0),
                width: percent(100),
                height: percent(100),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                overflow: Overflow::clip(),
                display: Display::None,
                ..default()
            },
            BackgroundColor(color::NIGHT.with_alpha(0.975)),
            // It covers the buttons below, so they can't be pressed.
            FocusPolicy::Block,
            GlobalZIndex(1),
        ))
        .add_child(content)
        .id()
}

/// Shows the strip while there is one, next to the text or above it.
fn show(
    booth: Res<Booth>,
    shape: Res<Shape>,
    windows: Query<&Window>,
    scale: Res<UiScale>,
    mut review: Single<&mut Node, (With<Review>, Without<Content>, Without<StripPicture>, Without<Words>)>,
    mut content: Single<&mut Node, (With<Content>, Without<StripPicture>, Without<Words>)>,
    strip: Single<(&mut Node, &mut ImageNode), (With<StripPicture>, Without<Words>)>,
    mut words: Single<&mut Node, With<Words>>,
) {
    let shown = matches!(booth.phase, Phase::Review);
    set_shown(&mut review, shown);
    if !shown {
        return;
    }
    let landscape = *shape == Shape::Landscape;
    let (direction, gap, align) = if landscape {
        (FlexDirection::Row, px(72), AlignItems::FlexStart)
    } else {
        (FlexDirection::Column, px(26), AlignItems::Center)
    };
    if content.flex_direction != direction || content.column_gap != gap {
        content.flex_direction = direction;
        (content.column_gap, content.row_gap) = (gap, gap);
        words.align_items = align;
    }
    let (mut node, mut image) = strip.into_inner();
    let (Some(strip), Ok(window)) = (&booth.strip, windows.single()) else { return };
    let height = window.height() / scale.0 * share_of_height(*shape);
    let width = height * strip.size.x as f32 / strip.size.y.max(1) as f32;
    let size = (px(width.round()), px(height.round()));
    if (node.width, node.height) != size {
        (node.width, node.height) = size;
    }
    if image.image != booth.strip_picture {
        image.image = booth.strip_picture.clone();
    }
}

/// The strip's share of the window's height.
pub fn share_of_height(shape: Shape) -> f32 {
    match shape {
        Shape::Landscape => 0.88,
        Shape::Portrait => 0.66,
    }
}

/// Slides the strip in from above.
fn print(
    booth: Res<Booth>,
    time: Res<Time>,
    mut out: Local<f32>,
    mut strip: Single<&mut UiTransform, With<StripPicture>>,
) {
    if !matches!(booth.phase, Phase::Review) {
        *out = 0.0;
        return;
    }
    if *out < 1.0 {
        *out = (*out + time.delta_secs() / PRINTING).min(1.0);
        let left = 1.0 - EaseFunction::CubicOut.sample_clamped(*out);
        strip.translation = Val2::new(Val::ZERO, percent(-110.0 * left));
    }
}

fn say_where(
    booth: Res<Booth>,
    mut heading: Single<&mut Text, (With<Heading>, Without<Place>)>,
    place: Single<(&mut Text, &mut TextColor), With<Place>>,
) {
    let (mut text, mut color) = place.into_inner();
    let (head, said, shade) = match &booth.saved {
        Some(Ok(path)) => ("Your strip", format!("Saved as {path}"), color::MUTED),
        Some(Err(error)) => ("Not saved", sentence(error), color::AMBER),
        None => return,
    };
    set_text(&mut heading, head);
    set_text(&mut text, &said);
    color.set_if_neq(TextColor(shade));
}
