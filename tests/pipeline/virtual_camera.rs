//! Virtual cameras without a device. `tests/v4l2` has those with one.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

use crate::{photo::still, stage::Stage};

#[derive(Resource, Default)]
struct Failures(Vec<(Entity, MediaError)>);

fn stage() -> Stage {
    Stage::with(|app| {
        app.init_resource::<Failures>().add_observer(
            |failed: On<VirtualCameraFailed>, mut failures: ResMut<Failures>| {
                failures.0.push((failed.entity, failed.error.clone()));
            },
        );
    })
}

fn failures(stage: &Stage) -> &[(Entity, MediaError)] {
    &stage.app.world().resource::<Failures>().0
}

fn taps(stage: &mut Stage) -> usize {
    let mut taps = stage.app.world_mut().query::<&PixelTap>();
    taps.iter(stage.app.world()).count()
}

/// The error of a device that isn't there. Other systems have none at all.
const MISSING: ErrorName =
    if cfg!(target_os = "linux") { ErrorName::NotFound } else { ErrorName::NotSupported };

#[test]
fn a_missing_device_is_reported_once_and_again_when_it_is_asked_for_again() {
    let mut stage = stage();
    let camera = || VirtualCamera::new("/dev/video4294967295");
    let track = still(&mut stage, camera());
    for count in [1, 2] {
        stage.until("a failure", |stage| (failures(stage).len() == count).then_some(()));
        let (entity, error) = failures(&stage)[count - 1].clone();
        assert_eq!((entity, error.name), (track, MISSING), "{error}");
        stage.steps(20);
        assert_eq!(failures(&stage).len(), count, "it is reported once");
        assert_eq!(taps(&mut stage), 0, "nothing is read back any more");
        assert_eq!(stage.get::<VirtualCameraOutput>(track), None);
        stage.app.world_mut().entity_mut(track).insert(camera());
    }
    assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live), "the track goes on");
}

#[cfg(target_os = "linux")]
#[test]
fn what_takes_no_video_is_no_device() {
    let mut stage = stage();
    let track = still(&mut stage, VirtualCamera::new("/dev/null"));
    stage.until("a failure", |stage| (!failures(stage).is_empty()).then_some(()));
    let (entity, error) = failures(&stage)[0].clone();
    assert_eq!((entity, error.name), (track, ErrorName::NotFound), "{error}");
}

#[test]
fn without_a_track_nothing_is_opened_and_with_its_end_the_work_ends() {
    let mut stage = stage();
    let alone = stage.spawn(VirtualCamera::default());
    stage.steps(5);
    assert_eq!((taps(&mut stage), failures(&stage).len()), (0, 0));
    stage.app.world_mut().despawn(alone);

    // A track that waits for its first frame.
    let (track, _script) = stage.live(VirtualCamera::default());
    stage.until("a tap", |stage| (taps(stage) == 1).then_some(()));
    stage.app.world_mut().entity_mut(track).remove::<VideoTrack>();
    stage.until("its end", |stage| (taps(stage) == 0).then_some(()));
    stage.app.world_mut().entity_mut(track).insert(VideoTrack);
    stage.until("a tap of the next track", |stage| (taps(stage) == 1).then_some(()));
    stage.app.world_mut().entity_mut(track).remove::<VirtualCamera>();
    stage.until("the end", |stage| (taps(stage) == 0).then_some(()));
}
