//! The mirror and the nodes around it, updated each frame.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use super::{
    Fonts,
    button::{Does, Kind, button, pill, wire},
    color, fit,
};
use crate::{
    booth::{Action, Advanced, Booth, Phase},
    feed::{Feed, Viewfinder},
    strip::SHOTS,
    system,
    thumbnail::Thumbnails,
};

#[derive(Component, Debug)]
pub struct CameraLamp;
/// A place on the paper, and its photo.
#[derive(Component, Debug)]
pub struct Slot(pub usize);
#[derive(Component, Debug)]
pub struct SlotPicture(pub usize);
/// A button for a look, with its thumbnail and its name.
#[derive(Component, Debug)]
pub struct LookChip(pub usize);
#[derive(Component, Debug)]
pub struct LookPicture(pub usize);
#[derive(Component, Debug)]
pub struct LookName(pub usize);
#[derive(Component, Debug)]
pub struct Shutter;
#[derive(Component, Debug)]
pub struct ShutterDisc;
#[derive(Component, Debug)]
struct Countdown;
#[derive(Component, Debug)]
struct Status;
#[derive(Component, Debug)]
struct StatusText;
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

/// The height of the mirror for which the countdown's font size is right.
const MIRROR_HEIGHT: f32 = 480.0;

pub fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (
            hang_mirror,
            show_camera,
            show_countdown,
            show_status,
            show_trouble,
            show_toast,
            show_flash,
            show_slots,
            show_looks,
            show_shutter,
        )
            .after(Advanced),
    );
}

/// The mirror, centered in its space.
pub fn build(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let glass = commands
        .spawn((
            fit::MirrorGlass,
            Node {
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                border_radius: BorderRadius::all(px(20)),
                ..default()
            },
            BackgroundColor(Color::BLACK),
            BoxShadow::new(Color::BLACK.with_alpha(0.5), px(0), px(14), px(0), px(40)),
            ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
            Outline::new(px(1), px(0), Color::WHITE.with_alpha(0.12)),
            children![
                (
                    Countdown,
                    Node { position_type: PositionType::Absolute, ..default() },
                    UiTransform::IDENTITY,
                    fonts.bold("", 230.0, Color::WHITE),
                    TextShadow { offset: Vec2::new(0.0, 5.0), color: Color::BLACK.with_alpha(0.55) },
                ),
                (
                    Status,
                    Node {
                        position_type: PositionType::Absolute,
                        bottom: px(16),
                        padding: UiRect::axes(px(16), px(7)),
                        border_radius: BorderRadius::MAX,
                        ..default()
                    },
                    BackgroundColor(color::NIGHT.with_alpha(0.72)),
                    Pickable::IGNORE,
                    children![(StatusText, fonts.medium("", 16.0, color::TEXT))],
                ),
            ],
        ))
        .id();
    commands
        .spawn((
            fit::MirrorRoom,
            Node {
                flex_grow: 1.0,
                flex_basis: px(0),
                min_width: px(0),
                min_height: px(0),
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                ..default()
            },
        ))
        .add_child(glass)
        .id()
}

/// Shows why there is no webcam, and how to continue.
pub fn build_banner(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let small_pill = |commands: &mut Commands, label: &str, action| {
        let pill = commands
            .spawn((
                button(Kind::Plain, action),
                Node { height: px(36), flex_shrink: 0.0, padding: UiRect::horizontal(px(14)), ..pill() },
                children![fonts.bold(label, 14.0, color::TEXT)],
            ))
            .id();
        wire(commands, pill);
        pill
    };
    let again = small_pill(commands, "Try again", Action::AskAgain);
    let buttons = commands.spawn(Node { column_gap: px(10), ..default() }).add_child(again).id();
    if system::HAS_FILE_DIALOG {
        let file = small_pill(commands, "Choose a file", Action::ChooseFile);
        commands.entity(buttons).add_child(file);
    }
    commands
        .spawn((
            Banner,
            Node {
                flex_shrink: 0.0,
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
            BackgroundColor(color::AMBER.with_alpha(0.045)),
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
                    fonts.bold("No webcam: this is a test pattern", 15.0, color::AMBER),
                    (BannerText, fonts.medium("", 14.0, color::TEXT)),
                ],
            )],
        ))
        .add_child(buttons)
        .id()
}

/// A short message that disappears by itself.
pub fn build_toast(commands: &mut Commands, fonts: &Fonts) -> Entity {
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
pub fn build_flash(commands: &mut Commands) -> Entity {
    commands
        .spawn((
            Flash,
            Node {
                position_type: PositionType::Absolute,
                left: px(0),
                top: px(0),
                width: percent(100),
                height: percent(100),
                display: Display::None,
                ..default()
            },
            BackgroundColor(Color::WHITE),
            GlobalZIndex(3),
            Pickable::IGNORE,
        ))
        .id()
}

/// Shows or hides a node.
pub fn set_shown(node: &mut Mut<Node>, shown: bool) {
    let display = if shown { Display::Flex } else { Display::None };
    if node.display != display {
        node.display = display;
    }
}

/// Changes a text if it is different.
pub fn set_text(text: &mut Mut<Text>, now: &str) {
    if text.0 != now {
        text.0 = now.to_owned();
    }
}

fn hang_mirror(
    mut commands: Commands,
    viewfinders: Query<Entity, Added<Viewfinder>>,
    glass: Single<Entity, With<fit::MirrorGlass>>,
) {
    for viewfinder in &viewfinders {
        commands.entity(*glass).insert(ShowTrack(viewfinder));
    }
}

fn show_camera(
    feed: Res<Feed>,
    track: Query<&TrackState, With<Viewfinder>>,
    mut lamp: Single<&mut BackgroundColor, With<CameraLamp>>,
) {
    let Ok(state) = track.single() else { return };
    let light = match state {
        TrackState::Live if feed.trouble.is_none() => color::MINT,
        TrackState::Live | TrackState::Pending => color::AMBER,
        TrackState::Ended => color::CORAL,
    };
    lamp.set_if_neq(BackgroundColor(light));
}

fn show_countdown(
    booth: Res<Booth>,
    glass: Single<&ComputedNode, With<fit::MirrorGlass>>,
    countdown: Single<(&mut Text, &mut TextColor, &mut UiTransform), With<Countdown>>,
) {
    let (mut text, mut color, mut transform) = countdown.into_inner();
    let Some((number, passed)) = booth.count() else {
        set_text(&mut text, "");
        return;
    };
    set_text(&mut text, &number.to_string());
    // Each number shrinks onto the mirror, stays, and fades.
    let landing = EaseFunction::CubicOut.sample_clamped(passed / 0.35);
    let going = ((passed - 0.75) / 0.25).clamp(0.0, 1.0);
    let fitting = glass.size().y * glass.inverse_scale_factor() / MIRROR_HEIGHT;
    transform.scale = Vec2::splat(fitting.max(0.45) * (1.5 - 0.5 * landing));
    color.0 = Color::WHITE.with_alpha(landing * (1.0 - 0.8 * going));
}

/// Shows the progress.
fn show_status(
    booth: Res<Booth>,
    track: Query<&TrackState, With<Viewfinder>>,
    mut status: Single<&mut Node, With<Status>>,
    mut text: Single<&mut Text, With<StatusText>>,
) {
    let said = match (&booth.phase, track.single()) {
        (Phase::Counting(_), _) => match booth.photos.len() {
            0 => format!("Get ready: {SHOTS} shots"),
            taken if taken + 1 == SHOTS => "The last shot".to_owned(),
            taken => format!("Shot {} of {SHOTS}", taken + 1),
        },
        (Phase::Resting(_), _) => "Nice!".to_owned(),
        (Phase::Developing(_), _) => "Developing\u{2026}".to_owned(),
        (Phase::Ready, Ok(TrackState::Pending)) => "Requesting a webcam\u{2026}".to_owned(),
        _ => String::new(),
    };
    set_text(&mut text, &said);
    set_shown(&mut status, !said.is_empty());
}

fn show_trouble(
    feed: Res<Feed>,
    mut banner: Single<&mut Node, With<Banner>>,
    mut text: Single<&mut Text, With<BannerText>>,
) {
    if let Some(trouble) = &feed.trouble {
        set_text(&mut text, trouble);
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

fn show_slots(
    booth: Res<Booth>,
    mut slots: Query<(&Slot, &mut Outline)>,
    mut pictures: Query<(&SlotPicture, &mut ImageNode, &mut Node)>,
) {
    for (slot, mut outline) in &mut slots {
        let next = booth.is_shooting() && slot.0 == booth.photos.len();
        let color = if next { color::CORAL } else { Color::NONE };
        if outline.color != color {
            outline.color = color;
        }
    }
    for (slot, mut image, mut node) in &mut pictures {
        let picture = booth.pictures.get(slot.0);
        set_shown(&mut node, picture.is_some());
        if let Some(picture) = picture
            && image.image != *picture
        {
            image.image = picture.clone();
        }
    }
}

fn show_looks(
    booth: Res<Booth>,
    thumbnails: Res<Thumbnails>,
    chips: Query<(&LookChip, &Interaction)>,
    mut pictures: Query<(&LookPicture, &mut ImageNode, &mut Outline)>,
    mut names: Query<(&LookName, &mut TextColor)>,
) {
    let interaction = |look| {
        chips
            .iter()
            .find(|(chip, _)| chip.0 == look)
            .map_or(Interaction::None, |(_, interaction)| *interaction)
    };
    for (look, mut image, mut outline) in &mut pictures {
        let color = match interaction(look.0) {
            _ if look.0 == booth.look => color::CORAL,
            Interaction::None => Color::NONE,
            Interaction::Hovered => color::TEXT.with_alpha(0.45),
            Interaction::Pressed => color::TEXT,
        };
        if outline.color != color {
            outline.color = color;
        }
        if let Some(Some(thumbnail)) = thumbnails.0.get(look.0)
            && image.image != *thumbnail
        {
            image.image = thumbnail.clone();
        }
    }
    for (look, mut color) in &mut names {
        let chosen = look.0 == booth.look || interaction(look.0) != Interaction::None;
        color.set_if_neq(TextColor(if chosen { color::TEXT } else { color::MUTED }));
    }
}

fn show_shutter(
    booth: Res<Booth>,
    track: Query<&TrackState, With<Viewfinder>>,
    shutter: Single<(&Interaction, &mut Does, &mut BorderColor), With<Shutter>>,
    disc: Single<(&mut Node, &mut BackgroundColor, &mut UiTransform), With<ShutterDisc>>,
) {
    let (interaction, mut does, mut ring) = shutter.into_inner();
    let (mut node, mut background, mut transform) = disc.into_inner();
    let shooting = booth.is_shooting();
    let usable = shooting
        || (matches!(booth.phase, Phase::Ready)
            && track.single().is_ok_and(|state| *state == TrackState::Live));
    does.0 = if shooting { Action::Back } else { Action::Shoot };

    // A round button starts, a square one stops.
    let (size, radius) = if shooting { (30.0, BorderRadius::all(px(8))) } else { (64.0, BorderRadius::MAX) };
    if node.width != px(size) {
        (node.width, node.height, node.border_radius) = (px(size), px(size), radius);
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
