//! Four tracks of one device, each with effects of its own. The device is opened once.

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::{
    effects::{Duotone, Edges, Kaleidoscope},
    prelude::*,
};

fn main() -> AppExit {
    App::new().add_plugins((DefaultPlugins, ViewfinderPlugins)).add_systems(Startup, setup).run()
}

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    let original = commands.spawn(VideoTrack).observe(use_synthetic).observe(clone_it).id();
    show(&mut commands, original, 0);
}

fn clone_it(live: On<TrackLive>, mut commands: Commands) {
    let stacks = [
        EffectStack::new().with(Duotone::default()),
        EffectStack::new().with(Kaleidoscope::default()),
        EffectStack::new().with(Edges::default()),
    ];
    for (stack, place) in stacks.into_iter().zip(1..) {
        let clone = commands.spawn((VideoTrack, CloneOf(live.entity), stack)).id();
        show(&mut commands, clone, place);
    }
}

/// Shows a track in one quarter of the window.
fn show(commands: &mut Commands, track: Entity, place: u32) {
    let size = Vec2::new(620.0, 348.0);
    let corner = Vec2::new((place % 2) as f32 - 0.5, 0.5 - (place / 2) as f32);
    let transform = Transform::from_translation((corner * (size + 12.0)).extend(0.0));
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FillCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(size) }, transform, ShowTrack(track)));
}

/// Without a webcam the example continues with a synthetic device.
fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    warn!("{}", failed.error);
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
