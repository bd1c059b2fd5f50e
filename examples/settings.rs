//! Everything that can be set of a camera, live: which camera, its effects, and a slider or a button for each of its
//! controls.
//!
//! ```text
//! cargo run --example settings
//! ```

use bevy::prelude::*;
use bevy_viewfinder::{prelude::*, ui::*};

/// What is said below the picture.
#[derive(Component)]
struct Words;

fn main() {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugin, ViewfinderUiPlugin))
        .insert_resource(ClearColor(Color::srgb(0.05, 0.05, 0.07)))
        .add_systems(Startup, setup)
        .run();
}

fn setup(mut commands: Commands, style: Res<UiStyle>) {
    commands.spawn(Camera2d);
    let track = commands
        .spawn((VideoTrack, VideoConstraints::new().width(1280).height(720), EffectStack::new()))
        .observe(
            |live: On<TrackLive>,
             settings: Query<&VideoSettings>,
             mut words: Single<&mut Text, With<Words>>| {
                words.0 = settings
                    .get(live.entity)
                    .map_or_else(|_| "Live".into(), |settings| settings.label.clone());
            },
        )
        .observe(
            |failed: On<TrackFailed>, mut commands: Commands, mut words: Single<&mut Text, With<Words>>| {
                words.0 = format!("No camera: {}. This is the synthetic one.", failed.error.message);
                commands.entity(failed.entity).insert((TrackSource::synthetic(), VideoTrack));
            },
        )
        .observe(|refused: On<ConstraintsRefused>, mut words: Single<&mut Text, With<Words>>| {
            words.0 = refused.error.to_string();
        })
        .observe(|_: On<ConstraintsApplied>, mut words: Single<&mut Text, With<Words>>| {
            words.0 = "Applied".into();
        })
        .id();

    let picture = commands
        .spawn((
            ImageNode::default(),
            ShowTrack(track),
            Node { width: percent(100), max_height: percent(90), ..default() },
        ))
        .id();
    let words = commands
        .spawn((
            Words,
            Text::default(),
            TextFont { font_size: FontSize::Px(15.0), ..default() },
            TextColor(style.muted),
        ))
        .id();
    let left = commands
        .spawn(Node {
            flex_direction: FlexDirection::Column,
            justify_content: JustifyContent::Center,
            row_gap: px(12),
            flex_grow: 1.0,
            flex_basis: px(0),
            min_height: px(0),
            ..default()
        })
        .add_children(&[picture, words])
        .id();
    let right = commands
        .spawn((
            Node {
                width: px(320),
                flex_shrink: 0.0,
                flex_direction: FlexDirection::Column,
                row_gap: px(12),
                ..default()
            },
            children![
                DeviceMenu { track },
                EffectMenu { track },
                (
                    SettingsPanel { track },
                    Node {
                        flex_direction: FlexDirection::Column,
                        row_gap: px(10),
                        overflow: Overflow::scroll_y(),
                        ..default()
                    },
                ),
            ],
        ))
        .id();
    commands
        .spawn(Node {
            width: percent(100),
            height: percent(100),
            padding: UiRect::all(px(20)),
            column_gap: px(20),
            ..default()
        })
        .add_children(&[left, right]);
}
