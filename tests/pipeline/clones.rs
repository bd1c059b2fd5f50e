//! Clones of tracks, and the components beside `CloneOf`.

use bevy::prelude::*;
use bevy_viewfinder::{effects::*, prelude::*, source::scripted::ScriptedSource};

use crate::stage::{Event, Stage};

fn size(stage: &Stage, track: Entity) -> UVec2 {
    stage.get::<VideoSettings>(track).expect("settings").size
}

#[test]
fn a_clone_has_the_constraints_of_its_track_and_a_life_of_its_own() {
    let mut stage = Stage::new();
    let constraints = VideoConstraints::new().width(exact(640));
    let (track, script) = stage.live((constraints.clone(), TrackEnabled(false)));
    let clone = stage.spawn((VideoTrack, CloneOf(track)));
    stage.until_live(clone);
    assert_eq!(stage.get::<VideoConstraints>(clone), Some(constraints));
    assert_eq!(stage.get::<TrackEnabled>(clone), Some(TrackEnabled(true)), "a clone starts enabled");
    assert_eq!(script.opened() - script.closed(), 1);

    stage.app.world_mut().entity_mut(clone).insert(VideoConstraints::new().width(exact(200)));
    stage.until("its own size", |stage| (size(stage, clone).x == 200).then_some(()));
    assert_eq!(size(&stage, track).x, 640);
    stage.app.world_mut().despawn(track);
    script.frame();
    stage.until_delivered(clone, 1);
    assert_eq!(stage.get::<TrackState>(clone), Some(TrackState::Live));
}

#[test]
fn a_clone_of_a_pending_track_waits_and_one_of_an_ended_track_has_ended() {
    let mut stage = Stage::new();
    let (source, script) = ScriptedSource::new();
    let track = stage.spawn((VideoTrack, TrackSource::new(source)));
    let clone = stage.spawn((VideoTrack, CloneOf(track)));
    let clone_of_clone = stage.spawn((VideoTrack, CloneOf(clone)));
    for track in [track, clone, clone_of_clone] {
        stage.until_live(track);
    }
    script.unplug();
    for track in [track, clone, clone_of_clone] {
        stage.until("the end", |stage| (stage.get::<TrackState>(track)? == TrackState::Ended).then_some(()));
    }
    let late = stage.spawn((VideoTrack, CloneOf(track)));
    stage.steps(3);
    assert_eq!(stage.get::<TrackState>(late), Some(TrackState::Ended));
    let ends = stage.diary().iter().filter(|event| matches!(event, Event::Ended(..))).count();
    assert_eq!(ends, 3, "each once");
}

#[test]
fn constraints_beside_clone_of_are_applied_to_the_clone() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(VideoConstraints::new().width(exact(640)));
    let own = VideoConstraints::new().width(exact(320));
    let clone = stage.spawn((VideoTrack, CloneOf(track), own.clone()));
    stage.until_event("the constraints to be applied", |event| {
        matches!(event, Event::Applied(entity) if *entity == clone).then_some(())
    });
    stage.until("its own size", |stage| (size(stage, clone).x == 320).then_some(()));
    assert_eq!(stage.get::<VideoConstraints>(clone), Some(own));
    assert_eq!(size(&stage, track).x, 640, "the track keeps its own");
    assert_eq!(script.opened() - script.closed(), 1, "one capture");
}

#[test]
fn constraints_beside_clone_of_a_pending_track_are_applied_too() {
    let mut stage = Stage::new();
    let (source, _script) = ScriptedSource::new();
    let wide = VideoConstraints::new().width(exact(640));
    let track = stage.spawn((VideoTrack, TrackSource::new(source), wide));
    let clone = stage.spawn((VideoTrack, CloneOf(track), VideoConstraints::new().width(exact(320))));
    stage.until_live(clone);
    stage.until("its own size", |stage| (size(stage, clone).x == 320).then_some(()));
}

#[test]
fn constraints_beside_clone_of_that_cannot_be_met_are_rejected_by_name() {
    let mut stage = Stage::new();
    let constraints = VideoConstraints::new().width(exact(640));
    let (track, _script) = stage.live(constraints.clone());
    let clone = stage.spawn((VideoTrack, CloneOf(track), VideoConstraints::new().width(exact(100_000))));
    let error = stage.until_event("the rejection", |event| match event {
        Event::Refused(entity, error) if *entity == clone => Some(error.clone()),
        _ => None,
    });
    let name = (error.name, error.constraint.as_deref());
    assert_eq!(name, (ErrorName::Overconstrained, Some("width")), "{error}");
    assert_eq!(stage.get::<TrackState>(clone), Some(TrackState::Live));
    assert_eq!(stage.get::<VideoConstraints>(clone), Some(constraints), "those of its track hold");
    assert_eq!(size(&stage, clone).x, 640);
}

#[test]
fn what_is_written_beside_clone_of_is_the_clones_own() {
    let mut stage = Stage::new();
    let effects = || EffectStack::new().with(Invert::default());
    let (track, script) = stage.live((Mirroring::On, effects(), VideoConstraints::new().width(exact(640))));
    script.solid([250, 10, 20]);
    let image = stage.app.world_mut().resource_mut::<Assets<Image>>().add(Image::default());
    let own = (TrackEnabled(false), Mirroring::Off, TrackImage(image.clone()), EffectStack::new());
    let clone = stage.spawn((VideoTrack, CloneOf(track), own));
    stage.until_live(clone);
    script.frame();
    stage.until_delivered(track, 1);
    assert_eq!(stage.get::<TrackEnabled>(clone), Some(TrackEnabled(false)));
    assert_eq!(stage.get::<Mirroring>(clone), Some(Mirroring::Off));
    assert_eq!(stage.get::<TrackImage>(clone), Some(TrackImage(image)));
    assert_eq!(stage.get::<EffectStack>(clone).map(|stack| stack.len()), Some(0));
    let delivered = stage.get::<TrackStatistics>(clone).expect("statistics").delivered_frames;
    assert_eq!(delivered, 0, "it is disabled");

    stage.app.world_mut().entity_mut(clone).insert(TrackEnabled(true));
    stage.until("a frame of the clone", |stage| {
        script.frame();
        (stage.get::<TrackStatistics>(clone)?.delivered_frames > 0).then_some(())
    });
    let pixel = stage.shoot(GrabFrame(clone)).pixel(9, 9).expect("a pixel");
    assert!(pixel[0] > 200 && pixel[1] < 60, "without the effects of its track: {pixel:?}");
}

#[test]
fn another_source_beside_clone_of_fails_by_name() {
    let mut stage = Stage::new();
    let (track, _script) = stage.live(());
    let clone = stage.spawn((VideoTrack, CloneOf(track), TrackSource::synthetic()));
    let error = failure(&mut stage, clone);
    assert_eq!(error.name, ErrorName::Type, "{error}");
    assert_eq!(stage.get::<TrackState>(clone), Some(TrackState::Ended));

    let source = stage.get::<TrackSource>(track).expect("the track's source");
    let clone = stage.spawn((VideoTrack, CloneOf(track), source));
    stage.until_live(clone);
}

#[test]
fn a_clone_of_no_track_fails_by_name() {
    let mut stage = Stage::new();
    let nobody = stage.spawn(());
    let clone = stage.spawn((VideoTrack, CloneOf(nobody)));
    let error = failure(&mut stage, clone);
    assert_eq!(error.name, ErrorName::NotFound, "{error}");
}

fn failure(stage: &mut Stage, track: Entity) -> MediaError {
    stage.until_event("the failure", |event| match event {
        Event::Failed(entity, error) if *entity == track => Some(error.clone()),
        _ => None,
    })
}
