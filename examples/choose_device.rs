//! A list of the devices. Press a number to choose one.
//!
//! A browser hides names and ids until the user has granted a device, so the first track requests any device.

use std::sync::Arc;

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::{
    prelude::*,
    source::{DefaultSource, SyntheticSource},
};

const KEYS: [KeyCode; 5] =
    [KeyCode::Digit1, KeyCode::Digit2, KeyCode::Digit3, KeyCode::Digit4, KeyCode::Digit5];

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, (list.run_if(resource_changed::<MediaDevices>), choose))
        .run()
}

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    commands.spawn(Text::new("Looking for devices"));
    let track = commands
        .spawn(VideoTrack)
        .observe(|_: On<TrackLive>, mut commands: Commands| commands.trigger(EnumerateDevices))
        .observe(|failed: On<TrackFailed>, mut commands: Commands| {
            warn!("{}", failed.error);
            commands.trigger(EnumerateDevices);
        })
        .id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
}

fn list(
    mut commands: Commands,
    devices: Res<MediaDevices>,
    track: Single<Entity, With<VideoTrack>>,
    mut text: Single<&mut Text>,
) {
    let mut cameras = devices.of_kind(DeviceKind::VideoInput).peekable();
    if devices.is_ready() && cameras.peek().is_none() {
        // Without a webcam the example continues with two synthetic devices.
        let source = SyntheticSource::new().device_count(2);
        commands.insert_resource(DefaultSource(Arc::new(source)));
        commands.entity(*track).insert(VideoTrack);
        commands.trigger(EnumerateDevices);
        return;
    }
    let lines = cameras.zip(1..).map(|(device, number)| format!("\n{number}: {}", device.label));
    text.0 = format!("Press a number to choose a device{}", lines.collect::<String>());
}

fn choose(
    mut commands: Commands,
    devices: Res<MediaDevices>,
    keys: Res<ButtonInput<KeyCode>>,
    track: Single<Entity, With<VideoTrack>>,
) {
    let number = KEYS.iter().position(|key| keys.just_pressed(*key));
    if let Some(device) = number.and_then(|number| devices.of_kind(DeviceKind::VideoInput).nth(number)) {
        // `VideoTrack`, inserted again, requests a device again: this time by its id.
        let constraints = VideoConstraints::new().device_id(exact(&device.id));
        commands.entity(*track).insert((constraints, VideoTrack));
    }
}
