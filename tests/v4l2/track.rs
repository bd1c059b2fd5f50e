//! Tracks on a real camera: its picture on the GPU, photos, despawn, unplugging.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::{
    bench::Vivid,
    stage::{Event, Stage},
};

/// A live track of this camera, at a small size.
fn live(stage: &mut Stage, vivid: &Vivid) -> Entity {
    let constraints =
        VideoConstraints::new().device_id(exact(vivid.listed().id.0)).width(exact(320)).height(exact(180));
    let track = stage.spawn((VideoTrack, constraints));
    stage.until_event("a live track", |event| match event {
        Event::Live(live) if *live == track => Some(()),
        Event::Failed(failed, error) if *failed == track => panic!("{error}"),
        _ => None,
    });
    stage.until_delivered(track, 1);
    track
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_photo_shows_the_bars_in_their_order_and_their_colours() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    let photo = stage.shoot(TakePhoto::of(track));
    assert_eq!(photo.size, UVec2::new(320, 180));
    // EBU's 75 % bars, left to right; vivid's default pattern.
    let bars =
        [[191, 191, 191], [191, 191, 0], [0, 191, 191], [0, 191, 0], [191, 0, 191], [191, 0, 0], [0, 0, 191]];
    for (bar, expected) in bars.into_iter().enumerate() {
        let [red, green, blue, alpha] = photo.pixel(bar as u32 * 40 + 20, 100).expect("within the picture");
        let off = [red, green, blue].iter().zip(expected).map(|(a, b)| a.abs_diff(b)).max();
        assert!(off <= Some(4) && alpha == 255, "bar {bar}: {red} {green} {blue}, not {expected:?}");
    }
    let saved = std::env::temp_dir().join("viewfinder-vivid.png");
    let request = stage.app.world_mut().spawn(TakePhoto::of(track)).observe(save_to_disk(saved.clone())).id();
    stage.until_event("the file", |event| {
        matches!(event, Event::Saved(entity, _) if *entity == request).then_some(())
    });
    assert_eq!(image::image_dimensions(&saved).ok(), Some((320, 180)));
    let _ = std::fs::remove_file(saved);
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_despawned_tracks_device_is_free_for_another_program() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    stage.app.world_mut().despawn(track);
    stage.until("the device to be let go", |_| {
        let mut other =
            vivid.v4l2_ctl_command(&["--stream-mmap", "--stream-count=1", "--stream-to=/dev/null"]);
        other.status().is_ok_and(|status| status.success()).then_some(())
    });
    let ends = stage.diary().iter().filter(|event| matches!(event, Event::Ended(..))).count();
    assert_eq!(ends, 0, "the app's own stop is no event");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn unplugging_in_mid_stream_ends_the_track_once() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    Vivid::unplug();
    let error = stage.until_event("the end", |event| match event {
        Event::Ended(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    });
    stage.steps(20);
    Vivid::plug_in();
    assert!(error.is_some(), "a device that goes is no ordinary end");
    let ends = stage.diary().iter().filter(|event| matches!(event, Event::Ended(..))).count();
    assert_eq!(ends, 1);
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));

    // The camera is back, and so is the track once it is asked for again.
    stage.app.world_mut().entity_mut(track).insert(VideoTrack);
    stage.until("a live track", |stage| (stage.get::<TrackState>(track)? == TrackState::Live).then_some(()));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_camera_that_another_program_holds_fails_by_name_and_can_be_asked_for_again() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let constraints =
        VideoConstraints::new().device_id(exact(vivid.listed().id.0)).width(exact(320)).height(exact(180));
    let track = vivid.while_held(|| {
        let track = stage.spawn((VideoTrack, constraints));
        let name = stage.until_event("the failure", |event| match event {
            Event::Failed(failed, error) if *failed == track => Some(error.name),
            _ => None,
        });
        assert_eq!(name, ErrorName::NotReadable);
        track
    });
    stage.app.world_mut().entity_mut(track).insert(VideoTrack);
    stage.until("a live track", |stage| (stage.get::<TrackState>(track)? == TrackState::Live).then_some(()));
    stage.until_delivered(track, 1);
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn another_resolution_is_had_by_asking_again() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    let id = vivid.listed().id.0;
    for (width, height) in [(640, 360), (320, 180), (1280, 720)] {
        let constraints =
            VideoConstraints::new().device_id(exact(id.clone())).width(exact(width)).height(exact(height));
        stage.app.world_mut().entity_mut(track).insert((VideoTrack, constraints));
        stage.until("the new size", |stage| {
            let size = stage.get::<VideoSettings>(track)?.size;
            (size == UVec2::new(width, height)).then_some(())
        });
        stage.until_delivered(track, 1);
        let photo = stage.shoot(GrabFrame::of(track));
        assert_eq!(photo.size, UVec2::new(width, height));
        // The bars are where they belong at any size: yellow is the second.
        let [red, green, blue, _] = photo.pixel(width * 3 / 16, height / 2).expect("within the picture");
        assert!(red > 180 && green > 180 && blue < 15, "{width}x{height}: {red} {green} {blue}");
    }
}
