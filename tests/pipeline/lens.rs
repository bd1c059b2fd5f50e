//! The distortion of lenses, undone in the first pass.

use bevy::prelude::*;
use bevy_viewfinder::{
    device::NativeMode,
    frame::PixelFormat,
    intrinsics::{Distortion, PinholeCamera},
    prelude::*,
    source::{CustomFeed, CustomSource},
};
use image::{Rgba, RgbaImage};

use crate::stage::Stage;

const SIZE: UVec2 = UVec2::new(640, 360);

/// A wide lens: its frames bend inward at the edge, by 22 pixels in the corners.
fn lens() -> PinholeCamera {
    PinholeCamera {
        width: SIZE.x,
        height: SIZE.y,
        fx: 420.0,
        fy: 424.0,
        cx: 326.0,
        cy: 175.0,
        distortion: Distortion { k1: -0.12, k2: 0.02, p1: 0.002, p2: -0.003, k3: 0.001 },
    }
}

/// Where a pinhole would see the dots.
fn places() -> impl Iterator<Item = Vec2> {
    (40..SIZE.y).step_by(70).flat_map(|y| (50..SIZE.x).step_by(90).map(move |x| UVec2::new(x, y).as_vec2()))
}

/// A frame of the lens with white dots.
fn frame() -> RgbaImage {
    let lens = lens();
    let mut frame = RgbaImage::from_pixel(SIZE.x, SIZE.y, Rgba([40, 40, 40, 255]));
    for place in places().map(Vec2::as_dvec2) {
        let ray = [(place.x - lens.cx) / lens.fx, (place.y - lens.cy) / lens.fy, 1.0];
        let [x, y] = lens.project(ray).expect("in front of the lens");
        for (column, row, pixel) in frame.enumerate_pixels_mut() {
            let distance = (f64::from(column) + 0.5 - x).hypot(f64::from(row) + 0.5 - y);
            let light = (5.5 - distance).clamp(0.0, 1.0);
            let level = pixel.0[0].max((40.0 + 215.0 * light) as u8);
            *pixel = Rgba([level, level, level, 255]);
        }
    }
    frame
}

fn track(stage: &mut Stage, intrinsics: CameraIntrinsics) -> (Entity, CustomFeed) {
    let mode = NativeMode { size: SIZE, frame_rate: 30.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("fed", [mode]);
    let track = stage.spawn((VideoTrack, TrackSource::new(source), intrinsics));
    stage.until_live(track);
    feed.push_rgba(SIZE, &frame()).expect("4 bytes for each pixel");
    stage.until_delivered(track, 1);
    (track, feed)
}

/// How far the dot is from its place: the center of the light around it.
fn offset(level: impl Fn(UVec2) -> u8, place: Vec2) -> f32 {
    const REACH: i32 = 30;
    let (mut sum, mut weight) = (Vec2::ZERO, 0.0);
    for y in -REACH..=REACH {
        for x in -REACH..=REACH {
            let at = place.as_ivec2() + IVec2::new(x, y);
            if at.cmplt(IVec2::ZERO).any() || at.cmpge(SIZE.as_ivec2()).any() {
                continue;
            }
            let light = f32::from(level(at.as_uvec2()).saturating_sub(60));
            sum += light * (at.as_vec2() + 0.5);
            weight += light;
        }
    }
    (sum / weight).distance(place)
}

#[test]
fn a_corrected_lens_shows_what_a_pinhole_would() {
    let mut stage = Stage::new();
    let intrinsics = CameraIntrinsics::try_from(lens()).expect("a camera");
    assert_ne!(intrinsics.camera(SIZE).expect("a camera").distortion, Distortion::default());
    assert_eq!(intrinsics.undistorted().camera(SIZE).expect("a camera").distortion, Distortion::default());
    let (plain, _plain_feed) = track(&mut stage, intrinsics);
    let photo = stage.shoot(GrabFrame(plain));
    let bent = places().map(|place| offset(|at| photo.pixel(at.x, at.y).expect("a pixel")[1], place));
    let bent = bent.fold(0.0, f32::max);
    assert!(bent > 8.0, "the lens bends: {bent} pixels");

    let (track, _feed) = track(&mut stage, intrinsics.undistorted());
    let photo = stage.shoot(GrabFrame(track));
    for place in places() {
        let offset = offset(|at| photo.pixel(at.x, at.y).expect("a pixel")[1], place);
        assert!(offset < 0.3, "{offset} pixels at {place}");
    }
}

#[test]
fn taps_see_the_corrected_frame() {
    let mut stage = Stage::new();
    let intrinsics = CameraIntrinsics::try_from(lens()).expect("a camera").undistorted();
    let (track, feed) = track(&mut stage, intrinsics);
    for effects in [false, true] {
        let tap = stage.spawn(PixelTap::luma(track).effects(effects));
        let seen = stage.until("a frame of the tap", |stage| {
            feed.push_rgba(SIZE, &frame()).expect("4 bytes for each pixel");
            stage.app.world().get::<TapFrames>(tap)?.latest().cloned()
        });
        let stride = seen.planes[0].stride;
        let level = |at: UVec2| seen.plane(0)[at.y as usize * stride + at.x as usize];
        for place in places() {
            let offset = offset(level, place);
            assert!(offset < 0.4, "{offset} pixels at {place}");
        }
        stage.app.world_mut().despawn(tap);
    }
}

#[test]
fn the_correction_comes_and_goes_with_its_intrinsics() {
    let mut stage = Stage::new();
    let intrinsics = CameraIntrinsics::try_from(lens()).expect("a camera");
    let (track, _feed) = track(&mut stage, intrinsics.undistorted());
    let corner = places().next().expect("a place");
    let distance = |stage: &mut Stage| {
        let photo = stage.shoot(GrabFrame(track));
        offset(|at| photo.pixel(at.x, at.y).expect("a pixel")[1], corner)
    };
    assert!(distance(&mut stage) < 0.3);
    stage.app.world_mut().entity_mut(track).insert(intrinsics);
    assert!(distance(&mut stage) > 8.0);
    stage.app.world_mut().entity_mut(track).insert(intrinsics.undistorted());
    assert!(distance(&mut stage) < 0.3);
    stage.app.world_mut().entity_mut(track).remove::<CameraIntrinsics>();
    assert!(distance(&mut stage) > 8.0);
}
