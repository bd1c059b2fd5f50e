//! Photos: size, canvas, mirror, effects, files, refusals.

use bevy::prelude::*;
use bevy_viewfinder::{
    device::NativeMode, effects::*, frame::PixelFormat, photo::Fit, prelude::*, source::CustomSource,
};

use crate::stage::{Event, Stage};

/// A track of a still of 40 by 20 pixels: left half red, right half blue, the top row white.
pub fn still(stage: &mut Stage, more: impl Bundle) -> Entity {
    let size = UVec2::new(40, 20);
    let mode = NativeMode { size, frame_rate: 30.0, format: PixelFormat::Rgba32 };
    let (source, feed) = CustomSource::new("still", [mode]);
    let pixels: Vec<u8> = (0..20)
        .flat_map(|y| (0..40).map(move |x| (x, y)))
        .flat_map(|(x, y)| match (x, y) {
            (_, 0) => [255, 255, 255, 255],
            (0..20, _) => [250, 10, 20, 255],
            _ => [30, 40, 240, 255],
        })
        .collect();
    let track = stage.spawn((VideoTrack, TrackSource::new(source), more));
    stage.until_event("a live track", |event| {
        matches!(event, Event::Live(live) if *live == track).then_some(())
    });
    feed.push_rgba(size, &pixels).expect("pixels of this size");
    stage.until_delivered(track, 1);
    // The feed is kept: dropping it ends the track.
    stage.app.world_mut().spawn(Keep { _feed: feed });
    track
}

#[derive(Component)]
struct Keep {
    _feed: bevy_viewfinder::source::CustomFeed,
}

#[test]
fn a_photo_is_the_frame_upright_and_exact_and_not_mirrored() {
    let mut stage = Stage::new();
    let track = still(&mut stage, Mirroring::On);
    for photo in [stage.shoot(TakePhoto(track)), stage.shoot(GrabFrame(track))] {
        assert_eq!(photo.size, UVec2::new(40, 20));
        assert_eq!(photo.pixel(5, 0), Some([255, 255, 255, 255]));
        assert_eq!(photo.pixel(5, 10), Some([250, 10, 20, 255]));
        assert_eq!(photo.pixel(35, 10), Some([30, 40, 240, 255]));
    }
    let mirrored = stage.shoot((TakePhoto(track), PhotoOptions::new().mirrored(true)));
    assert_eq!(mirrored.pixel(35, 10), Some([250, 10, 20, 255]));
}

#[test]
fn effects_are_in_the_photo_unless_they_are_left_out() {
    let mut stage = Stage::new();
    let track = still(&mut stage, EffectStack::new().with(Invert { amount: 1.0 }));
    assert_eq!(stage.shoot(TakePhoto(track)).pixel(5, 10), Some([5, 245, 235, 255]));
    assert_eq!(
        stage.shoot((TakePhoto(track), PhotoOptions::new().effects(false))).pixel(5, 10),
        Some([250, 10, 20, 255])
    );
}

#[test]
fn a_photo_is_stretched_or_fitted_to_a_canvas() {
    let mut stage = Stage::new();
    let track = still(&mut stage, ());
    let square = UVec2::splat(20);
    let stretched = stage.shoot((TakePhoto(track), PhotoOptions::new().canvas(square, Fit::Stretch)));
    assert_eq!(stretched.size, square);
    assert_eq!(stretched.pixel(4, 10), Some([250, 10, 20, 255]));
    assert_eq!(stretched.pixel(15, 10), Some([30, 40, 240, 255]));
    let contained = stage.shoot((TakePhoto(track), PhotoOptions::new().canvas(square, Fit::Contain)));
    assert_eq!(contained.pixel(4, 2), Some([0, 0, 0, 0]));
    assert_eq!(contained.pixel(4, 12), Some([250, 10, 20, 255]));
    let covered = stage.shoot((TakePhoto(track), PhotoOptions::new().canvas(square, Fit::Cover)));
    assert_eq!(covered.pixel(0, 10), Some([250, 10, 20, 255]));
    assert_eq!(covered.pixel(19, 10), Some([30, 40, 240, 255]));
}

#[test]
fn a_saved_photo_is_the_photo() {
    let mut stage = Stage::new();
    let track = still(&mut stage, ());
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    for name in ["photo.png", "photo.webp", "photo.jpg"] {
        let path = folder.path().join(name);
        let request = stage.app.world_mut().spawn(TakePhoto(track)).observe(save_to_disk(path.clone())).id();
        stage.until_event("the file", |event| {
            matches!(event, Event::Saved(entity, _) if *entity == request).then_some(())
        });
        let read = image::open(&path).expect("an image that other programs read").to_rgba8();
        assert_eq!(read.dimensions(), (40, 20));
        let pixel = read.get_pixel(5, 10).0;
        let tolerance = if name.ends_with("jpg") { 12 } else { 0 };
        for (value, expected) in pixel.into_iter().zip([250, 10, 20, 255]) {
            assert!(value.abs_diff(expected) <= tolerance, "{name}: {pixel:?}");
        }
        stage
            .until("the request to go", |stage| stage.app.world().get_entity(request).is_err().then_some(()));
    }
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("the folder").count(),
        3,
        "nothing is left beside the photos"
    );
}

#[test]
fn a_photo_that_cannot_be_saved_is_an_event() {
    let mut stage = Stage::new();
    let track = still(&mut stage, ());
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    for (path, name) in [
        (folder.path().join("no such folder/photo.png"), ErrorName::NotFound),
        (folder.path().join("photo.gif"), ErrorName::NotSupported),
        (folder.path().join("photo"), ErrorName::NotSupported),
        (folder.path().to_owned(), ErrorName::NotSupported),
    ] {
        let request = stage.app.world_mut().spawn(TakePhoto(track)).observe(save_to_disk(path.clone())).id();
        let error = stage.until_event("the refusal", |event| match event {
            Event::PhotoFailed(entity, error) if *entity == request => Some(error.clone()),
            _ => None,
        });
        assert_eq!(error.name, name, "{}: {error}", path.display());
    }
    // The track goes on.
    stage.shoot(TakePhoto(track));
}

#[test]
fn a_track_that_is_not_live_gives_no_photo() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    // Live, but without a frame yet: the photo waits for it, and the track's end ends the wait.
    let request = stage.spawn(TakePhoto(track));
    stage.steps(3);
    script.unplug();
    let error = stage.until_event("the refusal", |event| match event {
        Event::PhotoFailed(entity, error) if *entity == request => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.name, ErrorName::Operation);
    assert_eq!(stage.refused(TakePhoto(track)).name, ErrorName::InvalidState);
    assert_eq!(stage.refused(GrabFrame(track)).name, ErrorName::InvalidState);
    let nobody = stage.spawn(());
    assert_eq!(stage.refused(TakePhoto(nobody)).name, ErrorName::NotSupported);
}

#[test]
fn an_absurd_canvas_is_not_supported() {
    let mut stage = Stage::new();
    let track = still(&mut stage, ());
    for size in [UVec2::ZERO, UVec2::new(0, 100), UVec2::splat(u32::MAX)] {
        let error = stage.refused((TakePhoto(track), PhotoOptions::new().canvas(size, Fit::Stretch)));
        assert_eq!(error.name, ErrorName::NotSupported, "{size}");
    }
    stage.shoot(TakePhoto(track));
}
