//! Flipping from one camera to the other.

use std::sync::Arc;

use bevy::prelude::*;
use bevy_viewfinder::{
    device::Device,
    prelude::*,
    source::{DefaultSource, scripted::ScriptedSource},
};

use crate::stage::{Stage, mode};

fn device(id: &str, facing_mode: Option<FacingMode>) -> Device {
    Device { id: id.into(), facing_mode, modes: vec![mode(320, 240, 30.0)], ..default() }
}

/// Flips the camera of a track repeatedly, and returns the ids of the cameras.
fn flipped(devices: impl IntoIterator<Item = Device>, times: usize) -> Vec<String> {
    let (source, _script) = ScriptedSource::from_devices(devices);
    let mut stage = Stage::with(move |app| _ = app.insert_resource(DefaultSource(Arc::new(source))));
    let listed = |stage: &mut Stage| stage.app.world().resource::<MediaDevices>().is_ready().then_some(());
    stage.app.world_mut().trigger(EnumerateDevices);
    stage.until("the list", listed);
    let track = stage.spawn((VideoTrack, VideoConstraints::new().width(ideal(320))));
    let mut seen = Vec::new();
    for _ in 0..=times {
        let id = stage.until("a live track", |stage| {
            let live = stage.get::<TrackState>(track)? == TrackState::Live;
            live.then(|| stage.get::<VideoSettings>(track)).flatten().map(|settings| settings.device_id.0)
        });
        seen.push(id);
        stage.app.world_mut().trigger(FlipCamera { entity: track });
        stage.steps(2);
    }
    assert_eq!(stage.get::<VideoConstraints>(track).and_then(|asked| asked.width.ideal), Some(320));
    seen
}

#[test]
fn from_the_user_to_the_world_and_back() {
    let devices = [
        device("back", Some(FacingMode::Environment)),
        device("front", Some(FacingMode::User)),
        device("outside", None),
    ];
    assert_eq!(flipped(devices, 3), ["back", "front", "back", "front"]);
}

#[test]
fn cameras_without_a_facing_mode_are_taken_in_turn() {
    let devices = ["a", "b", "c"].map(|id| device(id, None));
    assert_eq!(flipped(devices, 3), ["a", "b", "c", "a"]);
}

#[test]
fn the_only_camera_stays() {
    assert_eq!(flipped([device("only", None)], 1), ["only", "only"]);
}
