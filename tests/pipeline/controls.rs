//! Camera controls, from constraints to the device and back.

use std::sync::Arc;

use bevy::prelude::*;
use bevy_viewfinder::{
    constraint::VideoConstraintSet,
    device::{Control, ControlCapabilities, ControlCapability, ControlValue, MeteringMode, SettingsRange},
    prelude::*,
    source::scripted::{Script, ScriptedSource},
};

use crate::stage::{Event, Stage};

/// A source whose camera has a control of each type, and one that depends on the mode of another.
fn source() -> (TrackSource, Script) {
    let (source, script) = ScriptedSource::new();
    let range = |min, max, step| ControlCapability::Number(SettingsRange { min, max, step });
    let modes = vec![MeteringMode::Continuous, MeteringMode::Manual];
    let controls = ControlCapabilities::from([
        (Control::ExposureMode, ControlCapability::Modes(modes)),
        (Control::ExposureTime, range(10.0, 100.0, 10.0)),
        (Control::Brightness, range(0.0, 255.0, 1.0)),
        (Control::Zoom, range(1.0, 3.0, 0.5)),
        (Control::Torch, ControlCapability::Booleans(vec![false, true])),
    ]);
    script.set_devices(script.devices().into_iter().map(|device| bevy_viewfinder::device::Device {
        id: "with-controls".into(),
        controls: controls.clone(),
        ..device
    }));
    (TrackSource(Arc::new(source)), script)
}

/// A live track of that camera.
fn live(stage: &mut Stage, constraints: VideoConstraints) -> (Entity, Script) {
    let (source, script) = source();
    let track = stage.spawn((VideoTrack, source, constraints));
    stage.until_live(track);
    (track, script)
}

fn setting(stage: &Stage, track: Entity, control: Control) -> Option<ControlValue> {
    stage.get::<VideoSettings>(track)?.controls.get(&control).cloned()
}

fn number(value: f64) -> Option<ControlValue> {
    Some(ControlValue::Number(value))
}

fn mode(value: MeteringMode) -> Option<ControlValue> {
    Some(ControlValue::Mode(value))
}

/// Changes the constraints and waits for the answer.
fn change(stage: &mut Stage, track: Entity, constraints: VideoConstraints) -> Result<(), MediaError> {
    let answers = |stage: &Stage| {
        let answer = |event: &Event| match event {
            Event::Applied(entity) if *entity == track => Some(Ok(())),
            Event::Refused(entity, error) if *entity == track => Some(Err(error.clone())),
            _ => None,
        };
        stage.diary().iter().filter_map(answer).collect::<Vec<_>>()
    };
    let before = answers(stage).len();
    stage.app.world_mut().entity_mut(track).insert(constraints);
    stage.until("an answer", |stage| answers(stage).into_iter().nth(before))
}

#[test]
fn settings_and_capabilities_have_the_devices_controls() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, default());
    let settings = stage.get::<VideoSettings>(track).expect("settings").controls;
    let capabilities = stage.get::<VideoCapabilities>(track).expect("capabilities").controls;
    assert_eq!(capabilities, script.devices()[0].controls);
    assert!(settings.keys().eq(capabilities.keys()), "{settings:?}");
    assert_eq!(settings.get(&Control::Zoom).cloned(), number(2.0));
    assert_eq!(settings.get(&Control::Pan), None, "a control that it lacks is absent");
}

#[test]
fn initial_controls_are_set_before_the_track_is_live() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, VideoConstraints::new().zoom(ideal(2.4)).torch(true));
    assert_eq!(script.control(Control::Zoom), number(2.5), "snapped to a step");
    assert_eq!(script.control(Control::Torch), Some(ControlValue::Boolean(true)));
    assert_eq!(setting(&stage, track, Control::Zoom), number(2.5));
    assert_eq!(script.opened(), 1);
}

#[test]
fn changes_are_applied_snapped_and_read_back() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, default());
    for (asked, got) in [(1.1, 1.0), (2.9, 3.0), (99.0, 3.0)] {
        assert_eq!(change(&mut stage, track, VideoConstraints::new().zoom(ideal(asked))), Ok(()));
        assert_eq!(
            (script.control(Control::Zoom), setting(&stage, track, Control::Zoom)),
            (number(got), number(got))
        );
    }
    // Empty constraints change nothing.
    assert_eq!(change(&mut stage, track, default()), Ok(()));
    assert_eq!(setting(&stage, track, Control::Zoom), number(3.0));
    assert_eq!((script.opened(), stage.get::<TrackState>(track)), (1, Some(TrackState::Live)));
    // A preferred control that the device lacks is no reason to reject the constraints.
    assert_eq!(change(&mut stage, track, VideoConstraints::new().pan(ideal(3600.0))), Ok(()));
    assert_eq!(setting(&stage, track, Control::Pan), None);
}

#[test]
fn modes_are_set_before_the_values_that_they_make_room_for() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, default());
    assert_eq!(script.control(Control::ExposureMode), mode(MeteringMode::Continuous));
    // An exposure time alone has no effect while exposure is automatic.
    assert_eq!(change(&mut stage, track, VideoConstraints::new().exposure_time(ideal(90.0))), Ok(()));
    assert_ne!(script.control(Control::ExposureTime), number(90.0));
    let manual =
        VideoConstraints::new().exposure_time(ideal(90.0)).exposure_mode(ideal(MeteringMode::Manual));
    assert_eq!(change(&mut stage, track, manual), Ok(()));
    assert_eq!(script.control(Control::ExposureTime), number(90.0));
    assert_eq!(setting(&stage, track, Control::ExposureTime), number(90.0));
    assert_eq!(setting(&stage, track, Control::ExposureMode), mode(MeteringMode::Manual));
}

#[test]
fn if_a_required_control_cannot_be_set_all_are_restored() {
    let mut stage = Stage::new();
    let held = VideoConstraints::new().zoom(ideal(1.5));
    let (track, script) = live(&mut stage, held.clone());
    let before = stage.get::<VideoSettings>(track);
    let of_device =
        || script.devices()[0].controls.keys().map(|control| script.control(*control)).collect::<Vec<_>>();
    let values = of_device();
    script.jam(Control::Zoom);
    // Three are set before the one that fails. One of them depends on the mode that another sets.
    let refused = VideoConstraints::new()
        .width(exact(640))
        .exposure_mode(ideal(MeteringMode::Manual))
        .exposure_time(ideal(90.0))
        .brightness(ideal(7.0))
        .zoom(exact(3.0));
    let error = change(&mut stage, track, refused.clone()).expect_err("it is stuck");
    assert_eq!(error.name, ErrorName::NotReadable, "{error}");
    assert_eq!(of_device(), values, "all of them");
    assert_eq!(stage.get::<VideoSettings>(track), before, "the mode too");
    assert_eq!(stage.get::<VideoConstraints>(track), Some(held));
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    script.frame();
    stage.until_delivered(track, 1);
    script.allow();
    assert_eq!(change(&mut stage, track, refused), Ok(()));
    assert_eq!(setting(&stage, track, Control::ExposureTime), number(90.0));
}

#[test]
fn a_preferred_control_that_the_device_rejects_is_skipped() {
    let mut stage = Stage::new();
    let (source, script) = source();
    script.jam(Control::Zoom);
    let track = stage.spawn((VideoTrack, source, VideoConstraints::new().zoom(ideal(3.0)).brightness(7.0)));
    stage.until_live(track);
    assert_eq!(setting(&stage, track, Control::Zoom), number(2.0), "the setting is the real value");
    assert_eq!(setting(&stage, track, Control::Brightness), number(7.0));
    assert_eq!(change(&mut stage, track, VideoConstraints::new().zoom(ideal(1.0)).torch(true)), Ok(()));
    assert_eq!(setting(&stage, track, Control::Zoom), number(2.0));
    assert_eq!(setting(&stage, track, Control::Torch), Some(ControlValue::Boolean(true)));
}

#[test]
fn an_advanced_set_is_met_or_skipped_as_a_whole() {
    let mut stage = Stage::new();
    let (track, _script) = live(&mut stage, default());
    let advanced = VideoConstraints::new()
        .advanced(VideoConstraintSet::new().zoom(exact(9.0)).torch(true))
        .advanced(VideoConstraintSet::new().zoom(at_least(2.6)));
    assert_eq!(change(&mut stage, track, advanced.clone()), Ok(()));
    assert_eq!(setting(&stage, track, Control::Zoom), number(3.0), "the nearest that meets it");
    assert_eq!(
        setting(&stage, track, Control::Torch),
        Some(ControlValue::Boolean(false)),
        "whole or not at all"
    );
    assert_eq!(stage.get::<VideoConstraints>(track), Some(advanced), "unmet sets are read back too");
}

#[test]
fn a_control_can_be_required_of_a_track_that_is_live_and_of_its_clones() {
    let mut stage = Stage::new();
    let (track, _script) = live(&mut stage, default());
    let required = VideoConstraints::new().zoom(exact(1.5)).exposure_mode(exact(MeteringMode::Manual));
    assert_eq!(change(&mut stage, track, required.clone()), Ok(()));
    assert_eq!(setting(&stage, track, Control::Zoom), number(1.5));
    assert_eq!(setting(&stage, track, Control::ExposureMode), mode(MeteringMode::Manual));
    let clone = stage.spawn((VideoTrack, CloneOf(track)));
    stage.until_live(clone);
    assert_eq!(setting(&stage, clone, Control::Zoom), number(1.5));
    for (constraints, name) in [
        (VideoConstraints::new().zoom(exact(9.0)), "zoom"),
        (VideoConstraints::new().exposure_mode(exact(MeteringMode::SingleShot)), "exposureMode"),
        (VideoConstraints::new().pan(exact(0.0)), "pan"),
    ] {
        let error = change(&mut stage, track, constraints).expect_err(name);
        assert_eq!((error.name, error.constraint.as_deref()), (ErrorName::Overconstrained, Some(name)));
    }
    // The clone requires a zoom of 1.5, and the device has one zoom.
    let error = change(&mut stage, track, VideoConstraints::new().zoom(exact(2.0))).expect_err("two zooms");
    assert_eq!(error.name, ErrorName::Overconstrained, "{error}");
    // A control can't be required for choosing a device.
    let (source, _) = source();
    let other = stage.spawn((VideoTrack, source, required));
    let refused = stage.until_event("the refusal", |event| match event {
        Event::Failed(failed, error) if *failed == other => Some(error.name),
        _ => None,
    });
    assert_eq!(refused, ErrorName::Type);
}

#[test]
fn controls_set_by_another_program_reach_all_tracks_of_the_device() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, default());
    let clone = stage.spawn((VideoTrack, CloneOf(track)));
    stage.until_live(clone);
    script.change_control(Control::Brightness, ControlValue::Number(7.0));
    for track in [track, clone] {
        stage.until("the setting", |stage| {
            (setting(stage, track, Control::Brightness) == number(7.0)).then_some(())
        });
    }
    // A control that one track sets changes the settings of the other.
    assert_eq!(change(&mut stage, clone, VideoConstraints::new().brightness(ideal(9.0))), Ok(()));
    stage.until("the setting", |stage| {
        (setting(stage, track, Control::Brightness) == number(9.0)).then_some(())
    });
    let of_other = stage.get::<VideoConstraints>(track);
    assert_eq!(of_other, Some(default()), "its constraints are its own");
}

#[test]
fn controls_stay_when_another_mode_is_opened() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, VideoConstraints::new().width(320).zoom(ideal(3.0)));
    let wider = VideoConstraints::new().width(exact(640)).brightness(ideal(7.0));
    assert_eq!(change(&mut stage, track, wider), Ok(()));
    assert_eq!(script.opened(), 2);
    assert_eq!(setting(&stage, track, Control::Zoom), number(3.0));
    assert_eq!(
        (script.control(Control::Brightness), script.control(Control::Zoom)),
        (number(7.0), number(3.0))
    );
}

#[test]
fn a_track_muted_by_its_source_is_black() {
    let mut stage = Stage::new();
    let (track, script) = live(&mut stage, default());
    let clone = stage.spawn((VideoTrack, CloneOf(track)));
    stage.until_live(clone);
    let pixel = |stage: &mut Stage| stage.shoot(GrabFrame(track)).pixel(9, 9).expect("a pixel");
    script.solid([200, 0, 0]);
    script.frame();
    stage.until_delivered(track, 1);
    assert!(pixel(&mut stage)[0] > 150);
    script.mute();
    for track in [track, clone] {
        stage.until("silence", |stage| stage.get::<Muted>(track));
    }
    script.frame();
    assert_eq!(pixel(&mut stage), [0, 0, 0, 255]);
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    // A track that joins later is muted as its source is.
    let late = stage.spawn((VideoTrack, CloneOf(track)));
    stage.until_live(late);
    stage.until("silence of the late one too", |stage| stage.get::<Muted>(late));
    script.unmute();
    for track in [track, clone, late] {
        stage.until("its end", |stage| stage.get::<Muted>(track).is_none().then_some(()));
    }
    stage.until("a picture", |stage| {
        script.frame();
        (pixel(stage)[0] > 150).then_some(())
    });
}
