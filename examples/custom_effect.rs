//! An effect of your own: a struct with its parameters, and one WGSL function in `assets/shaders/plasma.wgsl`. Edit
//! that file while this runs: the effect is reloaded. The up and down keys change a parameter.

use bevy::{prelude::*, render::render_resource::ShaderType, sprite::SpriteScalingMode};
use bevy_viewfinder::{
    effect::{EffectShader, Parameter},
    effects::*,
    prelude::*,
};
use viewfinder_examples::fail;

/// Colors the frame with a moving plasma.
#[derive(Clone, Debug, Reflect, ShaderType)]
struct Plasma {
    /// The strength: 0 leaves the frame unchanged, 1 shows the plasma alone.
    #[reflect(@Parameter::new(0.0, 1.0))]
    amount: f32,
    /// The size of the waves, above 0.
    #[reflect(@Parameter::new(0.1, 10.0))]
    scale: f32,
    /// The brightest point, from the upper left corner (0, 0) to the lower right corner (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    point: Vec2,
}

impl Effect for Plasma {
    const KIND: EffectKind = EffectKind::Color;
    const ANIMATED: bool = true;

    fn shader() -> EffectShader {
        "shaders/plasma.wgsl".into()
    }
}

impl Default for Plasma {
    fn default() -> Self {
        Self { amount: 0.8, scale: 1.0, point: Vec2::splat(0.5) }
    }
}

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    // Bevy's feature `file_watcher` reloads assets that change.
    let assets = AssetPlugin { watch_for_changes_override: Some(true), ..default() };
    App::new()
        .add_plugins((DefaultPlugins.set(assets), ViewfinderPlugins, EffectPlugin::<Plasma>::default()))
        .add_systems(Startup, setup)
        .add_systems(Update, press_keys)
        .run()
}

fn setup(mut commands: Commands) {
    commands.spawn(Camera2d);
    commands.spawn(Text::new("Up, down: the size of the waves"));
    let track = commands
        .spawn((VideoTrack, EffectStack::new().with(Plasma::default()).with(Vignette::default())))
        .observe(|failed: On<EffectFailed>, mut text: Single<&mut Text>| text.0 = failed.error.to_string())
        .observe(use_synthetic)
        .id();
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::new(960.0, 540.0)) }, ShowTrack(track)));
}

fn press_keys(keys: Res<ButtonInput<KeyCode>>, time: Res<Time>, mut stack: Single<&mut EffectStack>) {
    let pressed = |key| if keys.pressed(key) { time.delta_secs() } else { 0.0 };
    let growth = pressed(KeyCode::ArrowUp) - pressed(KeyCode::ArrowDown);
    if let Some(plasma) = stack.get_mut::<Plasma>() {
        plasma.scale = (plasma.scale * growth.exp()).clamp(0.1, 10.0);
    }
}

/// Without a webcam the example continues with a synthetic device.
fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    warn!("{}", failed.error);
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
