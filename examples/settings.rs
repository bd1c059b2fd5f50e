//! All settings of a webcam, live: the device, its effects, and a slider or a button for each of its controls.
//!
//! ```text
//! cargo run --example settings
//! ```

use bevy::{prelude::*, window::PrimaryWindow};
use bevy_viewfinder::{menus::*, prelude::*};
use viewfinder_examples::fail;

/// A marker for the track, with the last error.
#[derive(Component, Default)]
struct Subject {
    error: String,
}

/// The text below the output.
#[derive(Component)]
struct Caption;

/// The output and the menus: in a row, or in a column if the window is tall.
#[derive(Component)]
struct Root;

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins, ViewfinderUiPlugin))
        .insert_resource(ClearColor(Color::srgb(0.06, 0.06, 0.08)))
        .add_systems(PreStartup, choose_font)
        .add_systems(Startup, setup)
        .add_systems(Update, (show_state, lay_out))
        .run()
}

fn choose_font(mut style: ResMut<UiStyle>, assets: Res<AssetServer>) {
    style.font = assets.load("fonts/Quicksand-Medium.ttf");
    style.font_size = 16.0;
}

fn setup(mut commands: Commands, style: Res<UiStyle>) {
    commands.spawn(Camera2d);
    let track = commands
        .spawn((
            Subject::default(),
            VideoTrack,
            VideoConstraints::new().width(1280).height(720),
            EffectStack::new(),
        ))
        .observe(|failed: On<TrackFailed>, mut commands: Commands, mut subject: Single<&mut Subject>| {
            subject.error = format!("No webcam: {}. ", failed.error.message);
            // The menus work with the synthetic device too.
            commands.entity(failed.entity).insert((TrackSource::synthetic(), VideoTrack));
        })
        .observe(|ended: On<TrackEnded>, mut subject: Single<&mut Subject>| {
            if let Some(error) = &ended.error {
                subject.error = format!("{}. ", error.message);
            }
        })
        .observe(|refused: On<ConstraintsRejected>, mut subject: Single<&mut Subject>| {
            subject.error = format!("{}. ", refused.error.message);
        })
        .observe(|_: On<ConstraintsApplied>, mut subject: Single<&mut Subject>| {
            subject.error.clear();
        })
        .id();

    let font = TextFont { font: (&style.font).into(), font_size: FontSize::Px(15.0), ..default() };
    let output = (
        Node {
            flex_direction: FlexDirection::Column,
            justify_content: JustifyContent::Center,
            row_gap: px(12),
            flex_grow: 1.0,
            flex_basis: px(0),
            min_width: px(0),
            ..default()
        },
        children![
            (
                ImageNode::default(),
                ShowTrack(track),
                Node { width: percent(100), border_radius: BorderRadius::all(px(12)), ..default() },
            ),
            (Caption, Text::default(), font, TextColor(style.muted)),
        ],
    );
    let menus = (
        Node {
            width: px(300),
            flex_shrink: 0.0,
            flex_direction: FlexDirection::Column,
            row_gap: px(12),
            ..default()
        },
        children![DeviceMenu { track }, EffectMenu { track }, SettingsPanel { track }],
    );
    commands.spawn((
        Root,
        Node {
            width: percent(100),
            min_height: percent(100),
            padding: UiRect::all(px(24)),
            column_gap: px(28),
            row_gap: px(20),
            ..default()
        },
        children![output, menus],
    ));
}

/// Shows the state of the track, and the last error.
fn show_state(
    track: Single<(&Subject, &TrackState, Option<&VideoSettings>)>,
    mut caption: Single<&mut Text, With<Caption>>,
) {
    let (subject, state, settings) = *track;
    let now = match (state, settings) {
        (TrackState::Pending, _) => "Requesting a webcam".into(),
        (TrackState::Live, Some(VideoSettings { label, size, frame_rate, .. })) => {
            format!("{label}, {} x {} at {frame_rate:.0} Hz", size.x, size.y)
        }
        _ => "The webcam is gone".into(),
    };
    let line = format!("{}{now}", subject.error);
    if caption.0 != line {
        caption.0 = line;
    }
}

fn lay_out(
    window: Single<&Window, (With<PrimaryWindow>, Changed<Window>)>,
    mut root: Single<&mut Node, With<Root>>,
) {
    let beside = window.width() > window.height();
    root.flex_direction = if beside { FlexDirection::Row } else { FlexDirection::Column };
}
