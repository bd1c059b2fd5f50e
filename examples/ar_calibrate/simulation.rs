//! A board that is held in front of a rendered camera.

use bevy::prelude::*;
use viewfinder_examples::{FILMED, film};

use super::board;

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
pub fn build(
    track: In<Entity>,
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    film(&mut commands, &mut images, *track, FIELD_OF_VIEW.to_radians());
    let size = board::SIZE * (WIDTH / board::SIZE.x);
    let print =
        StandardMaterial { base_color_texture: Some(images.add(board::image())), unlit: true, ..default() };
    commands.spawn((
        Held,
        Mesh3d(meshes.add(Rectangle::from_size(size))),
        MeshMaterial3d(materials.add(print)),
        Transform::default(),
        FILMED,
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
