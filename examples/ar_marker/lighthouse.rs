//! A lighthouse of simple shapes, which stands on a marker.

use std::f32::consts::FRAC_PI_2;

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

/// The lamp, which turns.
#[derive(Component)]
pub struct Lamp;

/// Spawns the lighthouse as a child of a marker, with the sun, which follows the light of the track.
pub fn spawn(
    commands: &mut Commands,
    track: Entity,
    marker: Entity,
    meshes: &mut Assets<Mesh>,
    materials: &mut Assets<StandardMaterial>,
) {
    let mut paint =
        |color: Color| materials.add(StandardMaterial { perceptual_roughness: 0.8, ..color.into() });
    let (rock, sea) = (paint(Color::srgb(0.35, 0.33, 0.31)), paint(Color::srgb(0.08, 0.35, 0.5)));
    let (red, white) = (paint(Color::srgb(0.75, 0.08, 0.07)), paint(Color::srgb(0.92, 0.92, 0.9)));
    let lamp = materials.add(StandardMaterial {
        emissive: LinearRgba::rgb(12.0, 9.0, 3.0),
        ..Color::srgb(1.0, 0.9, 0.5).into()
    });

    // The z of a marker is out of the paper, and the y of Bevy's shapes is up.
    let upright = Transform::from_rotation(Quat::from_rotation_x(FRAC_PI_2));
    let house = commands.spawn((upright, Visibility::Inherited, ChildOf(marker))).id();
    let mut part = |mesh: Mesh, material: &Handle<StandardMaterial>, height: f32| {
        let place = Transform::from_xyz(0.0, height, 0.0);
        let model = (Mesh3d(meshes.add(mesh)), MeshMaterial3d(material.clone()));
        commands.spawn((model, place, ChildOf(house))).id()
    };
    part(Cylinder::new(0.036, 0.004).mesh().resolution(64).into(), &sea, 0.002);
    part(
        Sphere::new(0.026).mesh().ico(2).unwrap_or_else(|_| Cuboid::from_length(0.05).into()),
        &rock,
        -0.006,
    );
    let radius = |height: f32| 0.018 - 0.07 * (height - 0.02);
    for stripe in 0..5 {
        let bottom = 0.02 + 0.02 * stripe as f32;
        let shape =
            ConicalFrustum { radius_bottom: radius(bottom), radius_top: radius(bottom + 0.02), height: 0.02 };
        part(shape.mesh().resolution(32).into(), if stripe % 2 == 0 { &white } else { &red }, bottom + 0.01);
    }
    part(Cylinder::new(0.016, 0.003).into(), &rock, 0.1215);
    part(Cone::new(0.013, 0.014).into(), &red, 0.145);
    let lantern = part(Cuboid::new(0.016, 0.014, 0.008).into(), &lamp, 0.13);
    commands.entity(lantern).insert(Lamp);

    // As bright and of the color as the light on the paper of the marker.
    let sun = (DirectionalLight { shadow_maps_enabled: true, ..default() }, FollowLight::new(track, 9_000.0));
    let from = Transform::from_xyz(0.3, 0.6, 0.35).looking_at(Vec3::ZERO, Vec3::Y);
    let shadows = bevy::light::CascadeShadowConfigBuilder {
        num_cascades: 1,
        minimum_distance: 0.05,
        maximum_distance: 3.0,
        ..default()
    };
    commands.spawn((sun, from, shadows.build(), ChildOf(house)));
}

pub fn turn_lamp(time: Res<Time>, mut lamp: Single<&mut Transform, With<Lamp>>) {
    lamp.rotation = Quat::from_rotation_y(2.0 * time.elapsed_secs());
}
