//! Tracks in scenes that Bevy renders, and scenes that have effects.

use bevy::{
    camera::{ClearColorConfig, RenderTarget},
    core_pipeline::tonemapping::Tonemapping,
    prelude::*,
    render::render_resource::TextureFormat,
};
use bevy_viewfinder::{effects::*, photo::Photo, prelude::*};

use crate::stage::{Stage, default_plugins};

const SIZE: u32 = 64;

/// An image that Bevy's cameras render to, and its readback.
fn target(stage: &mut Stage, stack: EffectStack) -> (RenderTarget, Entity) {
    let image = Image::new_target_texture(SIZE, SIZE, TextureFormat::Rgba8UnormSrgb, None);
    let image = stage.app.world_mut().resource_mut::<Assets<Image>>().add(image);
    (image.clone().into(), stage.spawn((EffectInput(image), stack)))
}

/// Takes photos until this pixel is near this color.
#[track_caller]
fn until_pixel(stage: &mut Stage, reader: Entity, (x, y): (u32, u32), color: [u8; 3]) -> Photo {
    let mut last = None;
    for _ in 0..60 {
        let photo = stage.shoot(GrabFrame(reader));
        last = photo.pixel(x, y);
        if last.is_some_and(|pixel| pixel.iter().zip(color).all(|(seen, wanted)| seen.abs_diff(wanted) <= 4))
        {
            return photo;
        }
        stage.step();
    }
    panic!("{last:?} and not {color:?} at {x}, {y}");
}

#[test]
fn the_output_of_a_bevy_camera_has_effects() {
    let mut stage = Stage::of(default_plugins(), |_| {});
    let (target, reader) = target(&mut stage, EffectStack::new().with(Invert { amount: 1.0 }));
    let clear_color = ClearColorConfig::Custom(Color::srgb_u8(200, 100, 50));
    let camera = stage.spawn((Camera2d, Camera { clear_color, ..default() }, target));
    until_pixel(&mut stage, reader, (9, 9), [55, 155, 205]);
    // It is drawn again by itself.
    let mut camera = stage.app.world_mut().get_mut::<Camera>(camera).expect("it is there");
    camera.clear_color = ClearColorConfig::Custom(Color::srgb_u8(0, 255, 0));
    until_pixel(&mut stage, reader, (9, 9), [255, 0, 255]);
}

#[test]
fn keyed_out_areas_of_a_track_show_the_scene_behind() {
    let mut stage = Stage::of(default_plugins(), |_| {});
    let (target, reader) = target(&mut stage, EffectStack::new());

    // An unlit blue wall, which fills the view of a 3D camera.
    let world = stage.app.world_mut();
    let wall = world.resource_mut::<Assets<Mesh>>().add(Rectangle::new(100.0, 100.0));
    let paint = world.resource_mut::<Assets<StandardMaterial>>().add(StandardMaterial {
        base_color: Color::srgb_u8(40, 80, 240),
        unlit: true,
        ..default()
    });
    stage.spawn((Mesh3d(wall), MeshMaterial3d(paint), Transform::from_xyz(0.0, 0.0, -5.0)));
    stage.spawn((Camera3d::default(), Tonemapping::None, Msaa::Off, target.clone()));

    // In front of it a person in red before a green screen.
    let key = ChromaKey { key_color: Color::srgb_u8(0, 255, 0).into(), ..default() };
    let (track, script) = stage.live(EffectStack::new().with(key));
    let image = stage.get::<TrackImage>(track).expect("its picture").0;
    stage.spawn((Sprite { image, custom_size: Some(Vec2::splat(SIZE as f32)), ..default() },));
    let over = Camera { order: 1, clear_color: ClearColorConfig::None, ..default() };
    stage.spawn((Camera2d, over, Tonemapping::None, Msaa::Off, target));

    script.solid([200, 30, 20]);
    script.frame();
    until_pixel(&mut stage, reader, (32, 32), [200, 30, 20]);
    script.solid([0, 255, 0]);
    script.frame();
    until_pixel(&mut stage, reader, (32, 32), [40, 80, 240]);
}
