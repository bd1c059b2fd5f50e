//! The finished print, animation or clip.

use bevy::{prelude::*, ui::FocusPolicy};
use bevy_viewfinder::prelude::*;
use photobooth::{
    trouble::Trouble,
    words::{Key, Words},
};

use super::{
    access::Shows,
    button::{Kind, button, labeled_button, pill, wire},
    fit::Shape,
    speech::{Says, result_heading},
    theme::{Fonts, color, cover, set_image, set_shown, set_text},
};
use crate::{
    action::Action,
    booth::{Advanced, Booth, Phase},
    system,
};

/// The time in which a result slides in, in seconds.
const PRINTING: f32 = 0.9;

/// The space around the picture and the texts on a portrait screen, and the lowest picture.
const MARGIN: f32 = 20.0;
const SMALLEST: f32 = 120.0;

#[derive(Component, Debug)]
struct Review;
#[derive(Component, Debug)]
struct Content;
#[derive(Component, Debug)]
struct Picture;
#[derive(Component, Debug)]
struct Side;
#[derive(Component, Debug)]
struct Buttons;
#[derive(Component, Debug)]
struct Heading;
#[derive(Component, Debug)]
struct Place;
#[derive(Component, Debug)]
struct Share;

pub fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (show, play, slide, say_where, show_share, fit_texts.run_if(resource_changed::<Shape>))
            .after(Advanced),
    );
}

pub fn build(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let again = labeled_button(commands, fonts, Kind::Primary, Action::Back, Key::OnceMore, "Space");
    let save = labeled_button(commands, fonts, Kind::Plain, Action::Save, system::SAVE_LABEL, "S");
    let share = commands
        .spawn((
            button(Kind::Plain, Action::Share),
            Share,
            Node { display: Display::None, ..pill() },
            children![(Says(Key::Share), fonts.bold("", 17.0, color::TEXT))],
        ))
        .id();
    wire(commands, share);
    let buttons = commands
        .spawn((
            Buttons,
            Node {
                column_gap: px(12),
                row_gap: px(12),
                flex_wrap: FlexWrap::Wrap,
                justify_content: JustifyContent::FlexStart,
                margin: UiRect::top(px(12)),
                ..default()
            },
        ))
        .add_children(&[again, save, share])
        .id();

    let words = commands
        .spawn((
            Side,
            Node {
                flex_direction: FlexDirection::Column,
                row_gap: px(10),
                width: px(440),
                max_width: percent(100),
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
    super::host::add_to_result(commands, fonts, words, buttons);
    let content = commands
        .spawn((
            Content,
            Node { align_items: AlignItems::Center, justify_content: JustifyContent::Center, ..default() },
            children![(
                Picture,
                Shows::Result,
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
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                overflow: Overflow::clip(),
                display: Display::None,
                ..cover()
            },
            BackgroundColor(color::NIGHT.with_alpha(0.975)),
            // It covers the buttons below, so they can't be pressed.
            FocusPolicy::Block,
            GlobalZIndex(1),
        ))
        .add_child(content)
        .id()
}

/// Shows the result while there is one, next to the text or above it.
fn show(
    booth: Res<Booth>,
    shape: Res<Shape>,
    windows: Query<&Window>,
    scale: Res<UiScale>,
    mut review: Single<&mut Node, (With<Review>, Without<Content>, Without<Picture>, Without<Side>)>,
    mut content: Single<&mut Node, (With<Content>, Without<Picture>, Without<Side>)>,
    picture: Single<&mut Node, (With<Picture>, Without<Side>)>,
    words: Single<(&mut Node, &ComputedNode), With<Side>>,
) {
    let shown = matches!(booth.phase, Phase::Review);
    set_shown(&mut review, shown);
    let (true, Ok(window)) = (shown, windows.single()) else { return };
    let (mut words, side) = words.into_inner();
    // The part of the window that is for the result.
    let (direction, gap, align, room) = match *shape {
        Shape::Landscape => (FlexDirection::Row, 64.0, AlignItems::FlexStart, Vec2::new(0.56, 0.88)),
        // Its texts and buttons need the rest.
        Shape::Sideways => (FlexDirection::Row, 28.0, AlignItems::FlexStart, Vec2::new(0.36, 0.88)),
        Shape::Portrait => (FlexDirection::Column, 26.0, AlignItems::Center, Vec2::new(0.86, 0.64)),
    };
    if content.flex_direction != direction || content.column_gap != px(gap) {
        content.flex_direction = direction;
        (content.column_gap, content.row_gap) = (px(gap), px(gap));
        words.align_items = align;
        words.width = px(if *shape == Shape::Sideways { 350 } else { 440 });
        words.flex_shrink = if *shape == Shape::Portrait { 0.0 } else { 1.0 };
    }
    let mut node = picture.into_inner();
    let size = booth.result.size.as_vec2();
    set_shown(&mut node, size != Vec2::ZERO);
    let window = window.size() / scale.0;
    let mut room = window * room;
    if *shape == Shape::Portrait {
        // The texts and buttons below the picture have their space first.
        let below = side.size().y * side.inverse_scale_factor() + gap + 2.0 * MARGIN;
        room.y = room.y.min(window.y - below).max(SMALLEST);
    }
    let fitted = (size * (room / size.max(Vec2::ONE)).min_element()).round();
    let (width, height) = (px(fitted.x), px(fitted.y));
    if (node.width, node.height) != (width, height) {
        (node.width, node.height) = (width, height);
    }
}

/// Shows the frames of an animation, or of a clip's preview, one after the other.
fn play(booth: Res<Booth>, time: Res<Time<Real>>, mut picture: Single<&mut ImageNode, With<Picture>>) {
    if let Some(image) = booth.result.frame_at(time.elapsed()) {
        set_image(&mut picture, image);
    }
}

/// Slides the result in from above.
fn slide(
    booth: Res<Booth>,
    time: Res<Time>,
    mut out: Local<f32>,
    mut picture: Single<&mut UiTransform, With<Picture>>,
) {
    if !matches!(booth.phase, Phase::Review) {
        *out = 0.0;
        return;
    }
    if *out < 1.0 {
        *out = (*out + time.delta_secs() / PRINTING).min(1.0);
        let left = 1.0 - EaseFunction::CubicOut.sample_clamped(*out);
        picture.translation = Val2::new(Val::ZERO, percent(-110.0 * left));
    }
}

/// Shows the button for sharing if the browser shares files of this type.
fn show_share(
    booth: Res<Booth>,
    mut asked: Local<Option<&'static str>>,
    mut share: Single<&mut Node, With<Share>>,
) {
    let media_type = booth.product().map(|product| product.media_type);
    if *asked != media_type {
        *asked = media_type;
        set_shown(&mut share, media_type.is_some_and(system::can_share));
    }
}

/// A phone held sideways has space for small texts and buttons.
fn fit_texts(
    shape: Res<Shape>,
    heading: Single<&mut TextFont, (With<Heading>, Without<Place>)>,
    place: Single<&mut TextFont, With<Place>>,
    buttons: Single<(&mut Node, &Children), With<Buttons>>,
    mut pills: Query<&mut Node, (With<Button>, Without<Buttons>)>,
) {
    let (large, small, height, side, gap) = match *shape {
        Shape::Sideways => (26.0, 13.0, 36, 10, 8),
        Shape::Portrait => (32.0, 16.0, 44, 18, 12),
        Shape::Landscape => (40.0, 16.0, 44, 18, 12),
    };
    heading.into_inner().font_size = FontSize::Px(large);
    place.into_inner().font_size = FontSize::Px(small);
    let (mut row, children) = buttons.into_inner();
    (row.column_gap, row.row_gap, row.margin) = (px(gap), px(gap), UiRect::top(px(gap)));
    row.justify_content = match *shape {
        Shape::Portrait => JustifyContent::Center,
        _ => JustifyContent::FlexStart,
    };
    for button in children {
        if let Ok(mut pill) = pills.get_mut(*button) {
            (pill.height, pill.padding) = (px(height), UiRect::horizontal(px(side)));
        }
    }
}

fn say_where(
    booth: Res<Booth>,
    words: Res<Words>,
    mut heading: Single<&mut Text, (With<Heading>, Without<Place>)>,
    place: Single<(&mut Text, &mut TextColor), With<Place>>,
) {
    let (mut text, mut color) = place.into_inner();
    let (head, said, shade) = match &booth.saved {
        Some(Ok(path)) => (
            result_heading(booth.mode),
            words.text_with(Key::SavedAs, &[("file", path.as_str().into())]),
            color::MUTED,
        ),
        Some(Err(error)) => (Key::NotSaved, advice_of(error, &words), color::AMBER),
        None => return,
    };
    set_text(&mut heading, &words.text(head));
    set_text(&mut text, &said);
    color.set_if_neq(TextColor(shade));
}

/// The problem of a file that isn't saved, in the guest's language.
fn advice_of(error: &MediaError, words: &Words) -> String {
    let (title, advice) = Trouble::of_file(error).texts();
    format!("{}. {}", words.text(title), words.text(advice))
}
