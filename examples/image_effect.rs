//! Effects on an image instead of a device: a photo that is drawn once, and again only if its effects change. The arrow
//! keys change them.

use bevy::{prelude::*, sprite::SpriteScalingMode};
use bevy_viewfinder::{
    effects::{Halftone, Vignette},
    prelude::*,
};

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, change)
        .run()
}

fn setup(mut commands: Commands, assets: Res<AssetServer>) {
    commands.spawn(Camera2d);
    commands.spawn(Text::new("Left, right: the size of the dots"));
    let photo = EffectInput(assets.load("pictures/eileen_collins.jpg"));
    let effects = EffectStack::new().with(Halftone::default()).with(Vignette::default());
    let output = commands
        .spawn((photo, effects))
        .observe(|broken: On<bevy_viewfinder::track::FrameCorrupted>| error!("{}", broken.error))
        .observe(|failed: On<EffectFailed>| error!("{}", failed.error))
        .id();
    // The output is shown like that of a track. Any `Handle<Image>` can be the input, also a render target.
    let image_mode = SpriteImageMode::Scale(SpriteScalingMode::FitCenter);
    commands.spawn((Sprite { image_mode, ..Sprite::sized(Vec2::splat(640.0)) }, ShowTrack(output)));
}

fn change(keys: Res<ButtonInput<KeyCode>>, time: Res<Time>, mut stack: Single<&mut EffectStack>) {
    let direction = match (keys.pressed(KeyCode::ArrowLeft), keys.pressed(KeyCode::ArrowRight)) {
        (true, false) => -1.0,
        (false, true) => 1.0,
        // A stack that is only read causes no work.
        _ => return,
    };
    if let Some(halftone) = stack.get_mut::<Halftone>() {
        halftone.size = (halftone.size * (direction * time.delta_secs()).exp()).clamp(2.0, 64.0);
    }
}
