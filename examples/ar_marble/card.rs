//! A card with the marker in front of a rendered camera, tilted by the pointer.

use bevy::{prelude::*, window::PrimaryWindow};
use bevy_viewfinder::marker::{families, marker_image};
use viewfinder_examples::{FILMED, film};

use super::{MARKER, SIDE};

/// The largest tilt, in radians.
const TILT: f32 = 0.4;

/// The card.
#[derive(Component)]
pub struct Card;

/// Builds the scene, and makes its picture the frames of a track that failed.
pub fn build(
    track: In<Entity>,
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    // The field of view is that of the default intrinsics.
    let camera = film(&mut commands, &mut images, *track, 60f32.to_radians());
    let place = Transform::from_xyz(0.0, -0.22, 0.26).looking_at(Vec3::new(0.0, 0.0, 0.01), Vec3::Z);
    commands.entity(camera).insert(place);

    let matte = |color: Color| StandardMaterial { perceptual_roughness: 1.0, ..color.into() };
    let mut flat = |size: Vec2| Mesh3d(meshes.add(Plane3d::new(Vec3::Z, size / 2.0)));
    let table = MeshMaterial3d(materials.add(matte(Color::srgb(0.20, 0.32, 0.30))));
    commands.spawn((flat(Vec2::splat(4.0)), table, Transform::from_xyz(0.0, 0.0, -0.12), FILMED));
    let paper = MeshMaterial3d(materials.add(matte(Color::srgb(0.92, 0.92, 0.9))));
    // The picture of a marker of eight cells has ten: with its quiet zone.
    let print = marker_image(&families::TAG_36H11, MARKER).map(|picture| images.add(picture));
    let print = StandardMaterial { base_color_texture: print, ..matte(Color::srgb(0.95, 0.95, 0.95)) };
    let print = (
        flat(Vec2::splat(SIDE * 10.0 / 8.0)),
        MeshMaterial3d(materials.add(print)),
        Transform::from_xyz(0.0, 0.0, 0.001),
        FILMED,
    );
    commands.spawn((Card, flat(Vec2::splat(0.15)), paper, FILMED, children![print]));
    let lamp = DirectionalLight { illuminance: 7_000.0, ..default() };
    commands.spawn((lamp, Transform::from_xyz(0.4, 0.3, 1.0).looking_at(Vec3::ZERO, Vec3::Z), FILMED));
}

/// Tilts the card toward the pointer, as a hand would.
pub fn tilt(
    time: Res<Time>,
    window: Option<Single<&Window, With<PrimaryWindow>>>,
    mut cards: Query<&mut Transform, With<Card>>,
) {
    let Some(window) = window else { return };
    for mut card in &mut cards {
        let pointer =
            window.cursor_position().map_or(Vec2::ZERO, |pointer| pointer / window.size() * 2.0 - 1.0);
        let wanted = Quat::from_euler(EulerRot::XYZ, TILT * pointer.y, TILT * pointer.x, 0.0);
        let step = 1.0 - (-8.0 * time.delta_secs()).exp();
        card.rotation = card.rotation.slerp(wanted, step);
    }
}
