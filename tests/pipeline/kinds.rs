//! Effects that sample more than the frame: an image, the original frame, the frame before.

use bevy::{
    asset::RenderAssetUsages,
    prelude::*,
    render::render_resource::{Extent3d, ShaderType, TextureDimension, TextureFormat},
};
use bevy_viewfinder::{
    device::NativeMode,
    effect::{EffectImage, EffectShader},
    effects::*,
    frame::PixelFormat,
    prelude::*,
    source::{CustomSource, scripted::Script},
};

use crate::stage::{Event, Stage};

/// Shows an image in the left half.
#[derive(Clone, Debug, Default, Reflect, ShaderType)]
struct Overlay {
    image: EffectImage,
}

impl Effect for Overlay {
    const KIND: EffectKind = EffectKind::Composite;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(
            "struct Params { image: u32 }
fn effect(
    color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context, image: texture_2d<f32>, info: ImageInfo,
) -> vec4<f32> {
    if uv.x < 0.5 { return sample_image(image, info, uv); }
    return color;
}",
        )
    }
}

/// Shows the original frame in the left half.
#[derive(Clone, Debug, Default, Reflect, ShaderType)]
struct Before {
    unused: f32,
}

impl Effect for Before {
    const KIND: EffectKind = EffectKind::WithSource;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(
            "struct Params { unused: f32 }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context, source: vec4<f32>) -> vec4<f32> {
    return select(color, source, uv.x < 0.5);
}",
        )
    }
}

/// Red: the red of the frame before, where it is seen. Green: the number of frames so far, in 64ths. Blue: whether
/// time has passed.
#[derive(Clone, Debug, Default, Reflect, ShaderType)]
struct Memory {
    unused: f32,
}

impl Effect for Memory {
    const KIND: EffectKind = EffectKind::Temporal;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(
            "struct Params { unused: f32 }
fn effect(color: vec4<f32>, uv: vec2<f32>, params: Params, context: Context) -> Temporal {
    let before = sample_history(uv, context);
    let history = vec4(color.r, before.g + 1.0 / 64.0, 0.0, 0.0);
    return Temporal(vec4(before.r, history.g, f32(context.delta > 0.0), 1.0), history);
}",
        )
    }
}

fn stage() -> Stage {
    Stage::with(|app| {
        app.add_plugins((
            EffectPlugin::<Overlay>::default(),
            EffectPlugin::<Before>::default(),
            EffectPlugin::<Memory>::default(),
        ));
    })
}

/// An image of this color, in this format.
fn picture(stage: &mut Stage, format: TextureFormat, color: [u8; 4]) -> Handle<Image> {
    let size = Extent3d { width: 8, height: 4, depth_or_array_layers: 1 };
    let usages = RenderAssetUsages::default();
    let image = Image::new_fill(size, TextureDimension::D2, &color, format, usages);
    stage.app.world_mut().resource_mut::<Assets<Image>>().add(image)
}

/// Colors of a photo of the track in its left and in its right half.
fn halves(stage: &mut Stage, track: Entity) -> [[u8; 3]; 2] {
    let photo = stage.shoot(GrabFrame(track));
    let pixel = |x| {
        let [red, green, blue, _] = photo.pixel(x, photo.size.y / 2).expect("a pixel");
        [red, green, blue]
    };
    [pixel(photo.size.x / 4), pixel(photo.size.x * 3 / 4)]
}

fn near(left: [u8; 3], right: [u8; 3]) -> bool {
    left.iter().zip(right).all(|(left, right)| left.abs_diff(right) <= 3)
}

/// Takes photos until one is as expected: the images of effects take time to load.
#[track_caller]
fn until_halves(stage: &mut Stage, track: Entity, expected: [[u8; 3]; 2]) {
    let mut last = [[0; 3]; 2];
    for _ in 0..50 {
        last = halves(stage, track);
        if near(last[0], expected[0]) && near(last[1], expected[1]) {
            return;
        }
        stage.step();
    }
    panic!("{last:?} and not {expected:?}");
}

const GREY: [u8; 3] = [100; 3];
const INVERTED: [u8; 3] = [155; 3];

/// A track that shows gray.
fn grey(stage: &mut Stage, stack: EffectStack) -> (Entity, Script) {
    let (track, script) = stage.live(stack);
    script.solid(GREY);
    script.frame();
    stage.until_delivered(track, 1);
    (track, script)
}

#[test]
fn an_effect_samples_its_own_image_display_encoded() {
    let mut stage = stage();
    for format in [TextureFormat::Rgba8UnormSrgb, TextureFormat::Rgba8Unorm] {
        let image = picture(&mut stage, format, [10, 128, 240, 255]);
        let (track, _script) = grey(
            &mut stage,
            EffectStack::new().with(Overlay { image: image.into() }).with(Invert { amount: 1.0 }),
        );
        until_halves(&mut stage, track, [[245, 127, 15], INVERTED]);
    }
}

#[test]
fn one_effect_occurs_twice_with_two_images_and_after_a_filter() {
    let mut stage = stage();
    let first = picture(&mut stage, TextureFormat::Rgba8UnormSrgb, [200, 0, 0, 255]);
    let second = picture(&mut stage, TextureFormat::Rgba8UnormSrgb, [0, 0, 200, 255]);
    let stack = EffectStack::new()
        .with(Overlay { image: first.into() })
        .with(Mirror { mode: MirrorMode::LeftToRight })
        .with(BoxBlur { radius: 1.0 })
        .with(Overlay { image: second.into() });
    let (track, _script) = grey(&mut stage, stack);
    until_halves(&mut stage, track, [[0, 0, 200], [200, 0, 0]]);
}

#[test]
fn the_image_of_an_effect_may_be_changed_replaced_or_missing() {
    let mut stage = stage();
    let (track, _script) = grey(&mut stage, EffectStack::new().with(Overlay::default()));
    until_halves(&mut stage, track, [GREY, GREY]);

    let image = picture(&mut stage, TextureFormat::Rgba8UnormSrgb, [200, 0, 0, 255]);
    let set = |stage: &mut Stage, image: Handle<Image>| {
        let mut track = stage.app.world_mut().entity_mut(track);
        let mut stack = track.get_mut::<EffectStack>().expect("a stack");
        stack.get_mut::<Overlay>().expect("the effect").image = image.into();
    };
    set(&mut stage, image.clone());
    until_halves(&mut stage, track, [[200, 0, 0], GREY]);

    let mut images = stage.app.world_mut().resource_mut::<Assets<Image>>();
    images.get_mut(&image).expect("it is kept").data.as_mut().expect("its pixels").fill(77);
    until_halves(&mut stage, track, [[77; 3], GREY]);

    let other = picture(&mut stage, TextureFormat::Rgba8Unorm, [0, 200, 0, 255]);
    set(&mut stage, other);
    until_halves(&mut stage, track, [[0, 200, 0], GREY]);
}

#[test]
fn an_effect_samples_the_image_of_another_track() {
    let mut stage = stage();
    let (other, script) = stage.live(());
    script.solid([200; 3]);
    script.frame();
    stage.until_delivered(other, 1);
    let image = stage.get::<TrackImage>(other).expect("its picture").0;
    let (track, _script) = grey(&mut stage, EffectStack::new().with(Overlay { image: image.into() }));
    until_halves(&mut stage, track, [[200; 3], GREY]);
    script.solid([50; 3]);
    script.frame();
    until_halves(&mut stage, track, [[50; 3], GREY]);
}

#[test]
fn an_image_that_cannot_be_sampled_is_reported_once_and_other_effects_go_on() {
    let mut stage = stage();
    let cube = {
        let size = Extent3d { width: 2, height: 2, depth_or_array_layers: 2 };
        let usages = RenderAssetUsages::default();
        let image =
            Image::new_fill(size, TextureDimension::D3, &[9; 4], TextureFormat::Rgba8UnormSrgb, usages);
        stage.app.world_mut().resource_mut::<Assets<Image>>().add(image)
    };
    let stack = EffectStack::new().with(Overlay { image: cube.into() }).with(Invert { amount: 1.0 });
    let (track, _script) = grey(&mut stage, stack);
    let error = stage.until_event("the failure", |event| match event {
        Event::EffectFailed(entity, effect, error) if *entity == track && effect == "overlay" => {
            Some(error.clone())
        }
        _ => None,
    });
    assert_eq!(error.name, ErrorName::NotSupported);
    assert!(error.message.contains("two-dimensional"), "{error}");
    until_halves(&mut stage, track, [INVERTED, INVERTED]);

    // The track's own image.
    let own = stage.get::<TrackImage>(track).expect("its picture").0;
    stage.app.world_mut().entity_mut(track).insert(EffectStack::new().with(Overlay { image: own.into() }));
    stage.until_event("the failure", |event| match event {
        Event::EffectFailed(_, _, error) if error.message.contains("drawn into") => Some(()),
        _ => None,
    });
    until_halves(&mut stage, track, [GREY, GREY]);
    let failures = stage.diary().iter().filter(|event| matches!(event, Event::EffectFailed(..))).count();
    assert_eq!(failures, 2, "{:?}", stage.diary());
}

#[test]
fn an_image_that_cannot_be_loaded_is_reported() {
    let mut stage = stage();
    let missing: Handle<Image> = stage.app.world().resource::<AssetServer>().load("no_such_picture.png");
    let input = stage.spawn(EffectInput(missing.clone()));
    let stack = EffectStack::new().with(Overlay { image: missing.into() });
    let (track, _script) = grey(&mut stage, stack);
    let error = stage.until_event("the failure", |event| match event {
        Event::EffectFailed(entity, effect, error) if *entity == track && effect == "overlay" => {
            Some(error.clone())
        }
        _ => None,
    });
    assert_eq!(error.name, ErrorName::NotFound);
    assert!(error.message.contains("no_such_picture.png"), "{error}");
    stage.until_event("the failure", |event| match event {
        Event::Broken(entity, error) if *entity == input => Some(error.clone()),
        _ => None,
    });
    until_halves(&mut stage, track, [GREY, GREY]);
}

#[test]
fn an_effect_compares_with_the_original_frame() {
    let mut stage = stage();
    let invert = || EffectStack::new().with(Invert { amount: 1.0 });
    let (track, _script) = grey(&mut stage, invert().with(Before::default()));
    until_halves(&mut stage, track, [GREY, INVERTED]);
    stage
        .app
        .world_mut()
        .entity_mut(track)
        .insert(invert().with(BoxBlur { radius: 2.0 }).with(Before::default()));
    until_halves(&mut stage, track, [GREY, INVERTED]);
}

/// Waits until the next frame is drawn, and returns its pixels.
fn next(stage: &mut Stage, track: Entity, script: &Script, red: u8, count: u64) -> [[u8; 3]; 2] {
    script.solid([red, red, red]);
    script.frame();
    stage.until_delivered(track, count);
    stage.steps(3);
    halves(stage, track)
}

#[test]
fn an_effect_remembers_the_frame_before_and_photos_dont_count() {
    let mut stage = stage();
    for (mirrored, stack) in [
        (Mirroring::Off, EffectStack::new().with(Memory::default())),
        (Mirroring::On, EffectStack::new().with(Memory::default()).with(Flip { axis: FlipAxis::Horizontal })),
        (Mirroring::On, EffectStack::new().with(BoxBlur { radius: 1.0 }).with(Memory::default())),
    ] {
        let (track, script) = stage.live((stack, mirrored));
        let mut before = 0;
        for (index, red) in [(1, 40), (2, 80), (3, 160), (4, 10)] {
            for photo in 0..3 {
                let seen = if photo == 0 {
                    next(&mut stage, track, &script, red, index)
                } else {
                    halves(&mut stage, track)
                };
                let passed = if index > 1 { 255 } else { 0 };
                let expected = [before, (index * 255 / 64) as u8, passed];
                assert!(
                    near(seen[0], expected) && near(seen[1], expected),
                    "{seen:?} and not {expected:?}: frame {index}, photo {photo}, {mirrored:?}"
                );
            }
            before = red;
        }
        stage.app.world_mut().despawn(track);
    }
}

#[test]
fn history_stays_when_the_image_of_another_effect_is_exchanged() {
    let mut stage = stage();
    let stack = EffectStack::new().with(Memory::default()).with(Overlay::default());
    let (track, script) = stage.live(stack);
    for frame in 1..=4 {
        // Each frame has another texture.
        let image = picture(&mut stage, TextureFormat::Rgba8UnormSrgb, [0, 0, 200, 255]);
        let mut entity = stage.app.world_mut().entity_mut(track);
        let mut stack = entity.get_mut::<EffectStack>().expect("a stack");
        stack.get_mut::<Overlay>().expect("the effect").image = image.into();
        stage.steps(3);
        let seen = next(&mut stage, track, &script, 90, frame);
        let count = (frame * 255 / 64) as u8;
        assert!(near(seen[0], [0, 0, 200]), "{seen:?}");
        assert!(seen[1][1].abs_diff(count) <= 1, "{seen:?}: frame {frame}");
    }
}

#[test]
fn history_stays_in_its_place_when_the_track_is_mirrored() {
    let mut stage = stage();
    let size = UVec2::new(8, 4);
    let row = [[200, 200, 200, 255], [20, 20, 20, 255]].map(|pixel| [pixel; 4]);
    let bytes = row.as_flattened().as_flattened().repeat(4);
    for mirrored in [Mirroring::Off, Mirroring::On] {
        let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Rgba32 };
        let (source, feed) = CustomSource::new("Halves", [mode]);
        let stack = EffectStack::new().with(Memory::default());
        let track = stage.spawn((VideoTrack, TrackSource::new(source), stack, mirrored));
        stage.until_live(track);
        for frame in 1..=2 {
            feed.push_rgba(size, &bytes).expect("four bytes for each pixel");
            stage.until_delivered(track, frame);
            stage.steps(3);
        }
        let seen = halves(&mut stage, track);
        assert!(seen[0][0].abs_diff(200) <= 3 && seen[1][0].abs_diff(20) <= 3, "{mirrored:?}: {seen:?}");
    }
}

#[test]
fn an_image_of_the_app_has_effects_without_a_camera() {
    let mut stage = stage();
    let image = picture(&mut stage, TextureFormat::Rgba8UnormSrgb, [200, 100, 50, 255]);
    let entity = stage.spawn((
        EffectInput(image.clone()),
        EffectStack::new().with(BoxBlur { radius: 1.0 }).with(Invert { amount: 1.0 }),
    ));
    until_halves(&mut stage, entity, [[55, 155, 205]; 2]);
    let output = stage.get::<TrackImage>(entity).expect("an output").0;
    let size = |stage: &Stage| stage.app.world().resource::<Assets<Image>>().get(&output).expect("it").size();
    assert_eq!(size(&stage), UVec2::new(8, 4));

    let mut images = stage.app.world_mut().resource_mut::<Assets<Image>>();
    images.get_mut(&image).expect("it is kept").data.as_mut().expect("its pixels").fill(77);
    until_halves(&mut stage, entity, [[178; 3]; 2]);

    // Another size, another format.
    let other = {
        let size = Extent3d { width: 20, height: 10, depth_or_array_layers: 1 };
        let usages = RenderAssetUsages::default();
        let image =
            Image::new_fill(size, TextureDimension::D2, &[0, 250, 0, 255], TextureFormat::Rgba8Unorm, usages);
        stage.app.world_mut().resource_mut::<Assets<Image>>().add(image)
    };
    stage.app.world_mut().entity_mut(entity).insert(EffectInput(other));
    until_halves(&mut stage, entity, [[255, 5, 255]; 2]);
    assert_eq!(size(&stage), UVec2::new(20, 10));
}
