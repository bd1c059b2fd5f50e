//! A 3D scene in front of a webcam: a ring that turns, and a ball of glass that refracts the frame.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use viewfinder_examples::fail;

/// The field of view along the longer side of the frame, in degrees: that of usual webcams.
const FIELD_OF_VIEW: f64 = 65.0;

fn main() -> AppExit {
    if let Err(error) = require_gpu(&default()) {
        return fail(&error);
    }
    App::new()
        .add_plugins((DefaultPlugins, ViewfinderPlugins))
        .add_systems(Startup, setup)
        .add_systems(Update, turn)
        .run()
}

#[derive(Component)]
struct Turning;

fn setup(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) -> Result {
    // The Bevy camera gets the projection of the webcam, and is mirrored if the webcam's track is.
    let intrinsics = CameraIntrinsics::from_fov(FIELD_OF_VIEW.to_radians())?;
    let constraints = VideoConstraints::new().width(1280);
    let track = commands.spawn((VideoTrack, constraints, intrinsics)).observe(use_synthetic).id();
    commands.spawn((Camera3d::default(), CameraBackground::new(track)));

    // Half a meter in front of the webcam.
    let ring = StandardMaterial { perceptual_roughness: 0.35, ..Color::srgb(0.95, 0.55, 0.1).into() };
    commands.spawn((
        Turning,
        Mesh3d(meshes.add(Torus::new(0.08, 0.12))),
        MeshMaterial3d(materials.add(ring)),
        Transform::from_xyz(0.0, 0.0, -0.5),
    ));
    let glass = StandardMaterial {
        specular_transmission: 1.0,
        thickness: 0.1,
        ior: 1.5,
        perceptual_roughness: 0.05,
        ..default()
    };
    commands.spawn((
        Mesh3d(meshes.add(Sphere::new(0.06).mesh().ico(6)?)),
        MeshMaterial3d(materials.add(glass)),
        Transform::from_xyz(0.0, 0.0, -0.5),
    ));
    let light = DirectionalLight { illuminance: 8_000.0, shadow_maps_enabled: true, ..default() };
    commands.spawn((light, Transform::default().looking_to(Vec3::new(0.5, -1.0, -0.7), Vec3::Y)));
    Ok(())
}

fn turn(time: Res<Time>, mut turning: Single<&mut Transform, With<Turning>>) {
    turning.rotation = Quat::from_euler(EulerRot::XYZ, 1.1, 0.0, 0.8 * time.elapsed_secs());
}

fn use_synthetic(failed: On<TrackFailed>, mut commands: Commands) {
    let message = format!("No webcam: this is a synthetic device.\n{}", failed.error);
    warn!("{message}");
    commands.spawn((Text::new(message), BackgroundColor(Color::BLACK.with_alpha(0.7))));
    commands.entity(failed.entity).insert((VideoTrack, TrackSource::synthetic()));
}
