//! A desk with a printed marker, filmed by a camera of its own: what a webcam would see.

use bevy::prelude::*;
use bevy_viewfinder::marker::{families, marker_image};
use viewfinder_examples::{FILMED, film};

use super::{MARKER, SIDE};

/// The camera above the desk.
#[derive(Component)]
pub struct DeskCamera;

/// Builds the desk, and makes its picture the frames of a track that failed.
pub fn build(
    track: In<Entity>,
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    // The field of view is that of the default intrinsics.
    let camera = film(&mut commands, &mut images, *track, 60f32.to_radians());
    commands.entity(camera).insert(DeskCamera);

    let mut matte =
        |color: Color| materials.add(StandardMaterial { perceptual_roughness: 1.0, ..color.into() });
    let (wood, paper) = (matte(Color::srgb(0.45, 0.3, 0.18)), matte(Color::srgb(0.9, 0.9, 0.88)));
    // The picture of a marker of eight cells has ten: with its quiet zone.
    let print = marker_image(&families::TAG_36H11, MARKER).map(|picture| images.add(picture));
    let print = materials.add(StandardMaterial {
        base_color_texture: print,
        perceptual_roughness: 1.0,
        ..Color::srgb(0.95, 0.95, 0.95).into()
    });
    let flat = |size: Vec2| Plane3d::new(Vec3::Z, size / 2.0);
    for (size, material, height) in [
        (Vec2::new(3.0, 3.0), wood, -0.002),
        (Vec2::new(0.148, 0.21), paper, -0.001),
        (Vec2::splat(SIDE * 10.0 / 8.0), print, 0.0),
    ] {
        let place = Transform::from_xyz(0.0, 0.0, height);
        commands.spawn((Mesh3d(meshes.add(flat(size))), MeshMaterial3d(material), place, FILMED));
    }
    let lamp = DirectionalLight { illuminance: 7_000.0, ..default() };
    let from = Transform::from_xyz(0.5, 0.5, 1.0).looking_at(Vec3::ZERO, Vec3::Z);
    commands.spawn((lamp, from, FILMED));
}

/// Moves the camera as a hand would.
pub fn move_camera(time: Res<Time>, mut camera: Query<&mut Transform, With<DeskCamera>>) {
    let now = time.elapsed_secs();
    for mut transform in &mut camera {
        let around = -1.4 + 0.5 * (0.4 * now).sin();
        let (distance, height) = (0.3 + 0.04 * (0.7 * now).sin(), 0.28 + 0.03 * (0.9 * now).cos());
        let place = (Vec2::from_angle(around) * distance).extend(height);
        *transform = Transform::from_translation(place).looking_at(Vec3::new(0.0, 0.0, 0.04), Vec3::Z);
    }
}
