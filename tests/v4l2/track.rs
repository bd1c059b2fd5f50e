//! Tracks of a real camera: frames on the GPU, photos, changes of a live track, despawning, unplugging.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy_viewfinder::{
    constraint::ResizeMode,
    device::{Control, ControlValue},
    photo::{IfExists, PhotoFile, PhotoOrigin},
    prelude::*,
};

use crate::{
    bench::Vivid,
    stage::{Event, Stage},
};

/// A live track of this camera, at a small size.
pub fn live(stage: &mut Stage, vivid: &Vivid) -> Entity {
    let track = stage.spawn((VideoTrack, small(vivid)));
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
fn a_photo_shows_the_bars_in_their_order_and_their_colors() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    let photo = stage.shoot(GrabFrame(track));
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
    let file = PhotoFile::new(&saved).if_exists(IfExists::Replace);
    let request = stage.app.world_mut().spawn(GrabFrame(track)).observe(save_to_disk(file)).id();
    stage.until_event("the file", |event| {
        matches!(event, Event::Saved(entity, _) if *entity == request).then_some(())
    });
    assert_eq!(image::image_dimensions(&saved).ok(), Some((320, 180)));
    let _ = std::fs::remove_file(saved);
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_photo_is_larger_than_the_preview_which_goes_on_at_its_own_size() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    let before = stage.get::<VideoSettings>(track);
    let request = stage.spawn((TakePhoto(track), PhotoSettings::new().image_width(1280).image_height(720)));
    let taken = stage.until_event("a photo", |event| match event {
        Event::Taken(entity, taken) if *entity == request => Some(taken.clone()),
        Event::PhotoFailed(entity, error) if *entity == request => panic!("{error}"),
        _ => None,
    });
    assert_eq!((taken.photo.size, taken.origin), (UVec2::new(1280, 720), PhotoOrigin::Still));
    // EBU's 75 % bars, 160 pixels each: the second is yellow, the seventh blue.
    for (x, expected) in [(240, [191, 191, 0]), (1040, [0, 0, 191])] {
        let pixel = taken.photo.pixel(x, 400).expect("within the photo");
        let off = pixel.iter().zip(expected).map(|(a, b)| a.abs_diff(b)).max();
        assert!(off <= Some(4), "{x}: {pixel:?}, not {expected:?}");
    }
    let muted =
        stage.diary().iter().position(|event| matches!(event, Event::Muted(muted) if *muted == track));
    assert!(muted.is_some(), "the track is muted meanwhile");
    stage.until_event("frames again", |event| {
        matches!(event, Event::Unmuted(unmuted) if *unmuted == track).then_some(())
    });
    assert_eq!(stage.get::<VideoSettings>(track), before);
    assert_eq!(stage.shoot(GrabFrame(track)).size, UVec2::new(320, 180));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_despawned_tracks_device_is_free_for_another_program() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    assert!(!is_free(&vivid), "the track holds it");
    stage.app.world_mut().despawn(track);
    stage.until("the device to be closed", |_| is_free(&vivid).then_some(()));
    let ends = stage.diary().iter().filter(|event| matches!(event, Event::Ended(..))).count();
    assert_eq!(ends, 0, "despawning is no event");
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
    assert!(error.is_some(), "unplugging is an error");
    let ends = stage.diary().iter().filter(|event| matches!(event, Event::Ended(..))).count();
    assert_eq!(ends, 1);
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));

    // The camera is back, and the track is live again once it is requested again.
    stage.app.world_mut().entity_mut(track).insert(VideoTrack);
    stage.until("a live track", |stage| (stage.get::<TrackState>(track)? == TrackState::Live).then_some(()));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_busy_camera_is_not_readable_and_can_be_requested_again() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let constraints = small(&vivid);
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
fn inserting_the_track_again_changes_the_resolution() {
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
        let photo = stage.shoot(GrabFrame(track));
        assert_eq!(photo.size, UVec2::new(width, height));
        // The bars are in their places at any size: yellow is the second.
        let [red, green, blue, _] = photo.pixel(width * 3 / 16, height / 2).expect("within the picture");
        assert!(red > 180 && green > 180 && blue < 15, "{width}x{height}: {red} {green} {blue}");
    }
}

/// Constraints that only this camera meets, at a small size.
fn small(vivid: &Vivid) -> VideoConstraints {
    VideoConstraints::new().device_id(exact(vivid.listed().id.0)).width(exact(320)).height(exact(180))
}

/// Changes the constraints of a live track and waits until they hold.
fn change(stage: &mut Stage, track: Entity, constraints: VideoConstraints) {
    let applied = |stage: &Stage| {
        stage
            .diary()
            .iter()
            .filter(|event| matches!(event, Event::Applied(entity) if *entity == track))
            .count()
    };
    let before = applied(stage);
    stage.app.world_mut().entity_mut(track).insert(constraints);
    stage.until("an answer", |stage| {
        let refused = |event: &Event| matches!(event, Event::Refused(..));
        assert!(!stage.diary().iter().any(refused), "{:?}", stage.diary());
        (applied(stage) > before).then_some(())
    });
}

fn control(stage: &Stage, track: Entity, control: Control) -> Option<f64> {
    stage.get::<VideoSettings>(track)?.controls.get(&control).and_then(ControlValue::as_number)
}

/// Whether another program can stream from the camera. `v4l2-ctl` exits with 0 either way: the frame tells.
fn is_free(vivid: &Vivid) -> bool {
    let mut other = vivid.v4l2_ctl_command(&["--stream-mmap", "--stream-count=1", "--stream-to=-"]);
    other.output().is_ok_and(|output| !output.stdout.is_empty())
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn controls_of_a_live_track_go_to_the_driver_and_come_from_it() {
    let vivid = Vivid::first();
    let driver_control = |name: &str| vivid.v4l2_ctl(&["--get-ctrl", name]).trim().to_owned();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    assert_eq!(control(&stage, track, Control::Contrast), Some(128.0));
    change(&mut stage, track, small(&vivid).contrast(ideal(60.4)).brightness(ideal(9999.0)));
    assert_eq!(
        (driver_control("contrast"), driver_control("brightness")),
        ("contrast: 60".into(), "brightness: 255".into())
    );
    assert_eq!(control(&stage, track, Control::Contrast), Some(60.0));
    assert_eq!(control(&stage, track, Control::Brightness), Some(255.0));

    vivid.set_control("saturation", 77);
    stage.until("the driver's change", |stage| {
        (control(stage, track, Control::Saturation)? == 77.0).then_some(())
    });
    assert_eq!(control(&stage, track, Control::Contrast), Some(60.0));
    for name in ["brightness", "contrast", "saturation"] {
        vivid.set_control(name, 128);
    }
    stage.until("the driver's change", |stage| {
        (control(stage, track, Control::Brightness)? == 128.0).then_some(())
    });
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn the_size_of_a_live_track_changes_in_the_driver() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    let native = |width, height| {
        small(&vivid).width(exact(width)).height(exact(height)).resize_mode(exact(ResizeMode::None))
    };
    for (width, height) in [(640, 360), (320, 180)] {
        change(&mut stage, track, native(width, height));
        let format = vivid.v4l2_ctl(&["--get-fmt-video"]);
        assert!(format.contains(&format!("{width}/{height}")), "{format}");
        let photo = stage.shoot(GrabFrame(track));
        assert_eq!(photo.size, UVec2::new(width, height));
        // The bars are in their places at any size: yellow is the second.
        let [red, green, blue, _] = photo.pixel(width * 3 / 16, height / 2).expect("within the picture");
        assert!(red > 180 && green > 180 && blue < 15, "{width}x{height}: {red} {green} {blue}");
    }
    // A crop changes nothing in the driver.
    change(&mut stage, track, small(&vivid).width(exact(100)).height(exact(100)));
    assert_eq!(stage.shoot(GrabFrame(track)).size, UVec2::splat(100));
    let ends = stage.diary().iter().filter(|event| matches!(event, Event::Ended(..))).count();
    assert_eq!((ends, stage.get::<TrackState>(track)), (0, Some(TrackState::Live)));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_disabled_tracks_device_is_free_for_another_program_and_is_opened_again() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let track = live(&mut stage, &vivid);
    assert!(!is_free(&vivid), "the track holds it");
    stage.app.world_mut().entity_mut(track).insert(TrackEnabled(false));
    let since = Instant::now();
    // The machine and the other program are slow, so only the closing is tested, not its time.
    while since.elapsed() < Duration::from_secs(3) {
        stage.step();
    }
    assert!(is_free(&vivid));
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    let delivered = stage.get::<TrackStatistics>(track).map_or(0, |statistics| statistics.delivered_frames);
    stage.app.world_mut().entity_mut(track).insert(TrackEnabled(true));
    stage.until_delivered(track, delivered + 3);
    assert!(!is_free(&vivid), "the track holds it again");
    assert!(!stage.diary().iter().any(|event| matches!(event, Event::Ended(..))), "{:?}", stage.diary());
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn two_tracks_and_a_clone_share_one_capture() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let one = live(&mut stage, &vivid);
    let square = small(&vivid).width(exact(120)).height(exact(120)).frame_rate(at_most(5.0));
    let other = stage.spawn((VideoTrack, square));
    let clone = stage.spawn((VideoTrack, CloneOf(one)));
    for (track, size) in
        [(one, UVec2::new(320, 180)), (other, UVec2::splat(120)), (clone, UVec2::new(320, 180))]
    {
        stage.until_live(track);
        stage.until_delivered(track, 1);
        assert_eq!(stage.shoot(GrabFrame(track)).size, size);
    }
    let rate = stage.get::<VideoSettings>(other).map(|settings| settings.frame_rate);
    assert!(rate.is_some_and(|rate| rate <= 5.0), "{rate:?}");
    // The device is closed with its last track.
    for track in [one, clone] {
        stage.app.world_mut().despawn(track);
    }
    stage.steps(20);
    assert!(!is_free(&vivid));
    let delivered = stage.get::<TrackStatistics>(other).map_or(0, |statistics| statistics.delivered_frames);
    stage.until_delivered(other, delivered + 1);
    stage.app.world_mut().despawn(other);
    stage.until("the device to be closed", |_| is_free(&vivid).then_some(()));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn unplugging_ends_all_tracks_of_the_device_once_each() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let one = live(&mut stage, &vivid);
    let clone = stage.spawn((VideoTrack, CloneOf(one)));
    stage.until_live(clone);
    Vivid::unplug();
    let ended = |stage: &Stage, track| {
        stage
            .diary()
            .iter()
            .filter(|event| matches!(event, Event::Ended(entity, _) if *entity == track))
            .count()
    };
    stage.until("both ends", |stage| (ended(stage, one) + ended(stage, clone) == 2).then_some(()));
    stage.steps(20);
    Vivid::plug_in();
    assert_eq!((ended(&stage, one), ended(&stage, clone)), (1, 1));
}
