//! Constraints that are changed on a live track.

use bevy::prelude::*;
use bevy_viewfinder::{constraint::Bounds, device::Device, prelude::*, source::scripted::ScriptedSource};

use crate::stage::{Event, Stage, mode};

fn answers(stage: &Stage, track: Entity) -> usize {
    let of_track = |event: &&Event| matches!(event, Event::Applied(entity) | Event::Refused(entity, _) if *entity == track);
    stage.diary().iter().filter(of_track).count()
}

/// Changes the constraints and waits for the answer.
fn change(
    stage: &mut Stage,
    track: Entity,
    constraints: VideoConstraints,
) -> Result<VideoSettings, MediaError> {
    let before = answers(stage, track);
    stage.app.world_mut().entity_mut(track).insert(constraints);
    stage.until("an answer", |stage| (answers(stage, track) > before).then_some(()));
    let answer = stage.diary().iter().rev().find_map(|event| match event {
        Event::Applied(entity) if *entity == track => Some(Ok(())),
        Event::Refused(entity, error) if *entity == track => Some(Err(error.clone())),
        _ => None,
    });
    answer.expect("it came")?;
    Ok(stage.get::<VideoSettings>(track).expect("settings of a live track"))
}

#[test]
fn switching_the_mode_keeps_the_track_live() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(VideoConstraints::new().width(320));
    script.frame();
    stage.until_delivered(track, 1);
    let picture = stage.get::<TrackImage>(track);
    let settings =
        change(&mut stage, track, VideoConstraints::new().width(exact(640))).expect("there is such a mode");
    assert_eq!(settings.size, UVec2::new(640, 480));
    assert_eq!((script.opened(), script.closed()), (2, 1), "one at a time");
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    script.solid([10, 200, 30]);
    script.frame();
    stage.until_delivered(track, 2);
    assert_eq!(stage.get::<TrackImage>(track), picture);
    assert_eq!(stage.shoot(GrabFrame(track)).size, UVec2::new(640, 480));
}

#[test]
fn a_crop_or_a_lower_rate_need_no_other_mode() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(VideoConstraints::new().width(exact(640)));
    let square = VideoConstraints::new().width(exact(400)).height(exact(400)).frame_rate(exact(10.0));
    let settings = change(&mut stage, track, square).expect("cropped and thinned out");
    assert_eq!((settings.size, settings.frame_rate), (UVec2::splat(400), 10.0));
    assert_eq!(script.opened(), 1);
    let delivered = stage.get::<TrackStatistics>(track).map_or(0, |counted| counted.total_frames);
    for frame in 1..=30 {
        script.frame();
        stage.until("the frame to be read", |stage| {
            (stage.get::<TrackStatistics>(track)?.total_frames >= delivered + frame).then_some(())
        });
    }
    stage.steps(3);
    let shown = stage.get::<TrackStatistics>(track).expect("statistics");
    let shown = shown.delivered_frames + shown.discarded_frames;
    assert!((9..=11).contains(&shown), "30 frames at 30 Hz are a second, and 10 of them are shown: {shown}");
}

#[test]
fn constraints_that_cannot_be_met_change_nothing() {
    let mut stage = Stage::new();
    let held = VideoConstraints::new().width(exact(320));
    let (track, script) = stage.live(held.clone());
    let before = stage.get::<VideoSettings>(track);
    for (constraints, name) in [
        (VideoConstraints::new().width(exact(5000)), "width"),
        (VideoConstraints::new().frame_rate(at_least(31.0)), "frameRate"),
        (VideoConstraints::new().device_id(exact("another")), "deviceId"),
    ] {
        let error = change(&mut stage, track, constraints).expect_err(name);
        assert_eq!(
            (error.name, error.constraint.as_deref()),
            (ErrorName::Overconstrained, Some(name)),
            "{error}"
        );
        assert_eq!(
            stage.get::<VideoConstraints>(track),
            Some(held.clone()),
            "the constraints that hold are restored"
        );
        assert_eq!(stage.get::<VideoSettings>(track), before);
    }
    let error =
        change(&mut stage, track, VideoConstraints::new().frame_rate(f64::NAN)).expect_err("nonsense");
    assert_eq!(error.name, ErrorName::Type);
    assert_eq!((script.opened(), stage.get::<TrackState>(track)), (1, Some(TrackState::Live)));
}

#[test]
fn changes_are_carried_out_in_order() {
    let mut stage = Stage::new();
    let (track, _script) = stage.live(());
    for width in [320, 5000, 200, 640] {
        stage.app.world_mut().entity_mut(track).insert(VideoConstraints::new().width(exact(width)));
        stage.step();
    }
    stage.until("all answers", |stage| (answers(stage, track) == 4).then_some(()));
    let told: Vec<_> = stage
        .diary()
        .iter()
        .filter_map(|event| match event {
            Event::Applied(_) => Some(true),
            Event::Refused(..) => Some(false),
            _ => None,
        })
        .collect();
    assert_eq!(told, [true, false, true, true]);
    assert_eq!(stage.get::<VideoSettings>(track).map(|settings| settings.size.x), Some(640));
    assert_eq!(stage.get::<VideoConstraints>(track), Some(VideoConstraints::new().width(exact(640))));
}

#[test]
fn constraints_that_are_changed_while_the_track_is_pending_hold_once_it_is_live() {
    let mut stage = Stage::new();
    let (source, _script) = ScriptedSource::new();
    let track = stage.spawn((VideoTrack, TrackSource::new(source), VideoConstraints::new().width(320)));
    stage.app.update();
    stage.app.world_mut().entity_mut(track).insert(VideoConstraints::new().width(640));
    stage.until("the later width", |stage| (stage.get::<VideoSettings>(track)?.size.x == 640).then_some(()));
}

#[test]
fn an_ended_track_takes_constraints_for_the_next_time() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    script.end();
    stage.until_event("the end", |event| matches!(event, Event::Ended(..)).then_some(()));
    stage.app.world_mut().entity_mut(track).insert(VideoConstraints::new().width(exact(5000)));
    stage.steps(5);
    assert_eq!(answers(&stage, track), 0);
    assert_eq!(stage.get::<VideoConstraints>(track), Some(VideoConstraints::new().width(exact(5000))));
}

#[test]
fn capabilities_say_what_would_be_met() {
    let mut stage = Stage::new();
    let device =
        Device { id: "wide".into(), modes: vec![mode(640, 480, 30.0), mode(1280, 720, 60.0)], ..default() };
    let (source, _script) = ScriptedSource::from_devices([device]);
    let track = stage.spawn((VideoTrack, TrackSource::new(source)));
    let capabilities = stage.until("capabilities", |stage| stage.get::<VideoCapabilities>(track));
    assert_eq!((capabilities.width, capabilities.height), (Bounds::new(1, 1280), Bounds::new(1, 720)));
    assert_eq!(capabilities.frame_rate, Bounds::new(0.0, 60.0));
}
