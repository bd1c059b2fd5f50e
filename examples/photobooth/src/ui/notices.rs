//! Notices: why there is no webcam, short messages, the camera's lamp, and the flash.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use photobooth::words::{Key, Words};

use super::{
    button::{Kind, button, pill, wire},
    fit::Part,
    speech::Says,
    theme::{Fonts, color, cover, set_shown, set_text},
};
use crate::{
    action::Action,
    booth::{Advanced, Booth},
    feed::{Feed, Viewfinder},
    system,
};

/// The camera's lamp.
#[derive(Component, Debug)]
pub struct Lamp;
#[derive(Component, Debug)]
struct Banner;
#[derive(Component, Debug)]
struct BannerText;
#[derive(Component, Debug)]
struct Toast;
#[derive(Component, Debug)]
struct ToastText;
#[derive(Component, Debug)]
struct Flash;

pub fn plugin(app: &mut App) {
    app.add_systems(Update, (show_camera, show_trouble, show_toast, show_flash).after(Advanced));
}

/// Shows why there is no webcam, and how to continue.
pub fn banner(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let small_pill = |commands: &mut Commands, label: Key, action| {
        let pill = commands
            .spawn((
                button(Kind::Plain, action),
                Node { height: px(36), flex_shrink: 0.0, padding: UiRect::horizontal(px(14)), ..pill() },
                children![(Says(label), fonts.bold("", 14.0, color::TEXT))],
            ))
            .id();
        wire(commands, pill);
        pill
    };
    let again = small_pill(commands, Key::TryAgain, Action::AskAgain);
    let buttons = commands.spawn(Node { column_gap: px(10), ..default() }).add_child(again).id();
    if system::HAS_FILE_DIALOG {
        let file = small_pill(commands, Key::ChooseFile, Action::ChooseFile);
        commands.entity(buttons).add_child(file);
    }
    commands
        .spawn((
            Banner,
            Part::Banner,
            ZIndex(0),
            Node {
                padding: UiRect::axes(px(16), px(10)),
                column_gap: px(14),
                row_gap: px(10),
                flex_wrap: FlexWrap::Wrap,
                align_items: AlignItems::Center,
                border_radius: BorderRadius::all(px(14)),
                border: UiRect::all(px(1)),
                display: Display::None,
                ..default()
            },
            BackgroundColor(color::BANNER),
            BorderColor::all(color::AMBER.with_alpha(0.25)),
            children![(
                // It takes the space next to the buttons, or above them on a phone.
                Node {
                    flex_direction: FlexDirection::Column,
                    flex_grow: 1.0,
                    flex_basis: px(340),
                    row_gap: px(2),
                    ..default()
                },
                children![
                    (Says(Key::TestPattern), fonts.bold("", 15.0, color::AMBER)),
                    (BannerText, fonts.medium("", 14.0, color::TEXT)),
                ],
            )],
        ))
        .add_child(buttons)
        .id()
}

/// A short message that disappears by itself.
pub fn toast(commands: &mut Commands, fonts: &Fonts) -> Entity {
    commands
        .spawn((
            Node {
                position_type: PositionType::Absolute,
                bottom: px(26),
                left: px(0),
                width: percent(100),
                justify_content: JustifyContent::Center,
                padding: UiRect::horizontal(px(20)),
                ..default()
            },
            GlobalZIndex(2),
            Pickable::IGNORE,
            children![(
                Toast,
                Node {
                    padding: UiRect::axes(px(22), px(12)),
                    border_radius: BorderRadius::all(px(22)),
                    display: Display::None,
                    ..default()
                },
                BackgroundColor(color::PAPER),
                BoxShadow::new(Color::BLACK.with_alpha(0.4), px(0), px(6), px(0), px(20)),
                Pickable::IGNORE,
                children![(ToastText, fonts.bold("", 16.0, color::INK))],
            )],
        ))
        .id()
}

/// The flash is the whole window, so that it lights faces.
pub fn flash(commands: &mut Commands) -> Entity {
    commands
        .spawn((
            Flash,
            Node { display: Display::None, ..cover() },
            BackgroundColor(Color::WHITE),
            GlobalZIndex(3),
            Pickable::IGNORE,
        ))
        .id()
}

fn show_camera(
    feed: Res<Feed>,
    track: Query<&TrackState, With<Viewfinder>>,
    mut lamp: Single<&mut BackgroundColor, With<Lamp>>,
) {
    let Ok(state) = track.single() else { return };
    let light = match state {
        TrackState::Live if feed.trouble.is_none() => color::MINT,
        TrackState::Live | TrackState::Pending => color::AMBER,
        TrackState::Ended => color::CORAL,
    };
    lamp.set_if_neq(BackgroundColor(light));
}

fn show_trouble(
    feed: Res<Feed>,
    words: Res<Words>,
    mut banner: Single<&mut Node, With<Banner>>,
    mut text: Single<&mut Text, With<BannerText>>,
) {
    if let Some(trouble) = &feed.trouble {
        let (title, advice) = trouble.texts();
        set_text(&mut text, &format!("{}. {}", words.text(title), words.text(advice)));
    }
    set_shown(&mut banner, feed.trouble.is_some());
}

fn show_toast(
    booth: Res<Booth>,
    mut toast: Single<&mut Node, With<Toast>>,
    mut text: Single<&mut Text, With<ToastText>>,
) {
    if let Some((said, _)) = &booth.toast {
        set_text(&mut text, said);
    }
    set_shown(&mut toast, booth.toast.is_some());
}

fn show_flash(booth: Res<Booth>, flash: Single<(&mut Node, &mut BackgroundColor), With<Flash>>) {
    let (mut node, mut color) = flash.into_inner();
    set_shown(&mut node, booth.flash > 0.0);
    color.set_if_neq(BackgroundColor(Color::WHITE.with_alpha(booth.flash * booth.flash)));
}
