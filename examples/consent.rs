//! The app's own question before a device is opened, and an indicator while one is in use. Y agrees, N declines, and
//! Backspace forgets the answer.

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::prelude::*;

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        // With a gate, each track waits until the user has answered.
        .init_resource::<ConsentGate>()
        .add_systems(Startup, setup)
        .add_systems(Update, (answer, indicate.run_if(resource_changed::<DevicesInUse>)))
        .run()
}

/// A point that is red while a device is in use.
#[derive(Component)]
struct Indicator;

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    commands.spawn(Text::new("Looking for devices"));
    let corner = Node {
        position_type: PositionType::Absolute,
        top: px(12),
        right: px(12),
        width: px(24),
        height: px(24),
        border_radius: BorderRadius::MAX,
        ..default()
    };
    commands.spawn((Indicator, corner, BackgroundColor(Color::NONE)));
    let track = commands
        .spawn(VideoTrack)
        .observe(|_: On<PermissionRequested>, mut text: Single<&mut Text>| {
            text.0 = "May this app film you? Y, N".into()
        })
        .observe(|_: On<TrackLive>, mut text: Single<&mut Text>| text.0 = "Backspace: ask again".into())
        .observe(|failed: On<TrackFailed>, mut text: Single<&mut Text>| text.0 = failed.error.to_string())
        .observe(|ended: On<TrackEnded>, mut text: Single<&mut Text>| text.0 = format!("{:?}", ended.error))
        .id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
}

fn answer(
    mut commands: Commands,
    keys: Res<ButtonInput<KeyCode>>,
    gate: Res<ConsentGate>,
    track: Single<Entity, With<VideoTrack>>,
) {
    if keys.just_pressed(KeyCode::KeyY) {
        gate.grant();
    } else if keys.just_pressed(KeyCode::KeyN) {
        // Ends live tracks too.
        gate.deny();
    } else if keys.just_pressed(KeyCode::Backspace) {
        gate.ask_again();
        commands.entity(*track).insert(VideoTrack);
    }
}

fn indicate(usage: Res<DevicesInUse>, mut color: Single<&mut BackgroundColor, With<Indicator>>) {
    color.0 = match usage.camera {
        DeviceUse::InUse => Color::srgb(1.0, 0.1, 0.1),
        DeviceUse::Held => Color::srgb(0.5, 0.3, 0.1),
        DeviceUse::None => Color::NONE,
    };
}
