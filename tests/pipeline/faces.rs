//! Faces in images and in the frames of tracks: entities, poses, meshes, and effects.

use std::sync::LazyLock;

use bevy::{
    asset::RenderAssetUsages,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use bevy_viewfinder::{
    effects::*,
    intrinsics::PinholeCamera,
    models::{ModelFile, ModelKind, PeopleModels},
    photo::Photo,
    prelude::*,
    source::CustomFeed,
};

use crate::{stage::Stage, tap::fed};

/// The portrait of an astronaut, whose face is in its upper middle.
pub static PORTRAIT: LazyLock<Picture> = LazyLock::new(|| {
    let bytes = include_bytes!("../../crates/people/tests/data/astronaut.jpg");
    let image = image::load_from_memory(bytes).expect("a photo").to_rgba8();
    Picture { size: UVec2::from(image.dimensions()), pixels: image.into_raw() }
});

/// The landmarks of the portrait, as MediaPipe found them.
const LANDMARKS: &str = include_str!("../../crates/people/tests/data/landmarks_astronaut.txt");

/// The middle of the face, and places far from it, in pixels.
pub const FACE: UVec2 = UVec2::new(224, 118);
const BACKGROUND: [UVec2; 2] = [UVec2::new(440, 70), UVec2::new(90, 440)];

pub struct Picture {
    pub size: UVec2,
    pub pixels: Vec<u8>,
}

impl Picture {
    pub fn gray() -> Self {
        let size = PORTRAIT.size;
        Self { size, pixels: [118, 118, 118, 255].repeat((size.x * size.y) as usize) }
    }

    fn asset(&self, stage: &mut Stage) -> Handle<Image> {
        let image = Image::new(
            Extent3d { width: self.size.x, height: self.size.y, depth_or_array_layers: 1 },
            TextureDimension::D2,
            self.pixels.clone(),
            TextureFormat::Rgba8UnormSrgb,
            RenderAssetUsages::default(),
        );
        stage.app.world_mut().resource_mut::<Assets<Image>>().add(image)
    }
}

/// An event of faces, in order.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    Found(Entity),
    Lost(Entity),
    Failed(Entity, ErrorName),
}

#[derive(Resource, Default)]
struct Diary(Vec<Seen>);

/// The child that each face gets.
#[derive(Component)]
struct Hat;

pub fn stage() -> Stage {
    Stage::with(|app| {
        app.init_resource::<Diary>()
            .add_observer(|found: On<FaceFound>, mut commands: Commands, mut diary: ResMut<Diary>| {
                diary.0.push(Seen::Found(found.entity));
                commands.entity(found.entity).with_child((Hat, FaceMesh));
            })
            .add_observer(|lost: On<FaceLost>, mut diary: ResMut<Diary>, children: Query<&Children>| {
                assert!(children.contains(lost.entity), "its children are still there");
                diary.0.push(Seen::Lost(lost.entity));
            })
            .add_observer(|failed: On<FaceTrackingFailed>, mut diary: ResMut<Diary>| {
                diary.0.push(Seen::Failed(failed.entity, failed.error.name));
            });
    })
}

pub fn diary(stage: &Stage) -> &[Seen] {
    &stage.app.world().resource::<Diary>().0
}

pub fn count<C: Component>(stage: &mut Stage) -> usize {
    let world = stage.app.world_mut();
    world.query_filtered::<(), With<C>>().iter(world).count()
}

/// An image with this tracking or these effects.
pub fn input(stage: &mut Stage, picture: &Picture, more: impl Bundle) -> Entity {
    let image = picture.asset(stage);
    stage.spawn((EffectInput(image), more))
}

#[track_caller]
fn until_found(stage: &mut Stage) -> Entity {
    stage.until("a face", |stage| match diary(stage) {
        [.., Seen::Found(entity)] => Some(*entity),
        _ => None,
    })
}

#[track_caller]
fn until_lost(stage: &mut Stage, face: Entity) {
    stage.until("a lost face", |stage| diary(stage).contains(&Seen::Lost(face)).then_some(()));
    stage.step();
    assert_eq!(diary(stage), [Seen::Found(face), Seen::Lost(face)]);
    assert!(stage.app.world().get_entity(face).is_err(), "it is despawned");
    assert_eq!(count::<Hat>(stage), 0, "with its children");
}

#[track_caller]
fn until_searched(stage: &mut Stage, entity: Entity) -> FaceDetections {
    stage.until("a search", |stage| {
        stage.get::<FaceDetections>(entity).filter(|detections| detections.captured.is_some())
    })
}

/// Pushes a picture, and updates the app a few times.
pub fn show(stage: &mut Stage, feed: &CustomFeed, picture: &Picture) {
    feed.push_rgba(picture.size, &picture.pixels).expect("pixels of this size");
    stage.steps(3);
}

/// The mean difference between neighbors in a square of a photo, from 0 to 255.
pub fn detail(photo: &Photo, middle: UVec2, half: u32) -> f32 {
    detail_of(&photo.rgba, photo.size.x, middle, half)
}

/// The same for pixels of four bytes in rows of this width.
pub fn detail_of(pixels: &[u8], width: u32, middle: UVec2, half: u32) -> f32 {
    let red = |x: u32, y: u32| i32::from(pixels[4 * (y * width + x) as usize]);
    let corner = middle - half;
    let places = (0..2 * half).flat_map(|y| (0..2 * half).map(move |x| corner + UVec2::new(x, y)));
    let sum: i32 = places.map(|UVec2 { x, y }| (red(x, y) - red(x + 1, y)).abs()).sum();
    sum as f32 / (4 * half * half) as f32
}

fn original(stage: &mut Stage) -> Photo {
    let entity = input(stage, &PORTRAIT, ());
    let photo = stage.until("the portrait", |stage| {
        let photo = stage.shoot(GrabFrame(entity));
        (photo.size == PORTRAIT.size && detail(&photo, FACE, 40) > 1.0).then_some(photo)
    });
    stage.app.world_mut().despawn(entity);
    photo
}

/// The mean difference between two photos in a square, from 0 to 255.
fn difference(a: &Photo, b: &Photo, middle: UVec2, half: u32) -> f32 {
    let corner = middle - half;
    let places = (0..2 * half).flat_map(|y| (0..2 * half).map(move |x| corner + UVec2::new(x, y)));
    let sum: u32 = places
        .map(|UVec2 { x, y }| {
            let [a, b] = [a, b].map(|photo| photo.pixel(x, y).expect("a pixel of the photo")[0]);
            u32::from(a.abs_diff(b))
        })
        .sum();
    sum as f32 / (4 * half * half) as f32
}

#[test]
fn a_face_in_an_image_is_found_and_lost_with_another_image() {
    let mut stage = stage();
    let entity = input(&mut stage, &PORTRAIT, FaceTracking::new());
    let face = until_found(&mut stage);
    stage.steps(2);
    let detections = until_searched(&mut stage, entity);
    assert_eq!(detections.size, UVec2::splat(480), "the image is reduced");
    let [detection] = &detections.faces[..] else { panic!("{detections:?}") };
    let mut apart = 0.0;
    for (landmark, line) in detection.landmarks.iter().zip(LANDMARKS.lines()) {
        let mut numbers = line.split(' ').map(|number| number.parse::<f32>().expect("a number"));
        let mut next = || numbers.next().expect("three numbers");
        apart += landmark.truncate().distance(Vec2::new(next(), next())) / 468.0;
    }
    assert!(apart < 0.005, "{apart}");

    let pose = stage.get::<FacePose>(face).expect("a pose").pose;
    let transform = stage.get::<Transform>(face).expect("a transform");
    assert!(transform.translation.distance(pose.translation.into()) < 1e-5);
    assert!(transform.translation.z < -0.3 && transform.translation.z > -1.5, "{transform:?}");
    assert!((transform.rotation * Vec3::Z).z > 0.7, "it looks into the camera: {transform:?}");
    assert!((transform.rotation * Vec3::Y).y > 0.7, "it is upright: {transform:?}");
    assert!(stage.get::<FaceExpressions>(face).expect("an expression").smile > 0.2);
    assert_eq!(stage.get::<Face>(face).map(|face| face.tracker), Some(entity));

    let gray = Picture::gray().asset(&mut stage);
    stage.app.world_mut().entity_mut(entity).insert(EffectInput(gray));
    until_lost(&mut stage, face);
}

#[test]
fn the_mesh_of_a_face_is_where_its_landmarks_are() {
    let mut stage = stage();
    let entity = input(&mut stage, &PORTRAIT, FaceTracking::new());
    let face = until_found(&mut stage);
    stage.steps(3);
    let world = stage.app.world_mut();
    let mesh = world.query_filtered::<&Mesh3d, With<Hat>>().single(world).expect("a mesh").0.clone();
    let mesh = world.resource::<Assets<Mesh>>().get(&mesh).expect("it is kept");
    let positions =
        mesh.attribute(Mesh::ATTRIBUTE_POSITION).and_then(|it| it.as_float3()).expect("positions");
    let transform = *world.get::<Transform>(face).expect("a transform");
    let detections = world.get::<FaceDetections>(entity).expect("detections").clone();
    let camera = CameraIntrinsics::default().camera(detections.size).expect("a camera");
    for (position, landmark) in positions.iter().zip(detections.faces[0].landmarks.iter()) {
        let place = transform.transform_point(Vec3::from(*position));
        let seen = project(&camera, place) / detections.size.as_vec2();
        assert!(seen.distance(landmark.truncate()) < 1e-3, "{seen}, not {landmark}");
    }
}

/// Where a point in front of a camera of Bevy is seen, in pixels.
fn project(camera: &PinholeCamera, point: Vec3) -> Vec2 {
    let [x, y] = camera
        .project([f64::from(point.x), f64::from(-point.y), f64::from(-point.z)])
        .expect("it is in front");
    Vec2::new(x as f32, y as f32)
}

#[test]
fn faces_of_a_track_end_with_what_they_depend_on() {
    for end in [
        |_: &mut Stage, _: Entity, _: CustomFeed| {},
        |_: &mut Stage, _: Entity, feed: CustomFeed| feed.end(),
        |stage: &mut Stage, track: Entity, _: CustomFeed| {
            stage.app.world_mut().entity_mut(track).remove::<FaceTracking>();
        },
        |stage: &mut Stage, track: Entity, _: CustomFeed| {
            stage.app.world_mut().entity_mut(track).insert(FaceTracking::new().spawn_faces(false));
        },
        |stage: &mut Stage, track: Entity, _: CustomFeed| {
            stage.app.world_mut().despawn(track);
        },
    ] {
        let mut stage = stage();
        let (track, feed) = fed(&mut stage, PORTRAIT.size, FaceTracking::new());
        let face = stage.until("a face", |stage| {
            show(stage, &feed, &PORTRAIT);
            match diary(stage) {
                [Seen::Found(face)] => Some(*face),
                _ => None,
            }
        });
        let gray = Picture::gray();
        end(&mut stage, track, feed.clone());
        stage.until("a lost face", |stage| {
            // The first end is that nobody is in view.
            let _ = feed.push_rgba(gray.size, &gray.pixels);
            stage.steps(3);
            diary(stage).contains(&Seen::Lost(face)).then_some(())
        });
        until_lost(&mut stage, face);
    }
}

#[test]
fn a_blur_hides_the_face_and_leaves_the_background() {
    let mut stage = stage();
    let before = original(&mut stage);
    let sharp = detail(&before, FACE, 40);
    for kind in [FaceBlurKind::Blur, FaceBlurKind::Pixelate] {
        let blur = FaceBlur { kind, ..default() };
        let entity = input(&mut stage, &PORTRAIT, EffectStack::new().with(blur));
        let mut whole = 0;
        let photo = stage.until("a blurred face", |stage| {
            let photo = stage.shoot(GrabFrame(entity));
            if photo.size != PORTRAIT.size {
                return None;
            }
            assert!(detail(&photo, FACE, 40) < 0.5 * sharp, "the face is never shown");
            if difference(&photo, &before, BACKGROUND[0], 30) > 1.0 {
                // Nothing is known yet.
                whole += 1;
                return None;
            }
            Some(photo)
        });
        assert!(whole > 0, "it begins with a frame that is blurred as a whole");
        for place in BACKGROUND {
            assert!(difference(&photo, &before, place, 30) < 0.5, "{kind:?}: the background stays");
        }
        assert!(difference(&photo, &before, FACE, 40) > 10.0, "{kind:?}");
        stage.app.world_mut().despawn(entity);
    }
}

#[test]
fn frames_of_a_track_are_never_shown_with_a_face() {
    let mut stage = stage();
    let sharp = detail(&original(&mut stage), FACE, 40);
    let (track, feed) = fed(&mut stage, PORTRAIT.size, EffectStack::new().with(FaceBlur::default()));
    let gray = Picture::gray();
    for round in 0..24 {
        // A face that comes and goes.
        let picture = if round % 8 < 4 { &*PORTRAIT } else { &gray };
        show(&mut stage, &feed, picture);
        let photo = stage.shoot(GrabFrame(track));
        assert!(photo.size != PORTRAIT.size || detail(&photo, FACE, 40) < 0.5 * sharp, "in round {round}");
    }
    assert_eq!(diary(&stage), [], "effects need no entities");
}

#[test]
fn effects_begin_and_end_the_tracking() {
    let mut stage = stage();
    let entity = input(&mut stage, &PORTRAIT, EffectStack::new().with(BigHead::default()));
    until_searched(&mut stage, entity);
    assert_eq!(count::<PixelTap>(&mut stage), 1);
    stage.app.world_mut().get_mut::<EffectStack>(entity).expect("a stack").push(BigEyes::default());
    stage.app.world_mut().get_mut::<EffectStack>(entity).expect("a stack").remove(0);
    stage.steps(2);
    assert_eq!(count::<FaceTracking>(&mut stage), 1, "another effect needs it");
    stage.app.world_mut().get_mut::<EffectStack>(entity).expect("a stack").clear();
    stage.steps(3);
    assert_eq!(count::<FaceTracking>(&mut stage) + count::<PixelTap>(&mut stage), 0);
    assert_eq!(count::<FaceDetections>(&mut stage), 0);
    // A tracking of the app's stays.
    stage
        .app
        .world_mut()
        .entity_mut(entity)
        .insert((FaceTracking::new(), EffectStack::new().with(BigEyes::default())));
    stage.steps(2);
    stage.app.world_mut().entity_mut(entity).insert(EffectStack::new());
    stage.steps(2);
    assert_eq!(count::<FaceTracking>(&mut stage), 1);
}

#[test]
fn warps_move_what_they_name_and_nothing_else() {
    let mut stage = stage();
    let before = original(&mut stage);
    let eyes = EffectStack::new().with(BigEyes { amount: 1.0, ..default() });
    let head = EffectStack::new().with(BigHead { amount: 1.0, ..default() });
    for (stack, changed) in [(eyes, UVec2::new(205, 107)), (head, FACE)] {
        let entity = input(&mut stage, &PORTRAIT, stack);
        let photo = stage.until("a warp", |stage| {
            let photo = stage.shoot(GrabFrame(entity));
            (photo.size == PORTRAIT.size && difference(&photo, &before, changed, 10) > 2.0).then_some(photo)
        });
        for place in BACKGROUND {
            assert!(difference(&photo, &before, place, 30) < 0.5, "the background stays");
        }
        stage.app.world_mut().despawn(entity);
    }
}

#[test]
fn without_a_model_it_fails_by_name_and_all_is_blurred() {
    let mut stage = stage();
    let before = original(&mut stage);
    for kind in [ModelKind::FaceDetection, ModelKind::FaceLandmarks] {
        let file = ModelFile::new(vec![7; 1_000]);
        let file = stage.app.world_mut().resource_mut::<Assets<ModelFile>>().add(file);
        let mut models = PeopleModels::default();
        models.set(kind, file);
        stage.app.insert_resource(models);
        let entity = input(&mut stage, &PORTRAIT, EffectStack::new().with(FaceBlur::default()));
        let failed = Seen::Failed(entity, ErrorName::Data);
        stage.until("a failure", |stage| diary(stage).contains(&failed).then_some(()));
        stage.steps(3);
        let photo = stage.until("a frame", |stage| {
            Some(stage.shoot(GrabFrame(entity))).filter(|photo| photo.size == PORTRAIT.size)
        });
        for place in [FACE, BACKGROUND[0], BACKGROUND[1]] {
            assert!(detail(&photo, place, 30) < 0.5 * detail(&before, place, 30).max(1.0));
        }
        let failures = diary(&stage).iter().filter(|seen| **seen == failed).count();
        assert_eq!(failures, 1, "it fails once");
        // Inserted again, it tries again, here with the models of this crate.
        stage.app.insert_resource(PeopleModels::default());
        stage.app.world_mut().entity_mut(entity).insert(FaceTracking::new().spawn_faces(false));
        assert_eq!(until_searched(&mut stage, entity).faces.len(), 1);
        stage.app.world_mut().despawn(entity);
    }
    let lonely = stage.spawn(FaceTracking::new());
    stage.steps(2);
    assert_eq!(diary(&stage).last(), Some(&Seen::Failed(lonely, ErrorName::NotFound)));
}

#[test]
fn intrinsics_of_another_shape_are_reported_and_faces_have_no_entities() {
    let mut stage = stage();
    let camera = PinholeCamera::from_fov(1280, 720, 1.0).expect("a camera");
    let wide = CameraIntrinsics::try_from(camera).expect("intrinsics");
    let entity = input(&mut stage, &PORTRAIT, (FaceTracking::new(), wide));
    let detections = until_searched(&mut stage, entity);
    assert!(detections.faces.len() == 1 && detections.faces[0].pose.is_none());
    stage.steps(3);
    assert_eq!(diary(&stage), [Seen::Failed(entity, ErrorName::Type)]);
    assert_eq!(count::<Face>(&mut stage), 0);
}

#[test]
fn a_track_of_a_pixel_is_searched_and_drawn() {
    let mut stage = stage();
    let all = EffectStack::new()
        .with(FaceBlur::default())
        .with(FaceBlur { kind: FaceBlurKind::Pixelate, strength: f32::NAN, softness: f32::NAN, ..default() })
        .with(BigEyes { amount: f32::NAN, ..default() })
        .with(BigHead::default());
    let tracking = FaceTracking::new().max_size(UVec2::ZERO).max_faces(0);
    let (track, feed) = fed(&mut stage, UVec2::ONE, (all, tracking));
    let pixel = Picture { size: UVec2::ONE, pixels: vec![200, 200, 200, 255] };
    stage.until("a search", |stage| {
        show(stage, &feed, &pixel);
        stage.get::<FaceDetections>(track).filter(|detections| detections.captured.is_some())
    });
    let photo = stage.until("a frame", |stage| {
        show(stage, &feed, &pixel);
        Some(stage.shoot(GrabFrame(track)))
            .filter(|photo| photo.pixel(0, 0).is_some_and(|[red, ..]| red > 100))
    });
    assert!(photo.pixel(0, 0).expect("a pixel")[0].abs_diff(200) <= 2);
    assert_eq!(diary(&stage), []);
}
