//! Constraints of a track that is requested.

use bevy::prelude::*;
use bevy_viewfinder::{prelude::*, source::scripted::ScriptedSource};

use crate::stage::{Event, Stage};

/// The settings that a track gets, or the error.
fn ask(stage: &mut Stage, constraints: VideoConstraints) -> Result<VideoSettings, MediaError> {
    let (source, script) = ScriptedSource::new();
    let track = stage.spawn((VideoTrack, TrackSource::new(source), constraints));
    let answer = stage.until_event("an answer", |event| match event {
        Event::Live(entity) if *entity == track => Some(Ok(())),
        Event::Failed(entity, error) if *entity == track => Some(Err(error.clone())),
        _ => None,
    });
    if answer.is_err() {
        assert_eq!(script.opened(), 0, "constraints that can't be met fail before a device is opened");
    }
    answer.map(|()| stage.get::<VideoSettings>(track).expect("settings of a live track"))
}

#[test]
fn the_nearest_mode_is_chosen() {
    let mut stage = Stage::new();
    let settings =
        ask(&mut stage, VideoConstraints::new().width(640).frame_rate(30.0)).expect("a preference");
    assert_eq!(settings.size, UVec2::new(640, 480));
    let settings = ask(&mut stage, VideoConstraints::new().width(ideal(10_000))).expect("a preference");
    assert_eq!(settings.size, UVec2::new(640, 480));
    let settings = ask(&mut stage, VideoConstraints::new().device_id(exact("scripted-1"))).expect("its id");
    assert_eq!(settings.device_id, "scripted-1".into());
}

#[test]
fn an_impossible_constraint_is_named() {
    let mut stage = Stage::new();
    for (constraints, name) in [
        (VideoConstraints::new().width(exact(5000)), "width"),
        (VideoConstraints::new().height(at_least(481)), "height"),
        (VideoConstraints::new().frame_rate(at_least(31.0)), "frameRate"),
        (VideoConstraints::new().device_id(exact("no such device")), "deviceId"),
    ] {
        let error = ask(&mut stage, constraints).expect_err(name);
        assert_eq!(error.name, ErrorName::Overconstrained, "{error}");
        assert_eq!(error.constraint.as_deref(), Some(name), "{error}");
    }
}

#[test]
fn nonsense_is_an_error_and_not_a_panic() {
    let mut stage = Stage::new();
    for constraints in [
        VideoConstraints::new().frame_rate(exact(f64::NAN)),
        VideoConstraints::new().frame_rate(exact(f64::INFINITY)),
        VideoConstraints::new().frame_rate(exact(-5.0)),
        VideoConstraints::new().frame_rate(between(60.0, 10.0)),
        VideoConstraints::new().width(exact(0)),
        VideoConstraints::new().width(between(900, 100)),
    ] {
        let error = ask(&mut stage, constraints.clone()).expect_err("nonsense");
        assert!(
            matches!(error.name, ErrorName::Overconstrained | ErrorName::Type),
            "{constraints:?}: {error}"
        );
    }
}

#[test]
fn a_source_without_devices_is_not_found() {
    let mut stage = Stage::new();
    let (source, script) = ScriptedSource::new();
    script.set_devices([]);
    stage.spawn((VideoTrack, TrackSource::new(source)));
    let error = stage.until_event("the failure", |event| match event {
        Event::Failed(_, error) => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.name, ErrorName::NotFound);
}

#[test]
fn a_smaller_size_is_cropped_and_scaled_on_the_gpu() {
    let mut stage = Stage::new();
    let constraints = VideoConstraints::new().width(exact(100)).height(exact(100));
    let (track, script) = stage.live((constraints, HoldMode));
    assert_eq!(stage.get::<VideoSettings>(track).map(|settings| settings.size), Some(UVec2::splat(100)));
    script.solid([10, 200, 30]);
    script.frame();
    stage.until_delivered(track, 1);
    let grabbed = stage.shoot(GrabFrame(track));
    assert_eq!(grabbed.size, UVec2::splat(100));
    // The photo has the device's full size nevertheless.
    assert!(stage.shoot(TakePhoto(track)).size.x >= 320);
}
