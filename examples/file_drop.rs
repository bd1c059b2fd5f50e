//! Files instead of devices: drop an image or a video onto the window. A click opens a dialog, in browsers and, with
//! the feature `dialog`, on desktops.

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::{effects::Vignette, prelude::*};

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, open_dialog)
        .run()
}

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    commands.spawn(Text::new("Drop an image or a video here"));
    commands.spawn(AcceptDrops::default()).observe(show_file).observe(report);
    // The synthetic device is there until a file comes.
    let effects = EffectStack::new().with(Vignette::default());
    let track = commands
        .spawn((VideoTrack, TrackSource::synthetic(), effects))
        .observe(|failed: On<TrackFailed>, mut text: Single<&mut Text>| text.0 = failed.error.to_string())
        .observe(|ended: On<TrackEnded>, mut text: Single<&mut Text>| {
            text.0 = ended.error.as_ref().map_or("The end".into(), ToString::to_string);
        })
        .id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
}

/// Browsers open a dialog only in answer to a click or a key.
fn open_dialog(mut commands: Commands, buttons: Res<ButtonInput<MouseButton>>) {
    if buttons.just_pressed(MouseButton::Left) {
        commands.spawn(PickFile::default()).observe(show_file).observe(report);
    }
}

/// The file becomes the source of the track, which is requested again.
fn show_file(
    picked: On<FilePicked>,
    mut commands: Commands,
    track: Single<Entity, With<VideoTrack>>,
    mut text: Single<&mut Text>,
) {
    text.0 = format!("{} ({})", picked.file.name, picked.file.media_type);
    commands.entity(*track).insert((picked.file.source.clone(), VideoTrack));
}

fn report(failed: On<FilePickFailed>, mut text: Single<&mut Text>) {
    text.0 = failed.error.to_string();
}
