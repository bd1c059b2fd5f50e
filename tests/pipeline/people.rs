//! The people in frames: their mask, and the effects on their background.

use bevy::prelude::*;
use bevy_viewfinder::{
    device::NativeMode,
    effect::{EffectRegistry, ProvidedImage},
    effects::*,
    frame::PixelFormat,
    models::{ModelFile, ModelKind, PeopleModels},
    person::{MaskQuality, PRESETS},
    photo::Photo,
    prelude::*,
    source::{CustomFeed, CustomSource},
};
use image::{RgbaImage, imageops};

use crate::stage::Stage;

/// The portrait of a woman in the middle of the frame, who covers about half of it.
fn portrait(size: UVec2) -> RgbaImage {
    let file = image::open("crates/people/tests/data/astronaut.jpg").expect("the portrait");
    imageops::resize(&file.to_rgba8(), size.x, size.y, imageops::FilterType::Triangle)
}

const SIZE: UVec2 = UVec2::new(256, 256);
const WIDE: UVec2 = UVec2::new(320, 180);

/// Places on her face and beside her, in uv.
const FACE: Vec2 = Vec2::new(0.44, 0.25);
const BESIDE: [Vec2; 2] = [Vec2::new(0.05, 0.05), Vec2::new(0.75, 0.15)];

#[derive(Resource, Default)]
struct Failures(Vec<(Entity, MediaError)>);

fn stage() -> Stage {
    Stage::with(|app| {
        app.init_resource::<Failures>().add_observer(
            |failed: On<PersonSegmentationFailed>, mut failures: ResMut<Failures>| {
                failures.0.push((failed.entity, failed.error.clone()));
            },
        );
    })
}

fn failures(stage: &Stage, entity: Entity) -> Vec<ErrorName> {
    let all = stage.app.world().resource::<Failures>().0.iter();
    all.filter(|(it, _)| *it == entity).map(|(_, error)| error.name).collect()
}

/// A track of the portrait. It ends with its feed.
fn track(stage: &mut Stage, size: UVec2, more: impl Bundle) -> (Entity, CustomFeed) {
    let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("fed", [mode]);
    let track = stage.spawn((VideoTrack, TrackSource::new(source), more));
    stage.until_live(track);
    feed.push_rgba(size, &portrait(size)).expect("4 bytes for each pixel");
    (track, feed)
}

fn until_mask(stage: &mut Stage, track: Entity) -> PersonMask {
    stage.until("a mask", |stage| stage.get::<PersonMask>(track).filter(|mask| mask.captured.is_some()))
}

fn at(photo: &Photo, place: Vec2) -> [u8; 4] {
    let UVec2 { x, y } = (place * photo.size.as_vec2()).as_uvec2();
    photo.pixel(x, y).expect("a pixel of the photo")
}

fn taps(stage: &mut Stage) -> usize {
    let mut taps = stage.app.world_mut().query::<&PixelTap>();
    taps.iter(stage.app.world()).count()
}

#[test]
fn a_mask_has_the_shape_of_the_frame_and_covers_the_person() {
    let mut stage = stage();
    for (size, mask_size) in [(SIZE, UVec2::new(256, 256)), (WIDE, UVec2::new(256, 144))] {
        let (track, _feed) = track(&mut stage, size, PersonSegmentation::new());
        let mask = until_mask(&mut stage, track);
        assert!((0.3..0.8).contains(&mask.coverage), "{mask:?}");
        let image = stage.app.world().resource::<Assets<Image>>().get(&mask.image).expect("an image");
        assert_eq!(image.size(), mask_size);
        let alpha = |place: Vec2| {
            let UVec2 { x, y } = (place * mask_size.as_vec2()).as_uvec2();
            image.data.as_ref().expect("pixels")[4 * (y * mask_size.x + x) as usize + 3]
        };
        assert!(alpha(FACE) > 240, "{}", alpha(FACE));
        assert!(BESIDE.iter().all(|place| alpha(*place) < 40), "{:?}", BESIDE.map(alpha));
        stage.app.world_mut().despawn(track);
    }
}

#[test]
fn the_quality_sets_the_size_of_the_mask_and_the_handle_stays() {
    let mut stage = stage();
    let (track, feed) = track(&mut stage, WIDE, PersonSegmentation::new());
    let first = until_mask(&mut stage, track);
    stage.app.world_mut().entity_mut(track).insert(PersonSegmentation::new().quality(MaskQuality::Fine));
    stage.until("a square mask", |stage| {
        feed.push_rgba(WIDE, &portrait(WIDE)).expect("4 bytes for each pixel");
        let images = stage.app.world().resource::<Assets<Image>>();
        (images.get(&first.image)?.size() == UVec2::splat(256)).then_some(())
    });
    let second = stage.get::<PersonMask>(track).expect("a mask");
    assert_eq!(second.image, first.image);
    assert!((second.coverage - first.coverage).abs() < 0.1, "{first:?} {second:?}");
}

#[test]
fn a_cutout_never_shows_the_background() {
    let mut stage = stage();
    let effects = EffectStack::new().with(PersonCutout::default());
    let (track, _feed) = track(&mut stage, SIZE, effects);
    stage.until("the person", |stage| {
        let photo = stage.shoot(GrabFrame(track));
        for place in BESIDE {
            assert!(at(&photo, place)[3] < 10, "{:?} at {place}", at(&photo, place));
        }
        (at(&photo, FACE)[3] > 245).then_some(())
    });
    let photo = stage.shoot((GrabFrame(track), PhotoOptions::new().effects(false)));
    assert_eq!(at(&photo, BESIDE[0])[3], 255);
}

#[test]
fn an_image_in_place_of_a_device_is_segmented_too() {
    let mut stage = stage();
    let picture = image::DynamicImage::ImageRgba8(portrait(SIZE));
    let picture = Image::from_dynamic(picture, true, default());
    let picture = stage.app.world_mut().resource_mut::<Assets<Image>>().add(picture);
    let input = stage.spawn((EffectInput(picture), EffectStack::new().with(PersonCutout::default())));
    let mask = until_mask(&mut stage, input);
    assert!((0.3..0.8).contains(&mask.coverage), "{mask:?}");
    stage.until("the person", |stage| {
        let photo = stage.shoot(GrabFrame(input));
        (at(&photo, FACE)[3] > 245 && at(&photo, BESIDE[1])[3] < 10).then_some(())
    });
}

#[test]
fn a_segmentation_begins_and_ends_with_the_effects_that_need_it() {
    let mut stage = stage();
    let (track, _feed) = track(&mut stage, SIZE, EffectStack::new().with(PersonOverlay::default()));
    let mask = until_mask(&mut stage, track);
    let provided = |stage: &Stage| {
        let stack = stage.app.world().get::<EffectStack>(track).expect("a stack");
        stack.get::<PersonOverlay>().expect("an overlay").mask.clone()
    };
    assert_eq!(provided(&stage), ProvidedImage(Some(mask.image.clone())));
    // A stack that replaces it has its mask in the same frame of the app.
    let again = EffectStack::new().with(Grayscale::default()).with(PersonOverlay::default());
    stage.app.world_mut().entity_mut(track).insert(again);
    stage.step();
    assert_eq!(provided(&stage), ProvidedImage(Some(mask.image)));
    assert_eq!(taps(&mut stage), 1);
    stage.app.world_mut().entity_mut(track).remove::<EffectStack>();
    stage.steps(2);
    assert!(stage.get::<PersonSegmentation>(track).is_none() && stage.get::<PersonMask>(track).is_none());
    assert_eq!(taps(&mut stage), 0);

    // One that the app asked for stays.
    let cutout = EffectStack::new().with(PersonCutout::default());
    stage.app.world_mut().entity_mut(track).insert((PersonSegmentation::new(), cutout));
    stage.steps(2);
    stage.app.world_mut().entity_mut(track).insert(EffectStack::new());
    stage.steps(2);
    assert!(stage.get::<PersonSegmentation>(track).is_some());
    stage.app.world_mut().despawn(track);
    stage.steps(2);
    assert_eq!(taps(&mut stage), 0);
}

#[test]
fn presets_change_the_background_and_keep_the_person() {
    let mut stage = stage();
    for (name, text) in PRESETS {
        let stack = stage.app.world().resource::<EffectRegistry>().read_preset(text).expect(name);
        let (track, _feed) = track(&mut stage, SIZE, stack);
        until_mask(&mut stage, track);
        let plain = stage.shoot((GrabFrame(track), PhotoOptions::new().effects(false)));
        let face = at(&plain, FACE);
        stage.until(name, |stage| {
            let photo = stage.shoot(GrabFrame(track));
            let is_kept = at(&photo, FACE).iter().zip(face).all(|(seen, face)| seen.abs_diff(face) <= 40);
            let is_changed = (0..SIZE.x).any(|x| {
                let place = Vec2::new(x as f32 + 0.5, 20.0) / SIZE.as_vec2();
                at(&photo, place).iter().zip(at(&plain, place)).any(|(seen, plain)| seen.abs_diff(plain) > 60)
            });
            (is_kept && is_changed).then_some(())
        });
        let stack = stage.app.world().get::<EffectStack>(track).expect("a stack").clone();
        let written = stack.write_preset().expect("masks are left out");
        assert!(!written.contains("mask"), "{written}");
        stage.app.world_mut().despawn(track);
    }
}

#[test]
fn what_cannot_be_segmented_fails_by_name_and_shows_nothing() {
    let mut stage = stage();
    let lonely = stage.spawn(PersonSegmentation::new());
    stage.steps(2);
    assert_eq!(failures(&stage, lonely), [ErrorName::NotFound]);

    let valid: &[u8] = include_bytes!("../../crates/people/models/selfie_segmentation_landscape.onnx");
    for bytes in [&b""[..], b"not a model", &valid[..10_000], valid] {
        // The last is a model for landscapes where one for squares is needed.
        let file = stage.app.world_mut().resource_mut::<Assets<ModelFile>>().add(ModelFile::new(bytes));
        stage.app.world_mut().resource_mut::<PeopleModels>().set(ModelKind::PersonSquare, file);
        let (track, _feed) = track(&mut stage, SIZE, EffectStack::new().with(PersonCutout::default()));
        stage.until("a failure", |stage| (!failures(stage, track).is_empty()).then_some(()));
        assert_eq!(failures(&stage, track), [ErrorName::Data]);
        stage.until_delivered(track, 1);
        stage.steps(3);
        let photo = stage.shoot(GrabFrame(track));
        assert!([FACE, BESIDE[0]].iter().all(|place| at(&photo, *place)[3] == 0));
        stage.app.world_mut().despawn(track);
    }
}

#[test]
fn frames_of_absurd_shapes_have_masks() {
    let mut stage = stage();
    for size in [UVec2::ONE, UVec2::new(2000, 1), UVec2::new(1, 900)] {
        let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Rgba32 };
        let (source, feed) = CustomSource::new("fed", [mode]);
        let track = stage.spawn((VideoTrack, TrackSource::new(source), PersonSegmentation::new()));
        stage.until_live(track);
        let pixels = vec![128; 4 * (size.x * size.y) as usize];
        feed.push_rgba(size, &pixels).expect("4 bytes for each pixel");
        assert!(until_mask(&mut stage, track).coverage < 0.5, "{size}");
        assert_eq!(failures(&stage, track), []);
        stage.app.world_mut().despawn(track);
    }
}
