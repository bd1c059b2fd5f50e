//! The app's own question before a camera is opened.

use std::sync::Arc;

use bevy::prelude::*;
use bevy_viewfinder::{
    prelude::*,
    source::{
        DefaultSource,
        scripted::{Script, ScriptedSource},
    },
};

use crate::stage::{Event, Stage};

/// A stage with scripted default cameras behind a gate.
fn gated() -> (Stage, Script, ConsentGate) {
    let (source, script) = ScriptedSource::new();
    let gate = ConsentGate::default();
    let resource = gate.clone();
    let stage = Stage::with(move |app| {
        app.insert_resource(DefaultSource(Arc::new(source))).insert_resource(resource);
    });
    (stage, script, gate)
}

fn permission(stage: &mut Stage) -> PermissionState {
    stage.steps(2);
    stage.app.world().resource::<MediaPermissions>().camera
}

fn asked(stage: &mut Stage, track: Entity) {
    stage.until_event("the question", |event| {
        matches!(event, Event::Asked(entity) if *entity == track).then_some(())
    });
}

#[test]
fn nothing_is_opened_before_the_user_agrees() {
    let (mut stage, script, gate) = gated();
    assert_eq!(permission(&mut stage), PermissionState::Prompt);
    let track = stage.spawn(VideoTrack);
    asked(&mut stage, track);
    stage.steps(20);
    assert_eq!((script.opened(), stage.get::<TrackState>(track)), (0, Some(TrackState::Pending)));
    gate.grant();
    stage.until_live(track);
    assert_eq!(permission(&mut stage), PermissionState::Granted);
    // Later ones don't ask.
    let clone = stage.spawn((VideoTrack, CloneOf(track)));
    stage.until_live(clone);
    let questions = stage.diary().iter().filter(|event| matches!(event, Event::Asked(_))).count();
    assert_eq!(questions, 1);
}

#[test]
fn constraints_that_cannot_be_met_fail_before_the_user_is_asked() {
    let (mut stage, script, _gate) = gated();
    stage.spawn((VideoTrack, VideoConstraints::new().width(exact(5000))));
    let error = stage.until_event("the failure", |event| match event {
        Event::Failed(_, error) => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.name, ErrorName::Overconstrained);
    assert!(!stage.diary().iter().any(|event| matches!(event, Event::Asked(_))));
    assert_eq!(script.opened(), 0);
}

#[test]
fn a_refusal_comes_first_and_ends_live_tracks() {
    let (mut stage, script, gate) = gated();
    gate.grant();
    let track = stage.spawn(VideoTrack);
    stage.until_live(track);
    let (own, _own_script) = stage.live(());
    gate.deny();
    let error = stage.until_event("the end", |event| match event {
        Event::Ended(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.map(|error| error.name), Some(ErrorName::NotAllowed));
    stage.until("the device to be closed", |_| (script.closed() == 1).then_some(()));
    assert_eq!(permission(&mut stage), PermissionState::Denied);
    assert_eq!(
        stage.get::<TrackState>(own),
        Some(TrackState::Live),
        "a source of one's own is no camera of the gate's"
    );

    // An app that may not use cameras doesn't learn which there are.
    script.set_devices([]);
    let refused = stage.spawn((VideoTrack, VideoConstraints::new().width(exact(5000))));
    let error = stage.until_event("the failure", |event| match event {
        Event::Failed(entity, error) if *entity == refused => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.name, ErrorName::NotAllowed);
}

#[test]
fn a_question_without_an_answer_blocks_nothing() {
    let (mut stage, script, _gate) = gated();
    let track = stage.spawn(VideoTrack);
    asked(&mut stage, track);
    let (other, other_script) = stage.live(());
    other_script.frame();
    stage.until_delivered(other, 1);
    stage.app.world_mut().despawn(track);
    stage.steps(20);
    assert_eq!(script.opened(), 0);
}
