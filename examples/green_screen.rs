//! A green screen: the key makes one color transparent, and an image fills the gaps. Click a color to make it the key.

use bevy::{math::Rect, prelude::*};
use bevy_viewfinder::{
    effect::EffectColor,
    effects::{Background, ChromaKey, DropShadow},
    prelude::*,
};

const SIZE: Vec2 = Vec2::new(960.0, 540.0);

fn main() -> AppExit {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, pick_color)
        .run()
}

fn setup(mut commands: Commands, assets: Res<AssetServer>) {
    commands.spawn(Camera2d);
    commands.spawn(Text::new("Click the color that becomes the background"));
    // The key leaves holes, the shadow falls on what is behind, and the background fills what is left.
    let sunset = Background { image: assets.load("pictures/sunset.png").into(), ..default() };
    let effects = EffectStack::new().with(ChromaKey::default()).with(DropShadow::default()).with(sunset);
    let constraints = VideoConstraints::new().width(1280).height(720);
    let track = commands.spawn((VideoTrack, constraints, effects)).observe(use_synthetic).id();
    commands.spawn((Sprite::sized(SIZE), ShowTrack(track)));
}

/// Takes a photo without effects at each click, and the key's color from it.
fn pick_color(
    mut commands: Commands,
    buttons: Res<ButtonInput<MouseButton>>,
    window: Single<&Window>,
    camera: Single<(&Camera, &GlobalTransform)>,
    track: Single<Entity, With<VideoTrack>>,
) {
    let (camera, transform) = *camera;
    let Some(cursor) = window.cursor_position().filter(|_| buttons.just_pressed(MouseButton::Left)) else {
        return;
    };
    let Ok(place) = camera.viewport_to_world_2d(transform, cursor) else { return };
    if !Rect::from_center_size(Vec2::ZERO, SIZE).contains(place) {
        return;
    }
    let uv = place / SIZE * Vec2::new(1.0, -1.0) + 0.5;
    let pick = move |taken: On<PhotoTaken>, mut stack: Single<&mut EffectStack>| {
        let UVec2 { x, y } = (uv * taken.photo.size.as_vec2()).as_uvec2();
        if let (Some([r, g, b, _]), Some(key)) = (taken.photo.pixel(x, y), stack.get_mut::<ChromaKey>()) {
            key.key_color =
                EffectColor::rgb(f32::from(r) / 255.0, f32::from(g) / 255.0, f32::from(b) / 255.0);
        }
    };
    let options = PhotoOptions::new().effects(false).mirrored(true);
    commands.spawn((GrabFrame(*track), options)).observe(pick);
}

/// Without a webcam the example continues with a synthetic device.
fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    warn!("{}", failed.error);
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
