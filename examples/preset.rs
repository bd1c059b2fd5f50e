//! Presets are stacks of effects in files. The arrow keys go through those of `assets/presets`; a file that you edit
//! meanwhile is applied at once.

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::{effect::ShowPreset, effects::PRESETS, prelude::*};

fn main() -> AppExit {
    // Bevy's feature `file_watcher` watches assets.
    let assets = AssetPlugin { watch_for_changes_override: Some(true), ..default() };
    App::new()
        .add_plugins((DefaultPlugins.set(assets), ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, choose)
        .run()
}

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    commands.spawn(Text::new("Left, right: a preset"));
    let track = commands
        .spawn(VideoTrack)
        .observe(|failed: On<EffectFailed>, mut text: Single<&mut Text>| text.0 = failed.error.to_string())
        .observe(use_synthetic)
        .id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
}

fn choose(
    mut commands: Commands,
    assets: Res<AssetServer>,
    keys: Res<ButtonInput<KeyCode>>,
    track: Single<Entity, With<VideoTrack>>,
    mut text: Single<&mut Text>,
    mut index: Local<usize>,
) {
    let step = match (keys.just_pressed(KeyCode::ArrowLeft), keys.just_pressed(KeyCode::ArrowRight)) {
        (true, _) => PRESETS.len() - 1,
        (_, true) => 1,
        _ => return,
    };
    *index = (*index + step) % PRESETS.len();
    let (name, _) = PRESETS[*index];
    let path = format!("presets/{name}.preset.ron");
    text.0 = format!("Left, right: a preset\nassets/{path}");
    commands.entity(*track).insert(ShowPreset(assets.load(path)));
}

/// Without a webcam the example continues with a synthetic device.
fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    warn!("{}", failed.error);
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
