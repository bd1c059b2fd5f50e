//! Bubbles from open mouths.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

/// The number by which a mouth counts as open.
const OPEN: f32 = 0.45;

/// The time between two bubbles, and the life of one, in seconds.
const PAUSE: f32 = 0.09;
const LIFE: f32 = 1.8;

/// A bubble, with its age in seconds.
#[derive(Component)]
pub struct Bubble {
    age: f32,
    velocity: Vec3,
}

/// The mesh and the materials of bubbles, and their number so far.
#[derive(Default)]
pub struct Blower {
    mesh: Option<Handle<Mesh>>,
    colors: Vec<Handle<StandardMaterial>>,
    count: usize,
    waited: f32,
}

/// Blows bubbles out of mouths that are open.
pub fn blow(
    mut commands: Commands,
    mut blower: Local<Blower>,
    time: Res<Time>,
    faces: Query<(&FaceExpressions, &GlobalTransform), With<Face>>,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
) {
    blower.waited += time.delta_secs();
    if blower.waited < PAUSE {
        return;
    }
    for (expressions, face) in &faces {
        if expressions.mouth_open < OPEN {
            continue;
        }
        blower.waited = 0.0;
        let mesh = blower.mesh.get_or_insert_with(|| meshes.add(Sphere::new(0.012))).clone();
        if blower.colors.is_empty() {
            let color = |hue: usize| StandardMaterial {
                base_color: Color::hsla(60.0 * hue as f32, 0.9, 0.7, 0.65),
                alpha_mode: AlphaMode::Blend,
                perceptual_roughness: 0.1,
                ..default()
            };
            blower.colors = (0..6).map(|hue| materials.add(color(hue))).collect();
        }
        blower.count += 1;
        // The golden angle spreads them.
        let (sin, cos) = (2.4 * blower.count as f32).sin_cos();
        let mouth = face.transform_point(Vec3::new(0.0, -0.043, 0.062));
        let forward = face.rotation() * Vec3::new(0.35 * cos, 0.25 + 0.2 * sin, 0.5);
        commands.spawn((
            Bubble { age: 0.0, velocity: 0.22 * forward },
            Mesh3d(mesh),
            MeshMaterial3d(blower.colors[blower.count % blower.colors.len()].clone()),
            Transform::from_translation(mouth).with_scale(Vec3::splat(0.3)),
        ));
    }
}

/// Moves bubbles until they burst.
pub fn rise(
    mut commands: Commands,
    time: Res<Time>,
    mut bubbles: Query<(Entity, &mut Bubble, &mut Transform)>,
) {
    let passed = time.delta_secs();
    for (entity, mut bubble, mut transform) in &mut bubbles {
        bubble.age += passed;
        if bubble.age > LIFE {
            commands.entity(entity).despawn();
            continue;
        }
        bubble.velocity += passed * Vec3::new(0.0, 0.12, 0.0);
        transform.translation += passed * bubble.velocity;
        transform.scale = Vec3::splat((0.3 + 2.0 * bubble.age).min(1.4));
    }
}
