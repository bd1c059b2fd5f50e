//! The life of a track: spawned, live, ended, despawned.

use bevy::prelude::*;
use bevy_viewfinder::{frame::PixelFormat, prelude::*, source::scripted::ScriptedSource};

use crate::stage::{Event, Stage};

#[test]
fn a_spawned_track_becomes_live_with_settings_and_an_image() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(VideoConstraints::new().width(exact(640)));
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    let settings = stage.get::<VideoSettings>(track).expect("settings of a live track");
    assert_eq!(settings.size, UVec2::new(640, 480));

    script.frame();
    stage.until_delivered(track, 1);
    let TrackImage(handle) = stage.get::<TrackImage>(track).expect("a picture");
    let image = stage.app.world().resource::<Assets<Image>>().get(&handle).expect("an image asset").clone();
    assert_eq!(image.size(), UVec2::new(640, 480));
}

#[test]
fn despawning_closes_the_device_without_an_event() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    assert_eq!((script.opened(), script.closed()), (1, 0));
    stage.app.world_mut().despawn(track);
    stage.until("the device to be closed", |_| (script.closed() == 1).then_some(()));
    stage.steps(5);
    assert!(!stage.diary().iter().any(|event| matches!(event, Event::Ended(..))), "{:?}", stage.diary());
}

#[test]
fn a_stalled_device_is_closed_too() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    script.stall();
    stage.app.world_mut().despawn(track);
    stage.until("the stalled device to be closed", |_| (script.closed() == 1).then_some(()));
}

#[test]
fn removing_the_track_stops_it_and_keeps_the_entity() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    stage.app.world_mut().entity_mut(track).remove::<VideoTrack>();
    stage.until("the device to be closed", |_| (script.closed() == 1).then_some(()));
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));
    assert!(stage.get::<VideoSettings>(track).is_none());
}

#[test]
fn unplugging_ends_the_track_once() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    script.frame();
    script.unplug();
    let error = stage.until_event("the end", |event| match event {
        Event::Ended(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.map(|error| error.name), Some(ErrorName::NotFound));
    stage.steps(10);
    let ends = stage.diary().iter().filter(|event| matches!(event, Event::Ended(..))).count();
    assert_eq!(ends, 1);
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));
    assert_eq!(script.closed(), 1);
}

#[test]
fn a_source_that_comes_to_its_end_ends_the_track_without_an_error() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    script.end();
    let error = stage.until_event("the end", |event| match event {
        Event::Ended(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error, None);
}

#[test]
fn inserting_the_track_again_requests_a_device_again() {
    let mut stage = Stage::new();
    let (source, script) = ScriptedSource::new();
    script.deny();
    let track = stage.spawn((VideoTrack, TrackSource::new(source)));
    let error = stage.until_event("the failure", |event| match event {
        Event::Failed(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.name, ErrorName::NotAllowed);
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));
    let image = stage.get::<TrackImage>(track);

    script.allow();
    stage.app.world_mut().entity_mut(track).insert(VideoTrack);
    stage.until_event("a live track", |event| matches!(event, Event::Live(_)).then_some(()));
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    assert_eq!(stage.get::<TrackImage>(track), image, "the image stays the same");
}

#[test]
fn a_busy_device_is_not_readable() {
    let mut stage = Stage::new();
    let (source, script) = ScriptedSource::new();
    script.busy();
    stage.spawn((VideoTrack, TrackSource::new(source)));
    let error = stage.until_event("the failure", |event| match event {
        Event::Failed(_, error) => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.name, ErrorName::NotReadable);
}

#[test]
fn a_change_of_size_in_mid_stream_changes_settings_and_image() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(VideoConstraints::new().width(exact(320)));
    script.frame();
    stage.until_delivered(track, 1);
    script.change_format(UVec2::new(643, 361), PixelFormat::I420).expect("a size that can be painted");
    script.solid([200, 40, 90]);
    script.frame();
    stage.until("the new size", |stage| {
        (stage.get::<VideoSettings>(track)?.size == UVec2::new(643, 361)).then_some(())
    });
    let photo = stage.shoot(GrabFrame(track));
    assert_eq!(photo.size, UVec2::new(643, 361));
    let pixel = photo.pixel(642, 10).expect("within the picture");
    assert!(
        pixel[0].abs_diff(200) < 6 && pixel[1].abs_diff(40) < 6 && pixel[2].abs_diff(90) < 6,
        "{pixel:?}"
    );
}

#[test]
fn two_tracks_are_two_cameras() {
    let mut stage = Stage::new();
    let (first, first_script) = stage.live(());
    let (second, second_script) = stage.live(());
    first_script.solid([200, 0, 0]);
    second_script.solid([0, 0, 200]);
    first_script.frame();
    second_script.frame();
    stage.until_delivered(first, 1);
    stage.until_delivered(second, 1);
    let red = stage.shoot(GrabFrame(first)).pixel(9, 9).expect("a pixel");
    let blue = stage.shoot(GrabFrame(second)).pixel(9, 9).expect("a pixel");
    assert!(red[0] > 150 && red[2] < 50, "{red:?}");
    assert!(blue[2] > 150 && blue[0] < 50, "{blue:?}");
    stage.app.world_mut().despawn(first);
    stage.until("the first to be closed", |_| (first_script.closed() == 1).then_some(()));
    second_script.frame();
    stage.until_delivered(second, 2);
}

#[test]
fn a_track_may_be_despawned_at_any_of_its_events() {
    let mut stage = Stage::new();
    let gone = |stage: &mut Stage, track| {
        stage.until("the track to be gone", |stage| {
            stage.app.world().get_entity(track).is_err().then_some(())
        });
        stage.steps(3);
    };
    // As soon as it is live.
    let (source, script) = ScriptedSource::new();
    let track = stage.spawn((VideoTrack, TrackSource::new(source)));
    despawn_at::<TrackLive>(&mut stage, track);
    gone(&mut stage, track);
    stage.until("the device to be closed", |_| (script.closed() == 1).then_some(()));

    // When it fails.
    let (source, script) = ScriptedSource::new();
    script.deny();
    let track = stage.spawn((VideoTrack, TrackSource::new(source)));
    despawn_at::<TrackFailed>(&mut stage, track);
    gone(&mut stage, track);

    // When it ends.
    let (track, script) = stage.live(());
    despawn_at::<TrackEnded>(&mut stage, track);
    script.unplug();
    gone(&mut stage, track);

    // While a photo of it is being taken.
    let (track, script) = stage.live(());
    script.frame();
    let request = stage.spawn(TakePhoto(track));
    stage.app.world_mut().despawn(track);
    stage.until("an answer", |stage| stage.app.world().get_entity(request).is_err().then_some(()));
}

/// Despawns the track in an observer of this event.
fn despawn_at<E: EntityEvent>(stage: &mut Stage, track: Entity) {
    stage.app.world_mut().entity_mut(track).observe(|event: On<E>, mut commands: Commands| {
        commands.entity(event.event_target()).despawn();
    });
}
