//! Cameras that send no frames though the driver says that they stream.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::{
    bench::Vivid,
    mjpeg::Loopback,
    stage::{Event, Stage},
};

#[track_caller]
fn until_muted(stage: &mut Stage, track: Entity) {
    let reason = stage.until("silence", |stage| stage.get::<Muted>(track)).reason;
    assert_eq!(reason, MuteReason::Silence);
}

#[track_caller]
fn until_unmuted(stage: &mut Stage, track: Entity) {
    stage.until("frames again", |stage| stage.get::<Muted>(track).is_none().then_some(()));
    let delivered = stage.get::<TrackStatistics>(track).map_or(0, |statistics| statistics.delivered_frames);
    stage.until_delivered(track, delivered + 3);
}

#[track_caller]
fn assert_live(stage: &Stage, track: Entity) {
    let ended = stage.diary().iter().any(|event| matches!(event, Event::Ended(..)));
    assert!(!ended, "{:?}", stage.diary());
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_silent_camera_is_muted_and_reopened_until_it_sends_again() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let constraints = VideoConstraints::new().device_id(exact(vivid.listed().id.0)).width(exact(320));
    let track = stage.spawn((VideoTrack, constraints));
    stage.until_live(track);
    stage.until_delivered(track, 3);

    vivid.set_control("percentage_of_dropped_buffers", 100);
    until_muted(&mut stage, track);
    stage.until_event("its reopening", |event| {
        matches!(event, Event::Reopened(entity) if *entity == track).then_some(())
    });
    until_muted(&mut stage, track);
    vivid.set_control("percentage_of_dropped_buffers", 0);
    until_unmuted(&mut stage, track);
    assert_live(&stage, track);
    let statistics = stage.get::<TrackStatistics>(track).expect("statistics of a track");
    assert!(statistics.silences >= 1 && statistics.reopened >= 1, "{statistics:?}");
}

#[test]
#[ignore = "needs a loopback camera: cargo xtask test runs it in a virtual machine"]
fn a_loopback_camera_waits_for_its_writer() {
    let Some(loopback) = Loopback::feed() else {
        println!("skipped: the machine has no loopback camera (v4l2loopback)");
        return;
    };
    let mut stage = Stage::new();
    let device = loopback.until_listed();
    let track = stage.spawn((VideoTrack, VideoConstraints::new().device_id(exact(device.id.0))));
    stage.until_live(track);
    stage.until_delivered(track, 3);

    // The writer stays away until after the first reopening. Without one the driver refuses to stream.
    drop(loopback);
    until_muted(&mut stage, track);
    stage.until_event("an attempt", |event| {
        matches!(event, Event::Reopened(_) | Event::ReopenFailed(..)).then_some(())
    });
    let _again = Loopback::feed();
    until_unmuted(&mut stage, track);
    assert_live(&stage, track);
}
