//! A webcam on the surfaces of a 3D scene: a rotating cube in front of a curved screen.

use std::f32::consts::FRAC_PI_2;

use bevy::{
    asset::RenderAssetUsages,
    core_pipeline::tonemapping::Tonemapping,
    math::{Affine2, vec2},
    mesh::{Indices, PrimitiveTopology},
    prelude::*,
};
use bevy_viewfinder::prelude::*;
use viewfinder_examples::fail;

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins, TrackMaterialPlugin::<StandardMaterial>::default()))
        .insert_resource(ClearColor(Color::srgb(0.02, 0.02, 0.035)))
        .add_systems(Startup, setup)
        .add_systems(Update, turn)
        .run()
}

#[derive(Component)]
struct Turning;

fn setup(
    mut commands: Commands,
    mut images: ResMut<Assets<Image>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    // The track is drawn into this image, which can be the texture of any material.
    let output = images.add(Image::default());
    commands
        .spawn((VideoTrack, VideoConstraints::new().width(1280), Mirroring::Off, TrackImage(output.clone())))
        .observe(use_synthetic);

    // An unlit surface shows the colors of the track.
    let screen = StandardMaterial { unlit: true, ..StandardMaterial::from(output.clone()) };
    commands.spawn((
        Mesh3d(meshes.add(curved_screen(4.5, 7.2, 4.05))),
        MeshMaterial3d(materials.add(screen)),
        Transform::from_xyz(0.0, 0.95, 0.0),
    ));
    // A lit surface adds reflections.
    let gloss = materials.add(StandardMaterial {
        base_color: Color::BLACK,
        emissive: LinearRgba::WHITE,
        emissive_texture: Some(output),
        perceptual_roughness: 0.3,
        // A square in the middle of the wide frame.
        uv_transform: Affine2::from_translation(vec2(3.5 / 16.0, 0.0))
            * Affine2::from_scale(vec2(9.0 / 16.0, 1.0)),
        ..default()
    });
    let side = meshes.add(Rectangle::from_length(1.5));
    let cube = commands.spawn((Turning, Transform::from_xyz(1.9, 0.05, 1.7), Visibility::default())).id();
    let around = [0.0, 1.0, 2.0, 3.0].map(|turns| Quat::from_rotation_y(turns * FRAC_PI_2));
    for turn in around.into_iter().chain([-1.0, 1.0].map(|turns| Quat::from_rotation_x(turns * FRAC_PI_2))) {
        let place = Transform::from_rotation(turn) * Transform::from_xyz(0.0, 0.0, 0.75);
        commands.spawn((Mesh3d(side.clone()), MeshMaterial3d(gloss.clone()), place, ChildOf(cube)));
    }

    let ground = StandardMaterial { perceptual_roughness: 0.55, ..Color::srgb(0.3, 0.3, 0.36).into() };
    commands.spawn((
        Mesh3d(meshes.add(Circle::new(20.0))),
        MeshMaterial3d(materials.add(ground)),
        Transform::from_xyz(0.0, -1.35, 0.0).with_rotation(Quat::from_rotation_x(-FRAC_PI_2)),
    ));
    commands.spawn((
        PointLight { intensity: 1_500_000.0, shadow_maps_enabled: true, ..default() },
        Transform::from_xyz(-3.0, 6.0, 5.0),
    ));
    // The light of the screen on the ground.
    commands.spawn((
        PointLight { intensity: 250_000.0, color: Color::srgb(1.0, 0.5, 0.55), ..default() },
        Transform::from_xyz(0.0, 0.0, 0.0),
    ));
    commands.spawn((
        Camera3d::default(),
        // Keeps the colors of the track.
        Tonemapping::None,
        Transform::from_xyz(-0.6, 1.1, 7.2).looking_at(Vec3::new(0.15, 0.5, 0.0), Vec3::Y),
    ));
}

fn turn(time: Res<Time>, mut turning: Single<&mut Transform, With<Turning>>) {
    turning.rotation = Quat::from_euler(EulerRot::XYZ, 0.4, 0.5 * time.elapsed_secs() - 0.9, 0.0);
}

/// A part of a cylinder's inner side, with a radius, a width along the curve, and a height. UV (0, 0) is the upper left
/// corner.
fn curved_screen(radius: f32, width: f32, height: f32) -> Mesh {
    const COLUMNS: u32 = 48;
    let (mut positions, mut normals, mut uvs) = (Vec::new(), Vec::new(), Vec::new());
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

fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    let message = format!("No webcam: this is a synthetic device.\n{}", failed.error);
    warn!("{message}");
    commands.spawn((Text::new(message), BackgroundColor(Color::BLACK.with_alpha(0.7))));
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
