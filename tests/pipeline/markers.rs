//! Markers in the frames of a track, as entities with a pose. The frames are drawn by a camera of the test's own.

use bevy::{
    asset::RenderAssetUsages,
    math::Isometry3d,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use bevy_viewfinder::{
    intrinsics::PinholeCamera,
    marker::{BoardMarker, Family, MarkerDetections, MarkerFamily, families},
    prelude::*,
    source::CustomFeed,
};

use crate::{
    stage::Stage,
    tap::{fed, push},
};

pub const SIZE: UVec2 = UVec2::new(320, 240);

/// The horizontal field of view of the camera, in radians.
pub const FOV: f32 = 1.1;

/// The side of the dark squares, in meters.
pub const SIDE: f32 = 0.1;

/// An event of markers, in order.
#[derive(Clone, Debug, PartialEq)]
enum Seen {
    Found(Entity),
    Lost(Entity),
    Failed(Entity, ErrorName),
}

#[derive(Resource, Default)]
struct Diary(Vec<Seen>);

fn stage() -> Stage {
    Stage::with(|app| {
        app.init_resource::<Diary>()
            .add_observer(|found: On<MarkerFound>, mut diary: ResMut<Diary>| {
                diary.0.push(Seen::Found(found.entity));
            })
            .add_observer(|lost: On<MarkerLost>, mut diary: ResMut<Diary>| {
                diary.0.push(Seen::Lost(lost.entity));
            })
            .add_observer(|failed: On<MarkerFailed>, mut diary: ResMut<Diary>| {
                diary.0.push(Seen::Failed(failed.entity, failed.error.name));
            });
    })
}

/// The events of an entity.
fn events(stage: &Stage, entity: Entity) -> Vec<Seen> {
    let is_its = |seen: &&Seen| match seen {
        Seen::Found(it) | Seen::Lost(it) | Seen::Failed(it, _) => *it == entity,
    };
    stage.app.world().resource::<Diary>().0.iter().filter(is_its).cloned().collect()
}

/// A marker, and its pose in front of the camera, which looks along -z.
pub struct Printed {
    family: &'static Family,
    id: u32,
    pose: Isometry3d,
}

impl Printed {
    pub fn new(id: u32, pose: Isometry3d) -> Self {
        Self { family: &families::TAG_36H11, id, pose }
    }
}

/// The view of the camera: white paper with markers in front of a gray wall. A pixel is the mean of 3x3 rays.
pub fn picture(printed: &[Printed]) -> impl Fn(u32, u32) -> u8 + use<> {
    let focal = 0.5 * SIZE.x as f32 / (0.5 * FOV).tan();
    let markers: Vec<_> = printed
        .iter()
        .map(|marker| {
            (marker.pose.inverse(), marker.family.render(marker.id).expect("the family has the id"))
        })
        .collect();
    move |x, y| {
        let mut sum = 0.0;
        for ray in 0..9u32 {
            let place = Vec2::new(x as f32, y as f32)
                + (Vec2::new((ray % 3) as f32, (ray / 3) as f32) + 0.5) / 3.0
                - 0.5 * SIZE.as_vec2();
            let direction = Vec3::new(place.x, -place.y, -focal).normalize();
            let seen = markers.iter().find_map(|(inverse, cells)| {
                let origin = Vec3::from(inverse.translation);
                let direction = inverse.rotation * direction;
                let point = (origin - direction * (origin.z / direction.z)).truncate() / SIDE;
                let across = cells.side() as f32;
                let cell = (Vec2::new(point.x, -point.y) * (across - 2.0) + 0.5 * across).floor();
                let is_paper = cell.cmpge(Vec2::ZERO).all() && cell.cmplt(Vec2::splat(across)).all();
                is_paper.then(|| cells.is_light(cell.x as u32, cell.y as u32))
            });
            sum += match seen {
                Some(true) => 220.0,
                Some(false) => 25.0,
                None => 140.0,
            };
        }
        (sum / 9.0) as u8
    }
}

/// A track with a tracker of this camera.
pub fn tracked(stage: &mut Stage, tracker: MarkerTracker) -> (Entity, CustomFeed) {
    let intrinsics = CameraIntrinsics::from_fov(f64::from(FOV)).expect("a camera");
    fed(stage, SIZE, (tracker, intrinsics))
}

/// Shows a picture in frame after frame, until this returns a value.
#[track_caller]
fn film<T>(
    stage: &mut Stage,
    (track, feed): (Entity, &CustomFeed),
    printed: &[Printed],
    mut done: impl FnMut(&mut Stage) -> Option<T>,
) -> T {
    let picture = picture(printed);
    for _ in 0..1_000 {
        push(stage, track, feed, SIZE, &picture);
        stage.steps(2);
        if let Some(value) = done(stage) {
            return value;
        }
    }
    panic!("nothing came of it")
}

/// The last event of an entity.
fn last(stage: &Stage, entity: Entity) -> Option<Seen> {
    events(stage, entity).pop()
}

#[track_caller]
fn assert_near(transform: Transform, expected: Isometry3d) {
    let expected_place = Vec3::from(expected.translation);
    let off = transform.translation.distance(expected_place) / expected_place.length();
    let angle = transform.rotation.angle_between(expected.rotation).to_degrees();
    assert!(off < 0.01 && angle < 2.0, "{transform:?} is off by {off} and {angle} degrees from {expected:?}");
}

/// A marker half a meter away, clearly tilted.
fn tilted() -> Isometry3d {
    let rotation = Quat::from_rotation_z(0.3) * Quat::from_rotation_y(0.6) * Quat::from_rotation_x(-0.4);
    Isometry3d::new(Vec3::new(0.03, -0.02, -0.5), rotation)
}

#[test]
fn a_marker_is_where_the_camera_sees_it_while_it_is_in_view() {
    let mut stage = stage();
    let place = Transform::from_xyz(3.0, 2.0, 1.0).looking_at(Vec3::ZERO, Vec3::Y);
    let head = stage.spawn(place);
    let camera = stage.spawn((Transform::IDENTITY, ChildOf(head)));
    let (track, feed) = tracked(&mut stage, MarkerTracker::new().camera(camera));
    let free = stage.spawn((Marker::new(track, 7, SIDE), Transform::from_scale(Vec3::splat(2.0))));
    let child = stage.spawn((Marker::new(track, 7, SIDE), ChildOf(camera)));
    let room =
        stage.spawn((Transform::from_xyz(0.0, 5.0, 0.0).with_scale(Vec3::splat(0.5)), Visibility::Inherited));
    let in_room = stage.spawn((Marker::new(track, 7, SIDE), ChildOf(room)));
    let other = stage.spawn(Marker::new(track, 8, SIDE));
    assert_eq!(stage.get::<Visibility>(free), Some(Visibility::Hidden));

    let printed = [Printed::new(7, tilted())];
    film(&mut stage, (track, &feed), &printed, |stage| stage.get::<MarkerPose>(in_room));
    stage.steps(2);
    for marker in [free, child, in_room] {
        assert_eq!(events(&stage, marker), [Seen::Found(marker)]);
        assert_eq!(stage.get::<Visibility>(marker), Some(Visibility::Inherited));
    }
    assert_eq!(stage.get::<Visibility>(other), Some(Visibility::Hidden));
    assert_near(stage.get(child).expect("a transform"), tilted());
    let global = stage.get::<GlobalTransform>(child).expect("it has a place").compute_transform();
    for marker in [free, in_room] {
        let transform = stage.get::<GlobalTransform>(marker).expect("it has a place").compute_transform();
        assert!(transform.translation.distance(global.translation) < 1e-4, "{transform:?}, not {global:?}");
        assert!(transform.rotation.angle_between(global.rotation) < 1e-3, "{transform:?}, not {global:?}");
    }
    assert_eq!(stage.get::<Transform>(free).expect("a transform").scale, Vec3::splat(2.0));
    let detections = stage.get::<MarkerDetections>(track).expect("a tracker has them");
    assert_eq!((detections.size, detections.markers.len(), detections.markers[0].id), (SIZE, 1, 7));

    film(&mut stage, (track, &feed), &[], |stage| {
        (last(stage, free) == Some(Seen::Lost(free))).then_some(())
    });
    stage.step();
    assert_eq!(events(&stage, free), [Seen::Found(free), Seen::Lost(free)]);
    assert_eq!(stage.get::<Visibility>(free), Some(Visibility::Hidden));
    assert!(stage.get::<MarkerPose>(free).is_none());
    assert!(events(&stage, other).is_empty());
}

#[test]
fn markers_that_no_entity_asks_for_are_spawned_once() {
    let mut stage = stage();
    let tracker = MarkerTracker::new().family(&families::ARUCO_4X4_50).spawn_size(SIDE);
    let (track, feed) = tracked(&mut stage, tracker);
    let asked = stage.spawn(Marker::new(track, 3, SIDE).family(&families::ARUCO_4X4_50));
    let right = Isometry3d::new(Vec3::new(0.09, 0.0, -0.6), Quat::from_rotation_y(0.5));
    let left = Isometry3d::new(Vec3::new(-0.09, 0.0, -0.6), Quat::from_rotation_y(-0.5));
    let family = &families::ARUCO_4X4_50;
    let printed = [Printed { family, id: 3, pose: left }, Printed { family, id: 11, pose: right }];
    let spawned = |stage: &mut Stage| {
        let mut markers = stage.app.world_mut().query::<(Entity, &Marker)>();
        let all: Vec<_> =
            markers.iter(stage.app.world()).map(|(entity, marker)| (entity, marker.id)).collect();
        (all.len() > 1).then_some(all)
    };
    let all = film(&mut stage, (track, &feed), &printed, spawned);
    let new = all.iter().find(|(entity, _)| *entity != asked).expect("a second marker").0;
    for _ in 0..5 {
        push(&mut stage, track, &feed, SIZE, picture(&printed));
        stage.steps(3);
    }
    assert_eq!(spawned(&mut stage).expect("two markers").len(), 2);
    assert_eq!(stage.get::<Marker>(new).expect("a marker").family, MarkerFamily::from(family));
    assert_eq!(events(&stage, new), [Seen::Found(new)]);
    assert_near(stage.get(new).expect("a transform"), right);
    assert_eq!(events(&stage, asked), [Seen::Found(asked)]);
}

#[test]
fn a_board_has_the_pose_of_any_of_its_markers() {
    let mut stage = stage();
    let (track, feed) = tracked(&mut stage, MarkerTracker::new());
    let places = [(1, Isometry3d::from_xyz(-0.08, 0.0, 0.0)), (2, Isometry3d::from_xyz(0.08, 0.0, 0.0))];
    let markers = places.map(|(id, pose)| BoardMarker { id, pose, size: SIDE });
    let board = stage.spawn(MarkerBoard::new(track, markers.to_vec()));
    let pose = Isometry3d::new(Vec3::new(0.0, 0.03, -0.6), Quat::from_rotation_x(0.6));
    let printed = places.map(|(id, place)| Printed::new(id, pose * place));
    film(&mut stage, (track, &feed), &printed, |stage| stage.get::<MarkerPose>(board));
    stage.step();
    assert_near(stage.get(board).expect("a transform"), pose);
    // The right marker is covered.
    for _ in 0..5 {
        push(&mut stage, track, &feed, SIZE, picture(&printed[..1]));
        stage.steps(3);
    }
    assert_eq!(events(&stage, board), [Seen::Found(board)]);
    assert_near(stage.get(board).expect("a transform"), pose);
}

#[test]
fn markers_are_lost_with_their_track_and_with_their_tracker() {
    let mut stage = stage();
    let taps = |stage: &mut Stage| {
        let mut taps = stage.app.world_mut().query::<&PixelTap>();
        taps.iter(stage.app.world()).count()
    };
    for end in [
        |stage: &mut Stage, _: Entity, feed: &CustomFeed| {
            feed.end();
            stage.step();
        },
        |stage: &mut Stage, track: Entity, _: &CustomFeed| {
            stage.app.world_mut().entity_mut(track).remove::<MarkerTracker>();
        },
        |stage: &mut Stage, track: Entity, _: &CustomFeed| {
            stage.app.world_mut().despawn(track);
        },
    ] {
        let (track, feed) = tracked(&mut stage, MarkerTracker::new());
        let marker = stage.spawn(Marker::new(track, 7, SIDE));
        film(&mut stage, (track, &feed), &[Printed::new(7, tilted())], |stage| {
            stage.get::<MarkerPose>(marker)
        });
        let before = taps(&mut stage);
        end(&mut stage, track, &feed);
        stage.until("a lost marker", |stage| (last(stage, marker) == Some(Seen::Lost(marker))).then_some(()));
        stage.steps(10);
        assert_eq!(events(&stage, marker), [Seen::Found(marker), Seen::Lost(marker)]);
        if stage.get::<MarkerTracker>(track).is_none() {
            assert_eq!(taps(&mut stage), before - 1, "the tracker's tap is despawned");
        } else {
            stage.app.world_mut().despawn(track);
        }
        stage.app.world_mut().despawn(marker);
        stage.steps(2);
    }
    assert_eq!(taps(&mut stage), 0);
}

#[test]
fn two_trackers_have_markers_of_their_own() {
    let mut stage = stage();
    let (first, first_feed) = tracked(&mut stage, MarkerTracker::new());
    let (second, second_feed) = tracked(&mut stage, MarkerTracker::new());
    let [in_first, in_second] = [first, second].map(|track| stage.spawn(Marker::new(track, 7, SIDE)));
    let printed = [Printed::new(7, tilted())];
    film(&mut stage, (second, &second_feed), &printed, |stage| stage.get::<MarkerPose>(in_second));
    assert!(events(&stage, in_first).is_empty());
    film(&mut stage, (first, &first_feed), &printed, |stage| stage.get::<MarkerPose>(in_first));
    assert_eq!(events(&stage, in_second), [Seen::Found(in_second)]);
}

#[test]
fn markers_and_trackers_that_cannot_work_fail_by_name() {
    let mut stage = stage();
    let (track, feed) = tracked(&mut stage, MarkerTracker::new());
    let grid = |side| MarkerBoard::grid(track, UVec2::new(2, 2), side, 0.01);
    let bad = [
        (stage.spawn(Marker::new(track, 7, 0.0)), ErrorName::Type),
        (stage.spawn(Marker::new(track, 7, f32::NAN)), ErrorName::Type),
        (stage.spawn(Marker::new(track, 587, SIDE)), ErrorName::Type),
        (stage.spawn(grid(-1.0)), ErrorName::Type),
        (stage.spawn(MarkerBoard::new(track, vec![])), ErrorName::Type),
        (stage.spawn(Marker::new(Entity::PLACEHOLDER, 7, SIDE)), ErrorName::NotFound),
        (stage.spawn(MarkerTracker::new()), ErrorName::NotFound),
    ];
    stage.steps(2);
    for (entity, name) in bad {
        assert_eq!(events(&stage, entity), [Seen::Failed(entity, name)]);
    }
    // They hinder no others, and neither do intrinsics of another shape: once they are right, all goes on.
    let marker = stage.spawn(Marker::new(track, 7, SIDE));
    let wide = PinholeCamera::from_fov(1280, 720, f64::from(FOV)).expect("a camera");
    let wide = CameraIntrinsics::try_from(wide).expect("a camera");
    stage.app.world_mut().entity_mut(track).insert(wide);
    let printed = [Printed::new(7, tilted())];
    let failed = Seen::Failed(track, ErrorName::Type);
    film(&mut stage, (track, &feed), &printed, |stage| {
        (last(stage, track) == Some(failed.clone())).then_some(())
    });
    let right = CameraIntrinsics::from_fov(f64::from(FOV)).expect("a camera");
    stage.app.world_mut().entity_mut(track).insert(right);
    film(&mut stage, (track, &feed), &printed, |stage| stage.get::<MarkerPose>(marker));
    assert_eq!(events(&stage, track), [failed], "it is told once");
}

#[test]
fn frames_that_change_their_size_are_followed() {
    let mut stage = stage();
    let (track, feed) = tracked(&mut stage, MarkerTracker::new().max_size(UVec2::new(160, 160)));
    let marker = stage.spawn(Marker::new(track, 7, SIDE));
    let near = Isometry3d::new(Vec3::new(0.0, 0.0, -0.25), Quat::from_rotation_y(0.6));
    film(&mut stage, (track, &feed), &[Printed::new(7, near)], |stage| stage.get::<MarkerPose>(marker));
    stage.step();
    assert_near(stage.get(marker).expect("a transform"), near);
    assert_eq!(stage.get::<MarkerDetections>(track).expect("detections").size, UVec2::new(160, 120));
    stage.app.world_mut().entity_mut(track).insert(MarkerTracker::new());
    film(&mut stage, (track, &feed), &[Printed::new(7, near)], |stage| {
        (stage.get::<MarkerDetections>(track)?.size == SIZE && stage.get::<MarkerPose>(marker).is_some())
            .then_some(())
    });
    stage.steps(2);
    assert_near(stage.get(marker).expect("a transform"), near);
}

#[test]
fn an_image_in_place_of_a_device_is_searched_too() {
    let mut stage = stage();
    let (track, feed) = tracked(&mut stage, MarkerTracker::new());
    let marker = stage.spawn(Marker::new(track, 7, SIDE));
    push(&mut stage, track, &feed, SIZE, |_, _| 140);
    let view = picture(&[Printed::new(7, tilted())]);
    let places = (0..SIZE.y).flat_map(|y| (0..SIZE.x).map(move |x| (x, y)));
    let pixels: Vec<u8> = places.flat_map(|(x, y)| [[view(x, y); 3].as_slice(), &[255]].concat()).collect();
    let image = Image::new(
        Extent3d { width: SIZE.x, height: SIZE.y, depth_or_array_layers: 1 },
        TextureDimension::D2,
        pixels,
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::default(),
    );
    let image = stage.app.world_mut().resource_mut::<Assets<Image>>().add(image);
    stage.app.world_mut().entity_mut(track).remove::<VideoTrack>().insert(EffectInput(image.clone()));
    stage.until("a marker in the image", |stage| {
        let mut images = stage.app.world_mut().resource_mut::<Assets<Image>>();
        // Each change is a frame.
        images.get_mut(&image).expect("an image").texture_descriptor.label = None;
        stage.get::<MarkerPose>(marker)
    });
    stage.step();
    assert_near(stage.get(marker).expect("a transform"), tilted());
}
