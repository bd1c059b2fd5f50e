//! The tray, the marble and the coins.

use bevy::{light::CascadeShadowConfigBuilder, prelude::*};
use bevy_viewfinder::prelude::*;

use super::play::{COINS, Game};

/// Half of the tray's inside, in meters.
pub const HALF: f32 = 0.062;
/// The radius of the marble.
pub const MARBLE: f32 = 0.0075;
/// The radius of a coin.
pub const COIN: f32 = 0.0065;

const FLOOR: f32 = 0.004;
const RIM: Vec2 = Vec2::new(0.006, 0.014);

#[derive(Component)]
pub struct Marble;

/// The coin with this index.
#[derive(Component)]
pub struct Coin(usize);

/// Spawns the tray as a child of a marker, with a lamp that follows the light of the track.
pub fn spawn(
    commands: &mut Commands,
    track: Entity,
    marker: Entity,
    meshes: &mut Assets<Mesh>,
    materials: &mut Assets<StandardMaterial>,
) {
    let mut paint = |color: Color, perceptual_roughness: f32, metallic: f32| {
        MeshMaterial3d(materials.add(StandardMaterial { perceptual_roughness, metallic, ..color.into() }))
    };
    let felt = paint(Color::srgb(0.10, 0.30, 0.42), 1.0, 0.0);
    let wood = paint(Color::srgb(0.55, 0.33, 0.16), 0.7, 0.0);
    let glass = paint(Color::srgb(0.95, 0.28, 0.22), 0.15, 0.0);
    let gold = paint(Color::srgb(1.0, 0.76, 0.20), 0.35, 0.3);

    // The z of a marker is out of the paper.
    let outside = 2.0 * (HALF + RIM.x);
    let floor = Mesh3d(meshes.add(Cuboid::new(2.0 * HALF, 2.0 * HALF, FLOOR)));
    commands.spawn((floor, felt, Transform::from_xyz(0.0, 0.0, FLOOR / 2.0), ChildOf(marker)));
    let (middle, height) = (HALF + RIM.x / 2.0, RIM.y / 2.0);
    let along = meshes.add(Cuboid::new(outside, RIM.x, RIM.y));
    let across = meshes.add(Cuboid::new(RIM.x, outside, RIM.y));
    for (mesh, place) in [
        (&along, Vec3::new(0.0, middle, height)),
        (&along, Vec3::new(0.0, -middle, height)),
        (&across, Vec3::new(middle, 0.0, height)),
        (&across, Vec3::new(-middle, 0.0, height)),
    ] {
        let place = Transform::from_translation(place);
        commands.spawn((Mesh3d(mesh.clone()), wood.clone(), place, ChildOf(marker)));
    }
    let ball = Sphere::new(MARBLE).mesh().uv(48, 24);
    commands.spawn((Marble, Mesh3d(meshes.add(ball)), glass, Transform::default(), ChildOf(marker)));
    let coin = meshes.add(Cylinder::new(COIN, 0.002).mesh().resolution(40));
    for index in 0..COINS {
        commands.spawn((
            Coin(index),
            Mesh3d(coin.clone()),
            gold.clone(),
            Transform::default(),
            ChildOf(marker),
        ));
    }

    // As bright and of the color as the light on the paper of the marker.
    // The things are of millimeters: the usual bias would swallow their shadows.
    let lamp = DirectionalLight {
        shadow_maps_enabled: true,
        shadow_depth_bias: 0.001,
        shadow_normal_bias: 0.6,
        ..default()
    };
    let from = Transform::from_xyz(0.3, 0.35, 0.8).looking_at(Vec3::ZERO, Vec3::Z);
    let shadows = CascadeShadowConfigBuilder {
        num_cascades: 1,
        minimum_distance: 0.05,
        maximum_distance: 1.2,
        ..default()
    };
    commands.spawn((lamp, FollowLight::new(track, 9_000.0), from, shadows.build(), ChildOf(marker)));
}

/// Moves marble and coins to where the game has them. Coins stand upright and turn.
pub fn show(
    game: Res<Game>,
    time: Res<Time>,
    mut marble: Single<&mut Transform, (With<Marble>, Without<Coin>)>,
    mut coins: Query<(&Coin, &mut Transform, &mut Visibility), Without<Marble>>,
) {
    marble.translation = game.marble.extend(FLOOR + MARBLE);
    for (coin, mut transform, mut visibility) in &mut coins {
        let place = game.coins[coin.0];
        transform.rotation = Quat::from_rotation_z(1.5 * time.elapsed_secs() + coin.0 as f32);
        transform.translation = place.unwrap_or_default().extend(FLOOR + COIN);
        visibility.set_if_neq(if place.is_some() { Visibility::Inherited } else { Visibility::Hidden });
    }
}
