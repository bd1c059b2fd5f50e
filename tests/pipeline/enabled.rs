//! Tracks that are disabled and enabled.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::stage::{Event, Stage};

fn switch(stage: &mut Stage, track: Entity, enabled: bool) {
    stage.app.world_mut().entity_mut(track).insert(TrackEnabled(enabled));
}

fn pixel(stage: &mut Stage, track: Entity) -> [u8; 4] {
    stage.shoot(GrabFrame(track)).pixel(9, 9).expect("a pixel")
}

#[test]
fn a_disabled_track_is_black_and_shows_no_old_frame_afterwards() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    script.solid([200, 0, 0]);
    script.frame();
    stage.until_delivered(track, 1);
    assert!(pixel(&mut stage, track)[0] > 150);
    switch(&mut stage, track, false);
    assert_eq!(pixel(&mut stage, track), [0, 0, 0, 255]);
    switch(&mut stage, track, true);
    assert_eq!(pixel(&mut stage, track), [0, 0, 0, 255], "no old frame is shown");
    script.solid([0, 0, 200]);
    stage.until("a new picture", |stage| {
        script.frame();
        (pixel(stage, track)[2] > 150).then_some(())
    });
}

#[test]
fn a_device_without_enabled_tracks_is_closed_and_opened_again() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    switch(&mut stage, track, false);
    stage.until("the device to be closed", |_| (script.closed() == 1).then_some(()));
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    assert_eq!(stage.app.world().resource::<DevicesInUse>().camera, DeviceUse::Held);
    switch(&mut stage, track, true);
    stage.until("the device to be opened again", |_| (script.opened() == 2).then_some(()));
    stage.until("a frame", |stage| {
        script.frame();
        (stage.get::<TrackStatistics>(track)?.delivered_frames >= 1).then_some(())
    });
    assert_eq!(stage.app.world().resource::<DevicesInUse>().camera, DeviceUse::InUse);
    stage.app.world_mut().despawn(track);
    stage.steps(2);
    assert_eq!(stage.app.world().resource::<DevicesInUse>().camera, DeviceUse::None);
}

#[test]
fn a_device_that_cannot_be_opened_again_ends_the_track() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    switch(&mut stage, track, false);
    stage.until("the device to be closed", |_| (script.closed() == 1).then_some(()));
    script.busy();
    switch(&mut stage, track, true);
    let error = stage.until_event("the end", |event| match event {
        Event::Ended(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.map(|error| error.name), Some(ErrorName::NotReadable));
}

#[test]
fn a_device_stays_open_while_one_of_its_tracks_is_enabled() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    let clone = stage.spawn((VideoTrack, CloneOf(track)));
    stage.until_live(clone);
    switch(&mut stage, track, false);
    let since = std::time::Instant::now();
    while since.elapsed().as_secs() < 3 {
        stage.step();
    }
    assert_eq!((script.opened(), script.closed()), (1, 0));
    script.frame();
    stage.until_delivered(clone, 1);
    assert_eq!(stage.get::<TrackStatistics>(track).map(|counted| counted.delivered_frames), Some(0));
}
