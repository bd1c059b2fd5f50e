//! Things that faces wear. Lengths are in meters on an average head, from its middle.

use std::f32::consts::PI;

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use viewfinder_examples::Chosen;

use crate::{NAMES, paint};

/// The meshes and materials of the things.
#[derive(Resource)]
pub struct Props {
    ring: Handle<Mesh>,
    lens: Handle<Mesh>,
    bridge: Handle<Mesh>,
    cone: Handle<Mesh>,
    ball: Handle<Mesh>,
    frame: Handle<StandardMaterial>,
    glass: Handle<StandardMaterial>,
    paper: Handle<StandardMaterial>,
    wool: Handle<StandardMaterial>,
    hair: Handle<StandardMaterial>,
    tiger: Handle<StandardMaterial>,
    temple: Handle<Mesh>,
    sphere: Handle<Mesh>,
}

pub fn load(
    mut commands: Commands,
    mut meshes: ResMut<Assets<Mesh>>,
    mut materials: ResMut<Assets<StandardMaterial>>,
    mut images: ResMut<Assets<Image>>,
) {
    let mut matte = |color: Color| {
        materials.add(StandardMaterial { base_color: color, perceptual_roughness: 0.55, ..default() })
    };
    let (frame, wool, hair) = (
        matte(Color::srgb(0.93, 0.24, 0.28)),
        matte(Color::srgb(1.0, 0.85, 0.3)),
        matte(Color::srgb(0.16, 0.10, 0.07)),
    );
    let painted = |image: Image, unlit| StandardMaterial {
        base_color_texture: Some(images.add(image)),
        unlit,
        ..default()
    };
    let mut painted = painted;
    let tiger = StandardMaterial { alpha_mode: AlphaMode::Blend, ..painted(paint::tiger(), true) };
    let paper = painted(paint::stripes(), false);
    let glass = StandardMaterial {
        base_color: Color::srgba(0.10, 0.12, 0.30, 0.72),
        perceptual_roughness: 0.1,
        alpha_mode: AlphaMode::Blend,
        ..default()
    };
    commands.insert_resource(Props {
        ring: meshes.add(Torus { minor_radius: 0.0030, major_radius: 0.0255 }),
        lens: meshes.add(Circle::new(0.0250)),
        bridge: meshes.add(Capsule3d::new(0.0026, 0.012)),
        cone: meshes.add(Cone::new(0.062, 0.17)),
        ball: meshes.add(Sphere::new(0.020)),
        temple: meshes.add(Capsule3d::new(0.0024, 0.10)),
        sphere: meshes.add(Sphere::new(1.0)),
        frame,
        glass: materials.add(glass),
        paper: materials.add(paper),
        wool,
        hair,
        tiger: materials.add(tiger),
    });
}

/// Dresses a face that came.
pub fn dress(
    found: On<FaceFound>,
    mut commands: Commands,
    faces: Query<&Face>,
    props: Res<Props>,
    chosen: Res<Chosen>,
) {
    if let Ok(face) = faces.get(found.entity) {
        put_on(&mut commands, found.entity, face.tracker, NAMES[chosen.0], &props);
    }
}

/// Dresses all faces anew.
pub fn change(mut commands: Commands, faces: Query<(Entity, &Face)>, props: Res<Props>, chosen: Res<Chosen>) {
    for (entity, face) in &faces {
        commands.entity(entity).despawn_children();
        put_on(&mut commands, entity, face.tracker, NAMES[chosen.0], &props);
    }
}

/// Spawns a thing as the children of a face.
fn put_on(commands: &mut Commands, face: Entity, track: Entity, name: &str, props: &Props) {
    // The head hides what is behind it: its face, and a ball in place of the rest.
    let occluder = BackgroundOccluder::new(track);
    let skull = Transform::from_xyz(0.0, 0.035, -0.045).with_scale(Vec3::new(0.070, 0.095, 0.085));
    commands.entity(face).with_child((Mesh3d(props.sphere.clone()), skull, occluder));
    if name != "Tiger" {
        commands.entity(face).with_child((FaceMesh, occluder));
    }
    let mut part = |mesh: &Handle<Mesh>, material: &Handle<StandardMaterial>, transform: Transform| {
        let part = (Mesh3d(mesh.clone()), MeshMaterial3d(material.clone()), transform);
        commands.entity(face).with_child(part);
    };
    match name {
        "Glasses" => {
            for side in [-1.0, 1.0] {
                let eye = Vec3::new(side * 0.0325, 0.0255, 0.058);
                let turn = Quat::from_rotation_y(side * 0.16);
                // A torus lies in the plane of x and z.
                let upright = turn * Quat::from_rotation_x(0.5 * PI);
                part(&props.ring, &props.frame, Transform::from_translation(eye).with_rotation(upright));
                part(&props.lens, &props.glass, Transform::from_translation(eye).with_rotation(turn));
                // From the hinge to the ear.
                let (hinge, ear) =
                    (Vec3::new(side * 0.0605, 0.030, 0.052), Vec3::new(side * 0.0775, 0.030, -0.035));
                let along = Quat::from_rotation_arc(Vec3::Y, (ear - hinge).normalize());
                let temple = Transform::from_translation(0.5 * (hinge + ear)).with_rotation(along);
                part(&props.temple, &props.frame, temple);
            }
            let bridge =
                Transform::from_xyz(0.0, 0.031, 0.064).with_rotation(Quat::from_rotation_z(0.5 * PI));
            part(&props.bridge, &props.frame, bridge);
        }
        "Party hat" => {
            let tilt = Quat::from_euler(EulerRot::XYZ, -0.18, 0.0, -0.12);
            let place = |height: f32| Vec3::new(0.0, 0.115, 0.005) + tilt * (height * Vec3::Y);
            part(&props.cone, &props.paper, Transform::from_translation(place(0.085)).with_rotation(tilt));
            part(&props.ball, &props.wool, Transform::from_translation(place(0.17)));
        }
        "Mustache" => {
            for side in [-1.0, 1.0] {
                let curls = [
                    (Vec3::new(side * 0.0125, -0.0265, 0.067), -0.30, Vec3::new(0.0165, 0.0072, 0.006)),
                    (Vec3::new(side * 0.0290, -0.0290, 0.060), 0.15, Vec3::new(0.0130, 0.0052, 0.005)),
                    (Vec3::new(side * 0.0410, -0.0240, 0.053), 0.75, Vec3::new(0.0085, 0.0030, 0.003)),
                ];
                for (place, angle, size) in curls {
                    let turn = Quat::from_rotation_z(side * angle);
                    let curl = Transform::from_translation(place).with_rotation(turn).with_scale(size);
                    part(&props.sphere, &props.hair, curl);
                }
            }
        }
        "Tiger" => {
            commands.entity(face).with_child((FaceMesh, MeshMaterial3d(props.tiger.clone())));
        }
        _ => {}
    }
}
