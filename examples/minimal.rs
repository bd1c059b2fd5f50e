//! A webcam that fills the window, in sepia. Without a webcam the window shows the reason, and a synthetic device.

use bevy::{
    camera::ScalingMode,
    prelude::*,
    sprite::SpriteScalingMode,
    text::{TextBackgroundColor, TextBounds},
};
use bevy_viewfinder::{effects::*, prelude::*};
use viewfinder_examples::fail;

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new().add_plugins((DefaultPlugins, ViewfinderPlugins)).add_systems(Startup, setup).run()
}

fn setup(mut commands: Commands) {
    let effects = EffectStack::new().with(Sepia { amount: 0.6 }).with(Vignette::default());
    let track = commands
        .spawn((VideoTrack, VideoConstraints::new().width(1280), effects))
        .observe(use_synthetic)
        .id();

    // The window shows at most 16 by 9 units. The sprite covers all of them.
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FillCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(16.0, 9.0)) }, ShowTrack(track)));
    let scaling_mode = ScalingMode::AutoMax { max_width: 16.0, max_height: 9.0 };
    let projection = OrthographicProjection { scaling_mode, ..OrthographicProjection::default_2d() };
    commands.spawn((Camera2d, Projection::from(projection)));
}

fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    let message = format!("No webcam: this is a synthetic device.\n{}", failed.error);
    warn!("{message}");
    let background = TextBackgroundColor(Color::BLACK.with_alpha(0.7));
    // Narrow enough for a phone.
    let place = Transform::from_xyz(0.0, 0.0, 1.0).with_scale(Vec3::splat(0.0125));
    commands.spawn((Text2d::new(message), TextBounds::new_horizontal(340.0), background, place));
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
