//! The pixels of taps: color and luma, before and after effects, scaled, fitted, cropped.

use std::time::Duration;

use bevy::{
    asset::RenderAssetUsages,
    prelude::*,
    render::render_resource::{Extent3d, TextureDimension, TextureFormat},
};
use bevy_viewfinder::{
    device::NativeMode,
    effects::*,
    frame::{Frame, PixelFormat},
    photo::Fit,
    prelude::*,
    source::{CustomFeed, CustomSource},
    tap::TapFormat,
};

use crate::{photo::still, stage::Stage};

/// The errors of the taps, in order.
#[derive(Resource, Default)]
struct Failures(Vec<(Entity, MediaError)>);

/// The number of frames that systems have seen.
#[derive(Resource, Default)]
pub struct Changes(pub usize);

fn count(mut changes: ResMut<Changes>, taps: Query<(), Changed<TapFrames>>) {
    changes.0 += taps.iter().count();
}

pub fn stage() -> Stage {
    Stage::with(|app| {
        app.init_resource::<Changes>().add_systems(Update, count);
        app.init_resource::<Failures>().add_observer(|failed: On<TapFailed>, mut all: ResMut<Failures>| {
            all.0.push((failed.entity, failed.error.clone()));
        });
    })
}

pub fn failures(stage: &Stage, tap: Entity) -> Vec<ErrorName> {
    let all = stage.app.world().resource::<Failures>().0.iter();
    all.filter(|(entity, _)| *entity == tap).map(|(_, error)| error.name).collect()
}

pub fn latest(stage: &Stage, tap: Entity) -> Option<Frame> {
    stage.app.world().get::<TapFrames>(tap)?.latest().cloned()
}

/// The newest frame, once there is one that this accepts.
#[track_caller]
pub fn until_frame(stage: &mut Stage, tap: Entity, mut accept: impl FnMut(&Frame) -> bool) -> Frame {
    stage.until("a frame of the tap", |stage| latest(stage, tap).filter(&mut accept))
}

/// The first frame of a new tap.
#[track_caller]
pub fn tapped(stage: &mut Stage, tap: PixelTap) -> Frame {
    let tap = stage.spawn(tap);
    until_frame(stage, tap, |_| true)
}

pub fn pixel(frame: &Frame, x: u32, y: u32) -> [u8; 4] {
    assert_eq!(frame.format, PixelFormat::Rgba32);
    let at = ((y * frame.size.x + x) * 4) as usize;
    frame.buffer[at..at + 4].try_into().expect("a pixel")
}

pub fn luma(frame: &Frame, x: u32, y: u32) -> u8 {
    assert_eq!(frame.format, PixelFormat::Gray);
    frame.buffer[(y * frame.size.x + x) as usize]
}

/// A live track that the test feeds with pictures of this size.
pub fn fed(stage: &mut Stage, size: UVec2, more: impl Bundle) -> (Entity, CustomFeed) {
    let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("fed", [mode]);
    let track = stage.spawn((VideoTrack, TrackSource::new(source), Mirroring::Off, more));
    stage.until_live(track);
    (track, feed)
}

/// Pushes a picture of grays, and waits until it reached the GPU.
pub fn push(stage: &mut Stage, track: Entity, feed: &CustomFeed, size: UVec2, gray: impl Fn(u32, u32) -> u8) {
    let delivered = |stage: &Stage| stage.get::<TrackStatistics>(track).map_or(0, |it| it.delivered_frames);
    let before = delivered(stage);
    let pixels: Vec<u8> = (0..size.y)
        .flat_map(|y| (0..size.x).map(move |x| (x, y)))
        .flat_map(|(x, y)| [gray(x, y), gray(x, y), gray(x, y), 255])
        .collect();
    feed.push_rgba(size, &pixels).expect("pixels of this size");
    stage.until_delivered(track, before + 1);
}

#[test]
fn a_tap_of_color_is_the_frame_that_a_photo_shows() {
    let mut stage = stage();
    let track = still(&mut stage, Mirroring::On);
    let photo = stage.shoot(GrabFrame(track));
    for effects in [false, true] {
        let frame = tapped(&mut stage, PixelTap::rgba(track).effects(effects));
        assert_eq!((frame.size, frame.format), (photo.size, PixelFormat::Rgba32));
        assert_eq!(*frame.buffer, *photo.rgba, "with effects: {effects}; upright, and not mirrored");
        frame.validate().expect("a whole frame");
        let mirrored = tapped(&mut stage, PixelTap::rgba(track).effects(effects).mirrored(true));
        assert_eq!(pixel(&mirrored, 35, 10), [250, 10, 20, 255]);
    }
}

#[test]
fn luma_has_the_weights_of_bt_709_in_a_byte_for_each_pixel() {
    let mut stage = stage();
    let track = still(&mut stage, ());
    // Widths that are no multiple of the four pixels of a texel, nor of the bytes that rows are aligned to.
    for (size, effects) in
        [((40, 20), true), ((40, 20), false), ((39, 5), false), ((7, 3), true), ((1, 1), false)]
    {
        let size = UVec2::from(size);
        let frame = tapped(&mut stage, PixelTap::luma(track).effects(effects).size(size));
        assert_eq!((frame.size, frame.buffer.len()), (size, (size.x * size.y) as usize));
        let row = frame.to_rgba().expect("gray can be converted");
        assert_eq!(row[..4], [[frame.buffer[0]; 3].as_slice(), &[255]].concat(), "the range is full");
        if size.x > 4 {
            let (left, right) = (luma(&frame, 1, size.y - 1), luma(&frame, size.x - 2, size.y - 1));
            assert!(left.abs_diff(62) <= 1 && right.abs_diff(52) <= 1, "{size}: {left} and {right}");
        }
    }
    let frame = tapped(&mut stage, PixelTap::luma(track));
    assert_eq!(luma(&frame, 20, 0), 255);
}

#[test]
fn effects_are_in_the_frame_unless_they_are_left_out() {
    let mut stage = stage();
    let track = still(&mut stage, EffectStack::new().with(Invert { amount: 1.0 }));
    let after = stage.spawn(PixelTap::rgba(track));
    let before = stage.spawn(PixelTap::rgba(track).effects(false));
    let inverted = until_frame(&mut stage, after, |_| true);
    assert_eq!(pixel(&inverted, 5, 10), [5, 245, 235, 255]);
    assert_eq!(pixel(&until_frame(&mut stage, before, |_| true), 5, 10), [250, 10, 20, 255]);
    // A change of the effects is a new frame after them, and none before them.
    let unchanged = latest(&stage, before).expect("a frame").sequence;
    stage.app.world_mut().entity_mut(track).insert(EffectStack::new());
    let plain = until_frame(&mut stage, after, |frame| pixel(frame, 5, 10) == [250, 10, 20, 255]);
    assert!(plain.sequence > inverted.sequence);
    stage.steps(5);
    assert_eq!(latest(&stage, before).map(|frame| frame.sequence), Some(unchanged));
}

#[test]
fn a_frame_is_stretched_or_fitted_to_the_size() {
    let mut stage = stage();
    let track = still(&mut stage, ());
    for effects in [false, true] {
        let tap = PixelTap::rgba(track).effects(effects).size(UVec2::splat(20));
        let stretched = tapped(&mut stage, tap);
        assert_eq!((pixel(&stretched, 4, 10)[0], pixel(&stretched, 15, 10)[2]), (250, 240));
        let contained = tapped(&mut stage, tap.fit(Fit::Contain));
        assert_eq!(pixel(&contained, 4, 2), [0; 4]);
        assert_eq!(pixel(&contained, 4, 12), [250, 10, 20, 255]);
        let covered = tapped(&mut stage, tap.fit(Fit::Cover));
        assert_eq!((pixel(&covered, 0, 10)[0], pixel(&covered, 19, 10)[2]), (250, 240));
        let mut gray = tap.fit(Fit::Contain);
        gray.format = TapFormat::Luma;
        let luma = tapped(&mut stage, gray);
        assert_eq!((luma.buffer[4 + 2 * 20], luma.buffer[4 + 12 * 20]), (0, 62), "over black");
    }
}

/// A zone plate: rings that become finer from the middle to the edge, up to those of single pixels.
fn zone_plate(size: UVec2) -> impl Fn(u32, u32) -> u8 {
    move |x, y| {
        let place = Vec2::new(x as f32, y as f32) - size.as_vec2() / 2.0;
        let phase = std::f32::consts::PI * place.length_squared() / size.x as f32;
        (127.5 + 127.5 * phase.cos()).round() as u8
    }
}

/// The mean of the pixels that each pixel of a smaller picture covers, partly covered ones in part.
fn area_average(size: UVec2, small: UVec2, gray: &impl Fn(u32, u32) -> u8) -> Vec<f32> {
    let scale = size.as_vec2() / small.as_vec2();
    let covered = |index: u32, scale: f32| {
        let (from, to) = (index as f32 * scale, (index + 1) as f32 * scale);
        let weight = move |pixel: u32| (to.min((pixel + 1) as f32) - from.max(pixel as f32)).max(0.0);
        (from.floor() as u32..to.ceil() as u32).map(move |pixel| (pixel, weight(pixel)))
    };
    let mut means = Vec::new();
    for y in 0..small.y {
        for x in 0..small.x {
            let (mut sum, mut weights) = (0.0, 0.0);
            for (row, down) in covered(y, scale.y) {
                for (column, across) in covered(x, scale.x).filter(|(column, _)| *column < size.x) {
                    sum += f32::from(gray(column, row.min(size.y - 1))) * across * down;
                    weights += across * down;
                }
            }
            means.push(sum / weights);
        }
    }
    means
}

/// The root of the mean squared difference.
fn difference(seen: impl Iterator<Item = u8>, wanted: &[f32]) -> f32 {
    let squares: f32 = seen.zip(wanted).map(|(seen, wanted)| (f32::from(seen) - wanted).powi(2)).sum();
    (squares / wanted.len() as f32).sqrt()
}

#[test]
fn a_small_tap_has_the_means_of_the_pixels_that_it_covers() {
    let mut stage = stage();
    let size = UVec2::new(640, 360);
    let gray = zone_plate(size);
    let (track, feed) = fed(&mut stage, size, ());
    push(&mut stage, track, &feed, size, &gray);
    for (small, most) in [
        // 4, 5, 2.5 and 1.6 pixels for each, and different numbers across and down.
        ((160, 90), 1.0),
        ((128, 72), 1.0),
        ((256, 144), 6.0),
        ((400, 225), 12.0),
        ((64, 144), 6.0),
    ] {
        let small = UVec2::from(small);
        let wanted = area_average(size, small, &gray);
        let scale = size.as_vec2() / small.as_vec2();
        let nearest = (0..small.y)
            .flat_map(|y| (0..small.x).map(move |x| (x, y)))
            .map(|(x, y)| gray(((x as f32 + 0.5) * scale.x) as u32, ((y as f32 + 0.5) * scale.y) as u32));
        let nearest = difference(nearest, &wanted);
        assert!(nearest > 40.0, "{small}: single pixels would do, {nearest}");
        for effects in [false, true] {
            let luma = tapped(&mut stage, PixelTap::luma(track).effects(effects).size(small));
            let seen = difference(luma.buffer.iter().copied(), &wanted);
            assert!(seen <= most, "{small}, with effects {effects}: {seen} beside {nearest}");
            let color = tapped(&mut stage, PixelTap::rgba(track).effects(effects).size(small));
            let seen = difference(color.buffer.iter().copied().step_by(4), &wanted);
            assert!(seen <= most, "{small}, color with effects {effects}: {seen} beside {nearest}");
        }
    }
}

#[test]
fn a_cropped_track_is_tapped_as_it_is_shown() {
    let mut stage = stage();
    let square = VideoConstraints::new().width(exact(20)).height(exact(20));
    let track = still(&mut stage, square);
    let photo = stage.shoot(GrabFrame(track));
    assert_eq!(photo.size, UVec2::splat(20));
    for effects in [false, true] {
        let frame = tapped(&mut stage, PixelTap::rgba(track).effects(effects));
        assert_eq!(frame.size, photo.size);
        assert_eq!(*frame.buffer, *photo.rgba);
    }
}

#[test]
fn an_image_with_effects_can_be_tapped() {
    let mut stage = stage();
    let size = Extent3d { width: 12, height: 6, depth_or_array_layers: 1 };
    let image = Image::new_fill(
        size,
        TextureDimension::D2,
        &[200, 100, 50, 255],
        TextureFormat::Rgba8UnormSrgb,
        RenderAssetUsages::default(),
    );
    let image = stage.app.world_mut().resource_mut::<Assets<Image>>().add(image);
    let input = stage.spawn((EffectInput(image), EffectStack::new().with(Invert { amount: 1.0 })));
    let before = tapped(&mut stage, PixelTap::rgba(input).effects(false));
    assert_eq!((before.size, pixel(&before, 3, 3)), (UVec2::new(12, 6), [200, 100, 50, 255]));
    let after = tapped(&mut stage, PixelTap::rgba(input));
    assert_eq!((after.size, pixel(&after, 3, 3)), (UVec2::new(12, 6), [55, 155, 205, 255]));
}

#[test]
fn a_tap_leaves_the_history_of_temporal_effects_alone() {
    let run = |is_tapped: bool| {
        let mut stage = stage();
        let size = UVec2::new(16, 8);
        let (track, feed) = fed(&mut stage, size, EffectStack::new().with(Trails::default()));
        if is_tapped {
            stage.spawn(PixelTap::rgba(track).size(UVec2::new(5, 5)));
            stage.spawn(PixelTap::luma(track).effects(false));
        }
        let start = bevy::platform::time::Instant::now();
        for frame in 0..6_u32 {
            // A bright column that moves, at even times.
            let picture: Vec<u8> = (0..128)
                .flat_map(|at| if at % 16 == frame { [250, 250, 250, 255] } else { [10, 10, 10, 255] })
                .collect();
            let bytes = bevy_viewfinder::frame::FramePool::default().copy_of(&picture);
            let captured = start + Duration::from_millis(100) * frame;
            feed.push(Frame { captured, ..Frame::packed(PixelFormat::Rgba32, size, bytes) });
            stage.until_delivered(track, u64::from(frame) + 1);
            stage.steps(3);
        }
        stage.shoot(GrabFrame(track)).rgba
    };
    let (with, without) = (run(true), run(false));
    assert!(without.chunks(4).filter(|pixel| pixel[0] > 30).count() > 8, "there are trails");
    assert_eq!(with, without);
}
