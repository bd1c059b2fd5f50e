//! The camera as the surface of things: a turning cube in front of a curved screen.

use std::f32::consts::PI;

use bevy::{
    asset::RenderAssetUsages,
    core_pipeline::tonemapping::Tonemapping,
    mesh::{Indices, PrimitiveTopology},
    prelude::*,
};
use bevy_viewfinder::prelude::*;

fn main() {
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugin))
        .insert_resource(ClearColor(Color::srgb(0.02, 0.02, 0.03)))
        .add_systems(Startup, setup)
        .add_systems(Update, turn)
        .run();
}

#[derive(Component)]
struct Turning;

fn setup(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    // The track draws into this image; anything that shows an image can show it.
    let picture = images.add(Image::default());
    commands.spawn((VideoTrack, TrackImage(picture.clone()))).observe(go_on_without_a_camera);

    // A surface that glows with the picture and reflects nothing has the picture's own colours.
    let screen = materials.add(StandardMaterial { unlit: true, ..StandardMaterial::from(picture.clone()) });
    commands.spawn((Mesh3d(meshes.add(curved_screen(6.0, 4.5, 2.2))), MeshMaterial3d(screen)));

    // One that glows with it and also reflects has gloss over them.
    let gloss = materials.add(StandardMaterial {
        base_color: Color::BLACK,
        emissive: LinearRgba::WHITE,
        emissive_texture: Some(picture),
        perceptual_roughness: 0.25,
        ..default()
    });
    commands.spawn((
        Turning,
        Mesh3d(meshes.add(Cuboid::from_length(1.5))),
        MeshMaterial3d(gloss),
        Transform::from_xyz(0.0, 0.0, 0.6),
    ));

    let ground = StandardMaterial { perceptual_roughness: 0.6, ..Color::srgb(0.16, 0.17, 0.2).into() };
    commands.spawn((
        Mesh3d(meshes.add(Circle::new(14.0))),
        MeshMaterial3d(materials.add(ground)),
        Transform::from_xyz(0.0, -1.4, 0.0).with_rotation(Quat::from_rotation_x(-PI / 2.0)),
    ));
    commands.spawn((
        PointLight { intensity: 900_000.0, shadow_maps_enabled: true, ..default() },
        Transform::from_xyz(3.0, 5.0, 4.0),
    ));
    commands.spawn((
        Camera3d::default(),
        // Colours as they are, without a film's look.
        Tonemapping::None,
        Transform::from_xyz(0.0, 0.9, 6.0).looking_at(Vec3::new(0.0, 0.1, 0.0), Vec3::Y),
    ));
}

fn turn(time: Res<Time>, mut turning: Query<&mut Transform, With<Turning>>) {
    for mut transform in &mut turning {
        let angle = time.elapsed_secs() * 0.5;
        transform.rotation = Quat::from_euler(EulerRot::XYZ, 0.35, angle, 0.0);
    }
}

/// A part of a cylinder's inner side, of this radius, width along the curve, and height. Like every picture in
/// Bevy, a track's has (0, 0) at its top left.
fn curved_screen(radius: f32, width: f32, height: f32) -> Mesh {
    const COLUMNS: u32 = 48;
    let mut positions = Vec::new();
    let mut normals = Vec::new();
    let mut uvs = Vec::new();
    for column in 0..=COLUMNS {
        let u = column as f32 / COLUMNS as f32;
        let (sin, cos) = ((u - 0.5) * width / radius).sin_cos();
        for (v, y) in [(0.0, height / 2.0), (1.0, -height / 2.0)] {
            positions.push([radius * sin, y, radius * (0.5 - cos)]);
            normals.push([-sin, 0.0, cos]);
            uvs.push([u, v]);
        }
    }
    let quad = |column| [0, 1, 2, 2, 1, 3].map(|corner| 2 * column + corner);
    Mesh::new(PrimitiveTopology::TriangleList, RenderAssetUsages::RENDER_WORLD)
        .with_inserted_attribute(Mesh::ATTRIBUTE_POSITION, positions)
        .with_inserted_attribute(Mesh::ATTRIBUTE_NORMAL, normals)
        .with_inserted_attribute(Mesh::ATTRIBUTE_UV_0, uvs)
        .with_inserted_indices(Indices::U32((0..COLUMNS).flat_map(quad).collect()))
}

fn go_on_without_a_camera(failed: On<TrackFailed>, mut commands: Commands) {
    let message = format!("No camera, so here is the synthetic one.\n{}", failed.error);
    warn!("{message}");
    commands.spawn((Text::new(message), BackgroundColor(Color::BLACK.with_alpha(0.7))));
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
