//! Cameras that are plugged in and unplugged.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant},
};

use bevy::{ecs::message::MessageCursor, prelude::*};
use bevy_viewfinder::{
    device::DeviceId,
    media_devices::MediaDevices,
    prelude::*,
    source::{Source, V4l2Source},
};

use crate::{
    bench::{LONG, Vivid},
    stage::{Event, Stage},
};

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn the_watcher_reports_nodes_and_their_permissions() {
    let vivid = Vivid::first();
    let mut watch = V4l2Source.watch();
    // Listing and using a camera doesn't change the list.
    vivid.listed();
    vivid.v4l2_ctl(&["--stream-mmap", "--stream-count=1", "--stream-to=/dev/null"]);
    assert!(!watch.wait(Duration::from_secs(1)));
    let start = Instant::now();
    Vivid::unplug();
    assert!(watch.wait(LONG), "it went");
    Vivid::plug_in();
    assert!(watch.wait(LONG), "it came");
    // Without inotify the watcher would report every two seconds. With it, it reports changes alone.
    assert!(!watch.wait(Duration::from_secs(3)), "{:?}", start.elapsed());
    let node = Vivid::first().node;
    fs::set_permissions(&node, fs::Permissions::from_mode(0o660)).expect("root may");
    assert!(watch.wait(LONG), "its permissions changed");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn unplugging_and_plugging_in_are_device_changes_and_the_track_comes_back() {
    let vivid = Vivid::first();
    let mut stage = Stage::new();
    let mut cursor = MessageCursor::<DevicesChanged>::default();
    stage.app.world_mut().trigger(EnumerateDevices);
    let before: Vec<DeviceId> = stage.until("the list", |stage| {
        let devices = stage.app.world().resource::<MediaDevices>();
        devices.is_ready().then(|| devices.devices().iter().map(|device| device.id.clone()).collect())
    });
    let id = vivid.listed().id;
    assert!(before.contains(&id));
    let constraints =
        VideoConstraints::new().device_id(exact(id.0.clone())).width(exact(320)).height(exact(180));
    let track = stage.spawn((VideoTrack, constraints, AutoReconnect));
    stage.until("frames", |stage| (stage.get::<TrackStatistics>(track)?.delivered_frames > 0).then_some(()));

    Vivid::unplug();
    let mut removed = Vec::new();
    stage.until("the removal", |stage| {
        for change in cursor.read(stage.app.world().resource::<Messages<DevicesChanged>>()) {
            assert!(change.added.is_empty(), "{change:?}");
            removed.extend(change.removed.clone());
        }
        removed.contains(&id).then_some(())
    });
    stage.until_event("the end", |event| {
        matches!(event, Event::Ended(entity, _) if *entity == track).then_some(())
    });
    assert!(stage.app.world().resource::<MediaDevices>().get(&id).is_none());

    Vivid::plug_in();
    stage.until("the track", |stage| (stage.get::<TrackState>(track)? == TrackState::Live).then_some(()));
    stage.until_delivered(track, 1);
    assert_eq!(stage.get::<VideoSettings>(track).map(|settings| settings.device_id), Some(id.clone()));
    stage.until("the list", |stage| {
        stage.app.world().resource::<MediaDevices>().get(&id).is_some().then_some(())
    });
    let ends = stage.diary().iter().filter(|event| matches!(event, Event::Ended(..))).count();
    assert_eq!(ends, 1, "{:?}", stage.diary());
}
