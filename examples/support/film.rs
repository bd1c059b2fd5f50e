//! A rendered scene in place of a webcam.

use bevy::{
    camera::{RenderTarget, visibility::RenderLayers},
    prelude::*,
    render::render_resource::TextureFormat,
};
use bevy_viewfinder::prelude::*;

const SIZE: UVec2 = UVec2::new(1280, 720);

/// The layer that [`film`] sees: give it to all meshes and lights of the scene.
pub const FILMED: RenderLayers = RenderLayers::layer(1);

/// Spawns a camera with this horizontal field of view, in radians. Its picture becomes the frames of a track that
/// failed. Returns the camera.
pub fn film(commands: &mut Commands, images: &mut Assets<Image>, track: Entity, fov: f32) -> Entity {
    let image = images.add(Image::new_target_texture(SIZE.x, SIZE.y, TextureFormat::Rgba8UnormSrgb, None));
    commands.entity(track).remove::<VideoTrack>().insert(EffectInput(image.clone()));
    let vertical = 2.0 * ((fov / 2.0).tan() * SIZE.y as f32 / SIZE.x as f32).atan();
    let camera = (
        Camera3d::default(),
        Camera { order: -1, clear_color: Color::srgb(0.5, 0.55, 0.6).into(), ..default() },
        Projection::Perspective(PerspectiveProjection { fov: vertical, near: 0.01, ..default() }),
        RenderTarget::from(image),
        FILMED,
    );
    commands.spawn(camera).id()
}
