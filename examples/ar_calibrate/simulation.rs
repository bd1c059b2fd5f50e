//! A board that is held in front of a rendered camera.

use bevy::{
    camera::{RenderTarget, visibility::RenderLayers},
    prelude::*,
    render::render_resource::TextureFormat,
};
use bevy_viewfinder::prelude::*;

use super::board;

const SIZE: UVec2 = UVec2::new(1280, 720);

/// The horizontal field of view of the rendered camera, in degrees: the result of the calibration.
const FIELD_OF_VIEW: f32 = 64.0;

/// The width of the board, in meters.
const WIDTH: f32 = 0.28;

/// The time that the board is held at one place, in seconds.
const HELD: f32 = 0.7;

/// The board.
#[derive(Component)]
pub struct Held;

/// Builds the board, and makes its picture the frames of a track that failed.
pub fn film(
    track: In<Entity>,
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    let layer = RenderLayers::layer(1);
    let image = images.add(Image::new_target_texture(SIZE.x, SIZE.y, TextureFormat::Rgba8UnormSrgb, None));
    let fov = 2.0 * ((FIELD_OF_VIEW / 2.0).to_radians().tan() * SIZE.y as f32 / SIZE.x as f32).atan();
    commands.spawn((
        Camera3d::default(),
        Camera { order: -1, clear_color: Color::srgb(0.45, 0.5, 0.55).into(), ..default() },
        Projection::Perspective(PerspectiveProjection { fov, near: 0.01, ..default() }),
        RenderTarget::from(image.clone()),
        layer.clone(),
    ));
    commands.entity(*track).remove::<VideoTrack>().insert(EffectInput(image));

    let size = board::SIZE * (WIDTH / board::SIZE.x);
    let print =
        StandardMaterial { base_color_texture: Some(images.add(board::image())), unlit: true, ..default() };
    commands.spawn((
        Held,
        Mesh3d(meshes.add(Rectangle::from_size(size))),
        MeshMaterial3d(materials.add(print)),
        Transform::default(),
        layer,
    ));
}

/// Holds the board at one place after the other.
pub fn move_board(time: Res<Time>, mut board: Query<&mut Transform, With<Held>>) {
    for mut transform in &mut board {
        let step = (time.elapsed_secs() / HELD).floor();
        // A sequence that doesn't repeat soon, and fills the frame evenly.
        let [a, b, c] = [0.755, 0.570, 0.430].map(|part: f32| (part * step).fract() - 0.5);
        let place = Vec3::new(0.26 * a, 0.14 * b, -0.42 - 0.1 * c);
        let rotation = Quat::from_euler(EulerRot::YXZ, 1.3 * b, 1.2 * c, 0.6 * a);
        transform.set_if_neq(Transform::from_translation(place).with_rotation(rotation));
    }
}
