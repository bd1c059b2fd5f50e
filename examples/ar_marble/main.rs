//! A game on a printed marker: a marble rolls on a tray, and you tilt the paper. Collect the coins. Space makes the way
//! that you hold the paper level. Key M shows the marker. Without a webcam the pointer tilts a rendered card.

mod card;
mod play;
mod tray;

use bevy::prelude::*;
use bevy_viewfinder::{
    marker::{families, marker_image},
    prelude::*,
};
use viewfinder_examples::fail;

/// The marker, and the side of its dark square in meters.
const MARKER: u32 = 7;
const SIDE: f32 = 0.08;

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .init_resource::<play::Game>()
        .add_systems(Startup, setup)
        .add_systems(Update, (card::tilt, play::level, play::roll, play::collect, tray::show, say).chain())
        .add_systems(Update, show_marker)
        .run()
}

/// The picture of the marker, to print or to photograph.
#[derive(Component)]
struct MarkerPicture;

/// The line with the score.
#[derive(Component)]
struct Score;

/// The line of help.
#[derive(Component)]
struct Help(String);

fn setup(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut images: ResMut<Assets<Image>>,
    assets: Res<AssetServer>,
) {
    let track = commands
        .spawn((
            VideoTrack,
            VideoConstraints::new().width(1280),
            Mirroring::Off,
            MarkerTracker::new(),
            LightEstimation::new(),
        ))
        .observe(use_card)
        .id();
    let light = (AmbientLight::default(), FollowLight::new(track, 500.0));
    commands.spawn((Camera3d::default(), CameraBackground::new(track), light, IsDefaultUiCamera));
    let marker = commands.spawn((play::Paper, Marker::new(track, MARKER, SIDE))).id();
    tray::spawn(&mut commands, track, marker, &mut meshes, &mut materials);

    let font = assets.load("fonts/Quicksand-Bold.ttf");
    let text = |size| TextFont { font: (&font).into(), font_size: FontSize::Px(size), ..default() };
    let picture = marker_image(&families::TAG_36H11, MARKER).map(|picture| images.add(picture));
    let corner = Node {
        position_type: PositionType::Absolute,
        right: px(16),
        bottom: px(16),
        width: vmin(45),
        ..default()
    };
    let picture = ImageNode::new(picture.unwrap_or_default());
    commands.spawn((MarkerPicture, picture, Visibility::Hidden, corner));
    let line = |top, bottom| Node {
        position_type: PositionType::Absolute,
        width: percent(100),
        padding: UiRect::horizontal(px(16)),
        justify_content: JustifyContent::Center,
        top,
        bottom,
        ..default()
    };
    let score = (Score, Text::default(), text(30.0), TextShadow::default());
    commands.spawn((line(px(20), Val::Auto), children![score]));
    let layout = TextLayout::justify(Justify::Center);
    let help = (Help(instructions()), Text::default(), text(18.0), TextShadow::default(), layout);
    commands.spawn((line(Val::Auto, px(20)), children![help]));
}

fn instructions() -> String {
    format!(
        "Hold the marker {MARKER} of tag36h11 flat, {} cm wide, and tilt it. Key M: the marker",
        SIDE * 100.0
    )
}

/// Films a card in place of a webcam that can't be used.
fn use_card(failed: On<TrackFailed>, mut commands: Commands, mut help: Single<&mut Help>) {
    warn!("no webcam, so this is a rendered card: {}", failed.error);
    help.0 = "No webcam: this is a rendered card. Move the pointer to tilt it".into();
    commands.run_system_cached_with(card::build, failed.entity);
}

fn say(
    game: Res<play::Game>,
    paper: Single<Has<MarkerPose>, With<play::Paper>>,
    mut score: Single<&mut Text, (With<Score>, Without<Help>)>,
    help: Single<(&Help, &mut Text), Without<Score>>,
) {
    let now = game.score();
    if score.0 != now {
        score.0 = now;
    }
    let (help, mut text) = help.into_inner();
    let now = if !*paper || game.is_new() { &*help.0 } else { "Space: level" };
    if text.0 != now {
        text.0 = now.into();
    }
}

fn show_marker(keys: Res<ButtonInput<KeyCode>>, mut picture: Single<&mut Visibility, With<MarkerPicture>>) {
    if keys.just_pressed(KeyCode::KeyM) {
        picture.toggle_visible_hidden();
    }
}
