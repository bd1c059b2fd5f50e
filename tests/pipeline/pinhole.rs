//! Scenes that lie on the frames behind them: the projection of a track's intrinsics.

use bevy::{core_pipeline::tonemapping::Tonemapping, light::CascadeShadowConfigBuilder, prelude::*};
use bevy_viewfinder::{
    background::{Fit, PinholeProjection},
    intrinsics::{Distortion, PinholeCamera},
    photo::Photo,
    prelude::*,
};

use crate::{
    background::{SIZE, mesh, pixel, push, stage, target, track, unlit, until_photo, until_pixel},
    stage::Stage,
};

/// An axis that isn't in the middle, and pixels that aren't square.
const DEVICE: PinholeCamera = PinholeCamera {
    width: 128,
    height: 96,
    fx: 110.0,
    fy: 118.0,
    cx: 70.0,
    cy: 43.0,
    distortion: Distortion::NONE,
};

const BLUE: [u8; 3] = [0, 0, 200];

fn intrinsics() -> CameraIntrinsics {
    DEVICE.try_into().expect("a camera")
}

/// The center of the red pixels.
fn red_center(photo: &Photo) -> Vec2 {
    let pixels = (0..photo.size.y).flat_map(|y| (0..photo.size.x).map(move |x| (x, y)));
    let (mut sum, mut weights) = (Vec2::ZERO, 0.0);
    for (x, y) in pixels {
        let red = f32::from(pixel(photo, x, y)[0]);
        sum += red * Vec2::new(x as f32 + 0.5, y as f32 + 0.5);
        weights += red;
    }
    assert!(weights > 255.0, "nothing is red");
    sum / weights
}

/// The place in a viewport at which a pixel of a frame is shown.
fn shown_at(pixel: Vec2, fit: Fit, viewport: Vec2) -> Vec2 {
    let frame = SIZE.as_vec2();
    let scales = viewport / frame;
    let scale = if fit == Fit::Contain { scales.min_element() } else { scales.max_element() };
    (pixel - frame / 2.0) * scale + viewport / 2.0
}

/// Moves the Bevy camera and a red square somewhere, so that the square is at this place in the view.
fn place(stage: &mut Stage, camera: Entity, square: Entity, point: Vec3) {
    let at = Transform::from_xyz(3.0, 1.0, -2.0).looking_at(Vec3::new(-1.0, 0.5, 4.0), Vec3::Y);
    let world = stage.app.world_mut();
    *world.get_mut::<Transform>(camera).expect("a place") = at;
    *world.get_mut::<Transform>(square).expect("a place") = at * Transform::from_translation(point);
}

#[test]
fn a_point_is_drawn_where_the_frame_shows_it() {
    for mirroring in [Mirroring::Off, Mirroring::On] {
        let mut stage = stage();
        stage.app.insert_resource(ClearColor(Color::BLACK));
        let (track, _feed) = track(&mut stage, |_, _| BLUE, (intrinsics(), mirroring));
        let (mesh, paint) =
            (mesh(&mut stage, Rectangle::new(0.2, 0.2)), unlit(&mut stage, Color::srgb_u8(255, 0, 0)));
        let square = stage.spawn((mesh, paint));
        for (size, fit) in
            [(SIZE, Fit::Cover), (UVec2::new(200, 96), Fit::Cover), (UVec2::new(150, 220), Fit::Contain)]
        {
            let (target, reader) = target(&mut stage, size);
            let background = CameraBackground::new(track).fit(fit);
            let camera = stage.spawn((Camera3d::default(), target, Tonemapping::None, background));
            for point in [Vec3::new(0.1, -0.1, -2.0), Vec3::new(-0.9, 0.3, -2.5), Vec3::new(0.7, -0.35, -3.0)]
            {
                place(&mut stage, camera, square, point);
                let point = point.as_dvec3();
                let [x, y] = DEVICE.project([point.x, -point.y, -point.z]).expect("it is in front");
                let mut wanted = shown_at(Vec2::new(x as f32, y as f32), fit, size.as_vec2());
                if mirroring == Mirroring::On {
                    wanted.x = size.x as f32 - wanted.x;
                }
                let (x, y) = (wanted.x as u32, wanted.y as u32);
                let photo = until_pixel(&mut stage, reader, (x, y), [255, 0, 0]);
                let seen = red_center(&photo);
                assert!(
                    seen.distance(wanted) < 0.5,
                    "{seen} and not {wanted} in {size} with {fit:?}, {mirroring:?}"
                );
            }
            stage.app.world_mut().despawn(camera);
        }
    }
}

#[test]
fn the_projection_keeps_its_planes_and_follows_the_size_of_the_track() {
    let mut stage = stage();
    let (track, feed) = track(&mut stage, |_, _| BLUE, intrinsics());
    let (target, reader) = target(&mut stage, SIZE);
    let perspective = PerspectiveProjection { near: 0.01, far: 55.0, ..default() };
    let camera = (Camera3d::default(), target, Projection::from(perspective), CameraBackground::new(track));
    let camera = stage.spawn(camera);
    let pinhole = |stage: &Stage| match stage.app.world().get::<Projection>(camera) {
        Some(Projection::Custom(custom)) => custom.get::<PinholeProjection>().copied().expect("a pinhole"),
        other => panic!("{other:?}"),
    };
    until_pixel(&mut stage, reader, (64, 48), BLUE);
    let before = pinhole(&stage);
    assert_eq!((before.near, before.far), (0.01, 55.0));
    let matrix = |stage: &Stage| stage.app.world().get::<Camera>(camera).expect("a camera").clip_from_view();
    let clip_from_view = matrix(&stage);

    push(&feed, SIZE / 2, |_, _| [0, 200, 0]);
    until_pixel(&mut stage, reader, (64, 48), [0, 200, 0]);
    assert_ne!(pinhole(&stage), before, "frames of half the size");
    assert!(matrix(&stage).abs_diff_eq(clip_from_view, 1e-5), "they show the same");

    // The app sets planes of its own.
    let near = pinhole(&stage).planes(0.5, f32::INFINITY);
    stage.app.world_mut().entity_mut(camera).insert(Projection::custom(near));
    stage.steps(3);
    assert_eq!((pinhole(&stage).near, matrix(&stage).w_axis.z), (0.5, 0.5));
}

/// The errors of intrinsics.
#[derive(Resource, Default)]
struct Rejected(Vec<(Entity, MediaError)>);

#[test]
fn intrinsics_of_other_frames_are_reported_once_and_leave_the_projection() {
    let mut stage = stage();
    stage.app.init_resource::<Rejected>().add_observer(
        |rejected: On<IntrinsicsRejected>, mut all: ResMut<Rejected>| {
            all.0.push((rejected.entity, rejected.error.clone()));
        },
    );
    let square = PinholeCamera { width: 96, ..DEVICE };
    let square = CameraIntrinsics::try_from(square).expect("a camera");
    let (track, feed) = track(&mut stage, |_, _| BLUE, square);
    let (target, reader) = target(&mut stage, SIZE);
    let camera = stage.spawn((Camera3d::default(), target, CameraBackground::new(track)));
    until_pixel(&mut stage, reader, (64, 48), BLUE);
    let is_custom = |stage: &Stage| matches!(stage.app.world().get(camera), Some(Projection::Custom(_)));
    assert!(!is_custom(&stage));
    let rejected = &stage.app.world().resource::<Rejected>().0;
    let [(entity, error)] = rejected.as_slice() else { panic!("once: {rejected:?}") };
    assert_eq!((*entity, error.name), (track, ErrorName::Type));
    // Frames that fit.
    push(&feed, UVec2::splat(96), |_, _| [0, 200, 0]);
    until_pixel(&mut stage, reader, (64, 48), [0, 200, 0]);
    assert!(is_custom(&stage));
}

#[test]
fn shadows_fall_in_front_of_a_background() {
    let mut stage = stage();
    let (track, _feed) = track(&mut stage, |_, _| BLUE, intrinsics());
    let white = StandardMaterial { base_color: Color::WHITE, perceptual_roughness: 1.0, ..default() };
    let white = stage.app.world_mut().resource_mut::<Assets<StandardMaterial>>().add(white);
    // A wall behind a cube, and a light that shines from the left.
    let wall = mesh(&mut stage, Rectangle::new(2.4, 1.4));
    stage.spawn((wall, MeshMaterial3d(white.clone()), Transform::from_xyz(0.0, 0.0, -4.0)));
    let cube = mesh(&mut stage, Cuboid::from_length(0.4));
    stage.spawn((cube, MeshMaterial3d(white), Transform::from_xyz(0.0, 0.0, -3.4)));
    stage.spawn((
        DirectionalLight { illuminance: 3000.0, shadow_maps_enabled: true, ..default() },
        CascadeShadowConfigBuilder { maximum_distance: 10.0, ..default() }.build(),
        Transform::default().looking_to(Vec3::new(1.0, 0.0, -1.0), Vec3::Y),
    ));
    for size in [SIZE, UVec2::new(200, 96)] {
        let (target, reader) = target(&mut stage, size);
        let camera = stage.spawn((Camera3d::default(), target, CameraBackground::new(track)));
        until_pixel(&mut stage, reader, (2, 2), BLUE);
        let seen = |photo: &Photo, x: f64| {
            let [x, y] = DEVICE.project([x, 0.0, 4.0]).expect("it is in front");
            let place = shown_at(Vec2::new(x as f32, y as f32), Fit::Cover, size.as_vec2()).as_uvec2();
            u32::from(pixel(photo, place.x, place.y)[0])
        };
        // The cube's center is 0.6 before the wall, so its shadow is 0.6 to the right.
        until_photo(&mut stage, reader, |photo| {
            let (lit, shaded) = (seen(photo, -0.65), seen(photo, 0.65));
            if lit > 100 && 2 * shaded < lit {
                Ok(())
            } else {
                Err(format!("{lit} beside {shaded} in {size}"))
            }
        });
        stage.app.world_mut().despawn(camera);
    }
}
