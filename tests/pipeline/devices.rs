//! The list of devices, its changes, and tracks that reconnect.

use std::{sync::Arc, time::Duration};

use bevy::{ecs::message::MessageCursor, prelude::*};
use bevy_viewfinder::{
    device::{Device, DeviceId},
    media_devices::MediaDevices,
    prelude::*,
    source::{
        DefaultSource,
        scripted::{Script, ScriptedSource},
    },
};

use crate::stage::{Event, Stage};

/// An app with scripted cameras.
fn stage() -> (Stage, Script) {
    let (source, script) = ScriptedSource::new();
    let source = DefaultSource(Arc::new(source));
    let stage = Stage::with(|app| {
        app.insert_resource(source);
    });
    (stage, script)
}

/// The script's camera under another id.
fn another(script: &Script, id: &str) -> Device {
    Device { id: id.into(), ..script.devices().first().expect("the script's camera").clone() }
}

fn ids(stage: &Stage) -> Vec<String> {
    let devices = stage.app.world().resource::<MediaDevices>().devices();
    devices.iter().map(|device| device.id.0.clone()).collect()
}

/// The changes since the last time.
fn changes(stage: &Stage, cursor: &mut MessageCursor<DevicesChanged>) -> Vec<DevicesChanged> {
    cursor.read(stage.app.world().resource::<Messages<DevicesChanged>>()).cloned().collect()
}

/// Waits for the next change.
fn change(stage: &mut Stage, cursor: &mut MessageCursor<DevicesChanged>) -> DevicesChanged {
    stage.until("a change of the devices", |stage| changes(stage, cursor).pop())
}

fn enumerate(stage: &mut Stage) {
    stage.app.world_mut().trigger(EnumerateDevices);
    stage.until("the list", |stage| stage.app.world().resource::<MediaDevices>().is_ready().then_some(()));
}

#[test]
fn nothing_is_listed_before_the_app_asks() {
    let (mut stage, script) = stage();
    stage.steps(20);
    assert_eq!(script.listed(), 0);
    assert!(!stage.app.world().resource::<MediaDevices>().is_ready());
    enumerate(&mut stage);
    assert_eq!(ids(&stage), ["scripted-1"]);
    let devices = stage.app.world().resource::<MediaDevices>();
    assert_eq!(devices.get(&"scripted-1".into()), script.devices().first());
    assert_eq!((devices.get(&"scripted-2".into()), devices.error()), (None, None));
    assert_eq!(script.opened(), 0, "listing opens nothing");
    assert!(changes(&stage, &mut MessageCursor::default()).is_empty(), "what there is at first is no change");
}

#[test]
fn a_request_is_answered_even_if_the_list_is_unchanged() {
    let (mut stage, script) = stage();
    enumerate(&mut stage);
    let ticks = |stage: &Stage| stage.app.world().resource_ref::<MediaDevices>().last_changed();
    let (before, listed) = (ticks(&stage), script.listed());
    stage.steps(10);
    assert_eq!(ticks(&stage), before, "nothing is written while nothing happens");
    stage.app.world_mut().trigger(EnumerateDevices);
    stage.until("an answer", |stage| (ticks(stage) != before).then_some(()));
    assert_eq!(script.listed(), listed + 1);
}

#[test]
fn changes_list_added_and_removed_devices() {
    let (mut stage, script) = stage();
    enumerate(&mut stage);
    let mut cursor = MessageCursor::default();
    script.plug_in(another(&script, "scripted-2"));
    let came = change(&mut stage, &mut cursor);
    assert_eq!(came, DevicesChanged { added: vec!["scripted-2".into()], removed: vec![] });
    assert_eq!(ids(&stage), ["scripted-1", "scripted-2"]);

    // Several at once are one.
    script.set_devices([another(&script, "scripted-3"), another(&script, "scripted-2")]);
    let swapped = change(&mut stage, &mut cursor);
    let (added, removed) = (vec!["scripted-3".into()], vec!["scripted-1".into()]);
    assert_eq!(swapped, DevicesChanged { added, removed });

    // The same list again, in whatever order, is none.
    let listed = script.listed();
    script.set_devices([another(&script, "scripted-2"), another(&script, "scripted-3")]);
    stage.until("another look", |_| (script.listed() > listed).then_some(()));
    stage.steps(10);
    assert_eq!(changes(&stage, &mut cursor), []);

    script.unplug();
    let gone = change(&mut stage, &mut cursor);
    assert_eq!((gone.added.len(), gone.removed.len()), (0, 2));
    assert!(ids(&stage).is_empty());
}

#[test]
fn a_list_that_is_not_allowed_is_a_denial_until_it_succeeds() {
    let (mut stage, script) = stage();
    let permission = |stage: &Stage| stage.app.world().resource::<MediaPermissions>().camera;
    assert_eq!(permission(&stage), PermissionState::Granted, "no permission is needed");
    script.hide();
    enumerate(&mut stage);
    let error = stage.app.world().resource::<MediaDevices>().error().cloned();
    assert_eq!(error.map(|error| error.name), Some(ErrorName::NotAllowed));
    stage.until("the denial", |stage| (permission(stage) == PermissionState::Denied).then_some(()));
    assert_eq!(script.opened(), 0, "no track was needed");
    script.allow();
    stage.until("the rights", |stage| (permission(stage) == PermissionState::Granted).then_some(()));
    assert_eq!(ids(&stage), ["scripted-1"]);
}

#[test]
fn another_default_source_has_its_own_list() {
    let (mut stage, old) = stage();
    enumerate(&mut stage);
    let (source, script) = ScriptedSource::new();
    script.set_devices([another(&script, "other-1")]);
    stage.app.insert_resource(DefaultSource(Arc::new(source)));
    stage.until("the other's list", |stage| (ids(stage) == ["other-1"]).then_some(()));
    assert!(changes(&stage, &mut MessageCursor::default()).is_empty(), "no device came or went");
    old.unplug();
    stage.steps(10);
    assert_eq!(ids(&stage), ["other-1"]);
}

/// A live track of one of two cameras, that reconnects with it, and that camera.
fn returning(stage: &mut Stage, script: &Script) -> (Entity, Device) {
    let device = another(script, "scripted-2");
    script.plug_in(device.clone());
    let constraints = VideoConstraints::new().device_id(ideal(device.id.0.clone())).width(exact(320));
    let track = stage.spawn((VideoTrack, constraints, AutoReconnect));
    until_state(stage, track, TrackState::Live);
    assert_eq!(device_of(stage, track), Some(device.id.clone()));
    (track, device)
}

#[track_caller]
fn until_state(stage: &mut Stage, track: Entity, state: TrackState) {
    stage.until("the state", |stage| (stage.get::<TrackState>(track)? == state).then_some(()));
}

fn device_of(stage: &Stage, track: Entity) -> Option<DeviceId> {
    stage.get::<VideoSettings>(track).map(|settings| settings.device_id)
}

fn ends(stage: &Stage) -> usize {
    stage.diary().iter().filter(|event| matches!(event, Event::Ended(..))).count()
}

/// Some updates of the app, and time in which a faulty thread would act.
fn for_a_while(stage: &mut Stage) {
    stage.steps(30);
    std::thread::sleep(Duration::from_millis(200));
    stage.steps(30);
}

#[test]
fn a_track_comes_back_with_its_device_and_with_no_other() {
    let (mut stage, script) = stage();
    let (track, device) = returning(&mut stage, &script);
    let constraints = stage.get::<VideoConstraints>(track);
    for times in 1..=2 {
        script.pull_out(&device.id);
        until_state(&mut stage, track, TrackState::Ended);
        // Other devices would meet the constraints as well.
        script.plug_in(another(&script, "scripted-3"));
        for_a_while(&mut stage);
        assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));
        assert_eq!(ends(&stage), times, "each end is one event");

        script.plug_in(device.clone());
        until_state(&mut stage, track, TrackState::Live);
        assert_eq!(device_of(&stage, track), Some(device.id.clone()));
        script.frame();
        stage.until_delivered(track, 1);
        script.pull_out(&"scripted-3".into());
    }
    assert_eq!(stage.get::<VideoConstraints>(track), constraints, "the app's constraints stay");
    let failures = stage.diary().iter().filter(|event| matches!(event, Event::Failed(..))).count();
    assert_eq!(failures, 0);
}

#[test]
fn a_device_that_returns_busy_is_tried_when_it_returns_again() {
    let (mut stage, script) = stage();
    let (track, device) = returning(&mut stage, &script);
    script.pull_out(&device.id);
    until_state(&mut stage, track, TrackState::Ended);
    script.busy();
    script.plug_in(device.clone());
    let failure = |event: &Event| match event {
        Event::Failed(failed, error) if *failed == track => Some(error.name),
        _ => None,
    };
    assert_eq!(stage.until_event("a failure", failure), ErrorName::NotReadable);
    for_a_while(&mut stage);
    assert_eq!(stage.diary().iter().filter_map(failure).count(), 1, "it isn't tried repeatedly");
    script.allow();
    script.pull_out(&device.id);
    // A device that leaves and comes back between two looks at the list has not changed.
    stage.until("the device to leave the list", |stage| (!ids(stage).contains(&device.id.0)).then_some(()));
    for_a_while(&mut stage);
    script.plug_in(device.clone());
    until_state(&mut stage, track, TrackState::Live);
    assert_eq!(device_of(&stage, track), Some(device.id));
}

#[test]
fn a_track_that_was_stopped_or_is_not_to_reconnect_does_not_come_back() {
    let (mut stage, script) = stage();
    let (track, device) = returning(&mut stage, &script);
    script.pull_out(&device.id);
    until_state(&mut stage, track, TrackState::Ended);
    stage.app.world_mut().entity_mut(track).remove::<VideoTrack>();
    script.plug_in(device.clone());
    for_a_while(&mut stage);
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));

    // It is to reconnect only for a time while it is live.
    let track = stage.spawn(VideoTrack);
    until_state(&mut stage, track, TrackState::Live);
    stage.app.world_mut().entity_mut(track).insert(AutoReconnect);
    let devices = script.devices();
    script.unplug();
    until_state(&mut stage, track, TrackState::Ended);
    stage.app.world_mut().entity_mut(track).remove::<AutoReconnect>();
    script.set_devices(devices.clone());
    for_a_while(&mut stage);
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));

    stage.app.world_mut().entity_mut(track).insert((VideoTrack, AutoReconnect));
    until_state(&mut stage, track, TrackState::Live);
    script.unplug();
    until_state(&mut stage, track, TrackState::Ended);
    script.set_devices(devices);
    until_state(&mut stage, track, TrackState::Live);
}

#[test]
fn the_app_may_request_another_device_meanwhile() {
    let (mut stage, script) = stage();
    let (track, device) = returning(&mut stage, &script);
    script.pull_out(&device.id);
    until_state(&mut stage, track, TrackState::Ended);
    stage.app.world_mut().entity_mut(track).insert(VideoTrack);
    until_state(&mut stage, track, TrackState::Live);
    assert_eq!(device_of(&stage, track), Some("scripted-1".into()), "whatever its constraints allow");
    script.plug_in(device);
    for_a_while(&mut stage);
    assert_eq!((device_of(&stage, track), ends(&stage)), (Some("scripted-1".into()), 1), "and stays with it");
}

#[test]
fn an_end_other_than_unplugging_is_final() {
    let (mut stage, script) = stage();
    let (track, _) = returning(&mut stage, &script);
    let devices = script.devices();
    script.end();
    until_state(&mut stage, track, TrackState::Ended);
    script.set_devices([]);
    script.set_devices(devices);
    for_a_while(&mut stage);
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));
}
