//! The mirror: the live image, the countdown, and the shot that can be taken again.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use photobooth::words::{Key, Words};

use super::{
    access::Shows,
    button::{Kind, labeled_button},
    fit::Part,
    stickers,
    theme::{Fonts, color, cover, set_image, set_shown, set_text},
};
use crate::{
    action::Action,
    booth::{Advanced, Booth, Layouts, Phase},
    feed::Viewfinder,
    mode::Mode,
    settings::Settings,
    sticker::StickerImages,
};

/// The space for the mirror, and the mirror.
#[derive(Component, Debug)]
struct Room;
#[derive(Component, Debug)]
struct Glass;
#[derive(Component, Debug)]
struct Countdown;
#[derive(Component, Debug)]
struct Status;
#[derive(Component, Debug)]
struct StatusText;
/// The dot and the time of a clip that is recorded.
#[derive(Component, Debug)]
struct FilmDot;
#[derive(Component, Debug)]
struct FilmTime;
/// The shot or the clip, the buttons on it, and the line with the time that is left.
#[derive(Component, Debug)]
struct Shot;
#[derive(Component, Debug)]
struct Question;
#[derive(Component, Debug)]
struct TimeLeft;

/// The height of the mirror for which the countdown's font size is right.
const HEIGHT: f32 = 480.0;
const RADIUS: BorderRadius = BorderRadius::all(Val::Px(20.0));

pub fn plugin(app: &mut App) {
    app.add_systems(
        Update,
        (fit_glass, hang_mirror, show_countdown, show_status, show_film_time, show_shot, show_time_left)
            .after(Advanced),
    );
}

/// The mirror, centered in its space.
pub fn build(commands: &mut Commands, fonts: &Fonts, images: &StickerImages) -> Entity {
    let tray = stickers::build(commands, images);
    let question = question(commands, fonts);
    let shot = commands
        .spawn((
            Shot,
            Node { border_radius: RADIUS, display: Display::None, ..cover() },
            ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
            Pickable::IGNORE,
        ))
        .id();
    let bar = commands
        .spawn((
            TimeLeft,
            Node {
                position_type: PositionType::Absolute,
                left: px(20),
                bottom: px(6),
                height: px(4),
                border_radius: BorderRadius::MAX,
                display: Display::None,
                ..default()
            },
            BackgroundColor(color::CORAL),
            Pickable::IGNORE,
        ))
        .id();
    let glass = commands
        .spawn((
            Glass,
            Shows::Mirror,
            stickers::Ground,
            Node {
                align_items: AlignItems::Center,
                justify_content: JustifyContent::Center,
                border_radius: RADIUS,
                ..default()
            },
            BackgroundColor(Color::BLACK),
            BoxShadow::new(Color::BLACK.with_alpha(0.5), px(0), px(14), px(0), px(40)),
            ImageNode { image_mode: NodeImageMode::Stretch, ..default() },
            Outline::new(px(1), px(0), Color::WHITE.with_alpha(0.12)),
            children![(
                Countdown,
                Node { position_type: PositionType::Absolute, ..default() },
                UiTransform::IDENTITY,
                fonts.bold("", 230.0, Color::WHITE),
                TextShadow { offset: Vec2::new(0.0, 5.0), color: Color::BLACK.with_alpha(0.55) },
            )],
        ))
        .add_child(shot)
        .id();
    let status = commands
        .spawn((
            Status,
            Node {
                position_type: PositionType::Absolute,
                top: px(14),
                padding: UiRect::axes(px(16), px(7)),
                column_gap: px(9),
                align_items: AlignItems::Center,
                border_radius: BorderRadius::MAX,
                ..default()
            },
            BackgroundColor(color::NIGHT.with_alpha(0.87)),
            Pickable::IGNORE,
            children![
                (
                    FilmDot,
                    Node {
                        width: px(12),
                        height: px(12),
                        border_radius: BorderRadius::MAX,
                        display: Display::None,
                        ..default()
                    },
                    BackgroundColor(color::CORAL),
                ),
                (StatusText, fonts.medium("", 16.0, color::TEXT)),
                (FilmTime, Node { display: Display::None, ..default() }, fonts.bold("", 16.0, color::TEXT)),
            ],
        ))
        .id();
    commands.entity(glass).add_children(&[status, tray, question, bar]);
    commands
        .spawn((
            Part::Mirror,
            ZIndex(0),
            Room,
            Node {
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

/// The buttons on a shot: keep it, or take it again.
fn question(commands: &mut Commands, fonts: &Fonts) -> Entity {
    let keep = labeled_button(commands, fonts, Kind::Primary, Action::Keep, Key::Keep, "Space");
    let again = labeled_button(commands, fonts, Kind::Dark, Action::Retake, Key::Retake, "R");
    commands
        .spawn((
            Question,
            Node {
                position_type: PositionType::Absolute,
                bottom: px(18),
                column_gap: px(12),
                display: Display::None,
                ..default()
            },
            Pickable::IGNORE,
        ))
        .add_children(&[again, keep])
        .id()
}

/// Makes the mirror as large as its space allows, with the track's aspect ratio.
fn fit_glass(
    room: Single<&ComputedNode, With<Room>>,
    mut glass: Single<&mut Node, With<Glass>>,
    settings: Query<&VideoSettings, With<Viewfinder>>,
) {
    let aspect = settings.single().map_or(16.0 / 9.0, |settings| settings.aspect_ratio() as f32);
    let room = room.size() * room.inverse_scale_factor();
    let width = room.x.min(room.y * aspect).floor().max(1.0);
    let (width, height) = (px(width), px((width / aspect).floor().max(1.0)));
    if (glass.width, glass.height) != (width, height) {
        (glass.width, glass.height) = (width, height);
    }
}

fn hang_mirror(
    mut commands: Commands,
    viewfinders: Query<Entity, Added<Viewfinder>>,
    glass: Single<Entity, With<Glass>>,
) {
    for viewfinder in &viewfinders {
        commands.entity(*glass).insert(ShowTrack(viewfinder));
    }
}

fn show_countdown(
    booth: Res<Booth>,
    glass: Single<&ComputedNode, With<Glass>>,
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
    let fitting = glass.size().y * glass.inverse_scale_factor() / HEIGHT;
    transform.scale = Vec2::splat(fitting.max(0.45) * (1.5 - 0.5 * landing));
    color.0 = Color::WHITE.with_alpha(landing * (1.0 - 0.8 * going));
}

/// Shows the progress.
fn show_status(
    booth: Res<Booth>,
    words: Res<Words>,
    settings: Res<Settings>,
    layouts: Res<Layouts>,
    track: Query<&TrackState, With<Viewfinder>>,
    mut status: Single<&mut Node, With<Status>>,
    mut text: Single<&mut Text, With<StatusText>>,
) {
    let said = status_of(&booth, &words, booth.shots(&layouts, &settings), track.single().ok());
    set_text(&mut text, &said);
    set_shown(&mut status, !said.is_empty());
}

/// The progress of the booth. Empty if there is nothing to say.
pub fn status_of(booth: &Booth, words: &Words, shots: usize, track: Option<&TrackState>) -> String {
    let shot_of =
        |shot: usize| words.text_with(Key::ShotOf, &[("shot", shot.into()), ("shots", shots.into())]);
    match (&booth.phase, track) {
        (Phase::Counting(_), _) if matches!(booth.mode, Mode::Boomerang | Mode::Clip) => {
            words.text(Key::GetReadyToMove)
        }
        (Phase::Counting(_), _) if shots == 1 => words.text_with(Key::GetReady, &[("shots", 1_u32.into())]),
        (Phase::Counting(_), _) => match booth.photos.len() {
            0 => words.text_with(Key::GetReady, &[("shots", shots.into())]),
            taken if taken + 1 == shots => words.text(Key::LastShot),
            taken => shot_of(taken + 1),
        },
        (Phase::Recording(_), _) if booth.mode == Mode::Clip => words.text(Key::Filming),
        (Phase::Recording(_), _) => words.text(Key::MoveNow),
        (Phase::Judging(_), _) if shots == 1 => words.text(Key::Nice),
        (Phase::Judging(_), _) => shot_of(booth.photos.len()),
        (Phase::Developing(_), _) => words.text(Key::Developing),
        (Phase::Ready, Some(TrackState::Pending)) => words.text(Key::RequestingCamera),
        _ => String::new(),
    }
}

/// Shows the elapsed time of a clip that is recorded, in seconds, and a dot that blinks.
fn show_film_time(
    booth: Res<Booth>,
    settings: Res<Settings>,
    time: Res<Time<Real>>,
    clock: Single<(&mut Node, &mut Text), With<FilmTime>>,
    dot: Single<(&mut Node, &mut BackgroundColor), (With<FilmDot>, Without<FilmTime>)>,
) {
    let ((mut node, mut text), (mut dot, mut color)) = (clock.into_inner(), dot.into_inner());
    let elapsed = match &booth.phase {
        Phase::Recording(recording) if booth.mode == Mode::Clip => {
            Some(recording.progress(time.elapsed()) * settings.clip.seconds)
        }
        _ => None,
    };
    set_shown(&mut node, elapsed.is_some());
    set_shown(&mut dot, elapsed.is_some());
    let Some(elapsed) = elapsed else { return };
    let whole = settings.clip.seconds.ceil() as u32;
    set_text(&mut text, &format!("0:{:02} / 0:{whole:02}", elapsed as u32));
    let is_lit = elapsed.fract() < 0.6;
    color.set_if_neq(BackgroundColor(color::CORAL.with_alpha(if is_lit { 1.0 } else { 0.25 })));
}

/// Shows the last shot, or plays the clip, while the guest looks at it.
fn show_shot(
    booth: Res<Booth>,
    settings: Res<Settings>,
    shot: Single<(&mut Node, &mut ImageNode), With<Shot>>,
    mut question: Single<&mut Node, (With<Question>, Without<Shot>)>,
) {
    let (mut node, mut image) = shot.into_inner();
    let shown = match &booth.phase {
        Phase::Judging(timer) => booth.shot.as_ref().and_then(|shot| shot.frame_at(timer.elapsed())),
        _ => None,
    };
    if let Some(shown) = shown {
        set_image(&mut image, shown);
    }
    set_shown(&mut node, shown.is_some());
    set_shown(&mut question, booth.is_asking(&settings));
}

/// Shows how much time is left to take a shot again, or of a recording. The line of a clip grows.
fn show_time_left(
    booth: Res<Booth>,
    settings: Res<Settings>,
    time: Res<Time<Real>>,
    glass: Single<&ComputedNode, With<Glass>>,
    mut bar: Single<&mut Node, With<TimeLeft>>,
) {
    let left = match &booth.phase {
        Phase::Judging(timer) if booth.is_asking(&settings) => Some(timer.fraction_remaining()),
        Phase::Recording(recording) if booth.mode == Mode::Clip => Some(recording.progress(time.elapsed())),
        Phase::Recording(recording) => Some(1.0 - recording.progress(time.elapsed())),
        _ => None,
    };
    set_shown(&mut bar, left.is_some());
    if let Some(left) = left {
        let room = glass.size().x * glass.inverse_scale_factor() - 40.0;
        bar.width = px((room * left).max(0.0));
    }
}
