//! Several tracks of one device.

use std::sync::Arc;

use bevy::prelude::*;
use bevy_viewfinder::{
    prelude::*,
    source::scripted::{Script, ScriptedSource},
};

use crate::stage::{Event, Stage};

/// Two live tracks of one source.
fn two(stage: &mut Stage, one: VideoConstraints, other: VideoConstraints) -> ([Entity; 2], Script) {
    let (source, script) = ScriptedSource::new();
    let source = TrackSource(Arc::new(source));
    let tracks = [one, other].map(|constraints| stage.spawn((VideoTrack, source.clone(), constraints)));
    for track in tracks {
        stage.until_live(track);
    }
    (tracks, script)
}

fn size(stage: &Stage, track: Entity) -> UVec2 {
    stage.get::<VideoSettings>(track).expect("settings").size
}

#[test]
fn two_tracks_share_one_capture_and_have_each_their_own_size() {
    let mut stage = Stage::new();
    let small = VideoConstraints::new().width(exact(100)).height(exact(100));
    let ([one, other], script) = two(&mut stage, small, VideoConstraints::new().width(exact(640)));
    assert_eq!(script.opened() - script.closed(), 1, "one capture");
    stage.until("both sizes", |stage| {
        (size(stage, one) == UVec2::splat(100) && size(stage, other) == UVec2::new(640, 480)).then_some(())
    });
    script.solid([10, 200, 30]);
    script.frame();
    for (track, size) in [(one, UVec2::splat(100)), (other, UVec2::new(640, 480))] {
        stage.until_delivered(track, 1);
        let photo = stage.shoot(GrabFrame(track));
        assert_eq!(photo.size, size);
        let pixel = photo.pixel(60, 60).expect("a pixel");
        assert!(pixel[1] > 150 && pixel[0] < 60, "{pixel:?}");
    }
}

#[test]
fn the_device_is_closed_with_its_last_track() {
    let mut stage = Stage::new();
    let ([one, other], script) = two(&mut stage, default(), default());
    stage.app.world_mut().despawn(one);
    stage.steps(60);
    assert_eq!(script.opened() - script.closed(), 1);
    script.frame();
    stage.until_delivered(other, 1);
    stage.app.world_mut().despawn(other);
    stage.until("the device to be closed", |_| (script.closed() == script.opened()).then_some(()));
}

#[test]
fn a_track_cannot_break_the_constraints_of_another() {
    let mut stage = Stage::new();
    let native = VideoConstraints::new()
        .width(exact(320))
        .resize_mode(exact(bevy_viewfinder::constraint::ResizeMode::None));
    let ([one, other], _script) = two(&mut stage, native, default());
    stage.app.world_mut().entity_mut(other).insert(VideoConstraints::new().width(exact(640)));
    let error = stage.until_event("the refusal", |event| match event {
        Event::Refused(entity, error) if *entity == other => Some(error.clone()),
        _ => None,
    });
    assert_eq!(
        (error.name, error.constraint.as_deref()),
        (ErrorName::Overconstrained, Some("width")),
        "{error}"
    );
    assert_eq!(size(&stage, one), UVec2::new(320, 240));
}
