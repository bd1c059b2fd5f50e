//! Devices that fall silent: they send no frames though they say that they run.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bevy::prelude::*;
use bevy_viewfinder::{
    device::NativeMode,
    frame::PixelFormat,
    prelude::*,
    source::{
        CustomSource, FileSource, SyntheticSource,
        scripted::{Script, ScriptedSource},
    },
};

use crate::stage::{Event, Stage};

/// A device is silent after this time, and is reopened 3 and 6 such times later.
const LIMIT: Duration = Duration::from_millis(100);

/// A live track of a device that can be silent, and a clone of it that is black then.
fn live(stage: &mut Stage) -> ([Entity; 2], Script) {
    let (source, script) = ScriptedSource::new();
    script.silence_limit(LIMIT);
    let source = TrackSource(Arc::new(source));
    let track = stage.spawn((VideoTrack, source.clone()));
    let black = stage.spawn((VideoTrack, source, WhileMuted::Black));
    for track in [track, black] {
        stage.until_live(track);
    }
    ([track, black], script)
}

#[track_caller]
fn until_silent(stage: &mut Stage, track: Entity) {
    let reason = stage.until("silence", |stage| stage.get::<Muted>(track)).reason;
    assert_eq!(reason, MuteReason::Silence);
}

/// Sends frames until the track isn't muted any more.
#[track_caller]
fn until_unmuted(stage: &mut Stage, script: &Script, track: Entity) {
    stage.until("frames again", |stage| {
        script.frame();
        stage.get::<Muted>(track).is_none().then_some(())
    });
}

/// The number of these events.
fn count(stage: &Stage, is: impl Fn(&Event) -> bool) -> usize {
    stage.diary().iter().filter(|event| is(event)).count()
}

fn reopened(stage: &Stage, track: Entity) -> usize {
    count(stage, |event| matches!(event, Event::Reopened(entity) if *entity == track))
}

fn reopen_failures(stage: &Stage, track: Entity) -> usize {
    count(stage, |event| matches!(event, Event::ReopenFailed(entity, _) if *entity == track))
}

fn ends(stage: &Stage) -> usize {
    count(stage, |event| matches!(event, Event::Ended(..)))
}

#[test]
fn a_silent_device_mutes_its_tracks_and_frames_unmute_them() {
    let mut stage = Stage::new();
    let ([track, black], script) = live(&mut stage);
    script.solid([200, 0, 0]);
    script.frame();
    for track in [track, black] {
        stage.until_delivered(track, 1);
    }
    for track in [track, black] {
        until_silent(&mut stage, track);
        assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    }
    let pixel = |stage: &mut Stage, track| stage.shoot(GrabFrame(track)).pixel(9, 9).expect("a pixel");
    assert!(pixel(&mut stage, track)[0] > 150, "it holds its last frame");
    assert_eq!(pixel(&mut stage, black), [0, 0, 0, 255], "on request it is black");
    stage.until("its reopening", |stage| {
        (reopened(stage, track) > 0 && reopened(stage, black) > 0).then_some(())
    });
    assert!(script.opened() >= 2);

    until_unmuted(&mut stage, &script, track);
    until_unmuted(&mut stage, &script, black);
    let statistics = stage.get::<TrackStatistics>(track).expect("statistics of a track");
    assert!(statistics.silences >= 1 && statistics.reopened >= 1, "{statistics:?}");
    for track in [track, black] {
        let changes = stage.diary().iter().filter_map(|event| match event {
            Event::Muted(entity) if *entity == track => Some(true),
            Event::Unmuted(entity) if *entity == track => Some(false),
            _ => None,
        });
        for (index, muted) in changes.enumerate() {
            assert_eq!(muted, index % 2 == 0, "an event is a change: {:?}", stage.diary());
        }
    }
    assert_eq!(ends(&stage), 0);
}

#[test]
fn a_device_that_stays_silent_is_reopened_after_pauses_that_grow() {
    let mut stage = Stage::new();
    let ([track, _], _script) = live(&mut stage);
    until_silent(&mut stage, track);
    let start = Instant::now();
    let reopening = |stage: &mut Stage, nth| {
        stage.until("a reopening", |stage| (reopened(stage, track) >= nth).then_some(()));
        start.elapsed()
    };
    let (first, second) = (reopening(&mut stage, 1), reopening(&mut stage, 2));
    assert!(second - first >= LIMIT * 5, "{first:?}, {second:?}");
    until_silent(&mut stage, track);
    assert_eq!(count(&stage, |event| matches!(event, Event::Muted(entity) if *entity == track)), 1);
    assert_eq!((ends(&stage), stage.get::<TrackState>(track)), (0, Some(TrackState::Live)));
}

#[test]
fn a_device_whose_connection_breaks_is_closed_muted_and_opened_again() {
    let mut stage = Stage::new();
    let (track, script) = stage.live(());
    script.frame();
    stage.until_delivered(track, 1);
    script.disconnect();
    until_silent(&mut stage, track);
    assert_eq!((script.opened(), script.closed()), (1, 1));
    stage.until("its reopening", |stage| (reopened(stage, track) > 0).then_some(()));
    assert_eq!((script.opened(), script.closed()), (2, 1));
    until_unmuted(&mut stage, &script, track);
    assert_eq!(ends(&stage), 0);
}

#[test]
fn a_reopening_that_fails_is_tried_again() {
    let mut stage = Stage::new();
    let ([track, _], script) = live(&mut stage);
    script.busy();
    stage.until("two failures", |stage| (reopen_failures(stage, track) >= 2).then_some(()));
    assert_eq!(script.opened(), script.closed(), "meanwhile the device is free");
    let names = stage.diary().iter().filter_map(|event| match event {
        Event::ReopenFailed(_, error) => Some(error.name),
        _ => None,
    });
    assert!(names.clone().count() >= 4 && names.clone().all(|name| name == ErrorName::NotReadable));
    until_silent(&mut stage, track);
    script.allow();
    stage.until("its reopening", |stage| (reopened(stage, track) > 0).then_some(()));
    until_unmuted(&mut stage, &script, track);
    assert_eq!(ends(&stage), 0);
}

#[test]
fn a_silent_device_that_is_gone_ends_its_tracks() {
    let mut stage = Stage::new();
    let ([track, black], script) = live(&mut stage);
    script.busy();
    stage.until("a failure", |stage| (reopen_failures(stage, track) > 0).then_some(()));
    script.unplug();
    stage.until("both ends", |stage| (ends(stage) == 2).then_some(()));
    for track in [track, black] {
        assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Ended));
        assert!(stage.get::<Muted>(track).is_none());
    }
    stage.steps(20);
    assert_eq!(ends(&stage), 2, "each once");
}

#[test]
fn a_silent_device_is_released_with_its_last_track() {
    let mut stage = Stage::new();
    let ([track, black], script) = live(&mut stage);
    until_silent(&mut stage, track);
    // Once while the device is open, and once while it can't be opened.
    stage.app.world_mut().despawn(track);
    script.busy();
    stage.until("a failure", |stage| (reopen_failures(stage, black) > 0).then_some(()));
    stage.app.world_mut().despawn(black);
    script.allow();
    stage.steps(60);
    assert_eq!(script.opened(), script.closed());
    let opened = script.opened();
    stage.steps(200);
    assert_eq!(script.opened(), opened, "it isn't opened again");
    assert_eq!(ends(&stage), 0);
}

#[test]
fn a_silent_device_is_released_while_its_tracks_are_disabled_and_opened_when_one_is_enabled() {
    let mut stage = Stage::new();
    let ([track, black], script) = live(&mut stage);
    until_silent(&mut stage, track);
    for track in [track, black] {
        stage.app.world_mut().entity_mut(track).insert(TrackEnabled(false));
    }
    stage.until("its release", |_| (script.opened() == script.closed()).then_some(()));
    let opened = script.opened();
    // A failure to open it again doesn't end a track that is muted already.
    script.busy();
    let failures = reopen_failures(&stage, track);
    stage.app.world_mut().entity_mut(track).insert(TrackEnabled(true));
    stage.until("a failure", |stage| (reopen_failures(stage, track) > failures).then_some(()));
    script.allow();
    stage.until("its reopening", |_| (script.opened() > opened).then_some(()));
    until_unmuted(&mut stage, &script, track);
    assert_eq!(ends(&stage), 0);
}

#[test]
fn a_closed_shutter_is_no_silence() {
    let mut stage = Stage::new();
    let ([track, _], script) = live(&mut stage);
    script.mute();
    stage.until("the shutter", |stage| {
        (stage.get::<Muted>(track)?.reason == MuteReason::Source).then_some(())
    });
    let opened = script.opened();
    let start = Instant::now();
    while start.elapsed() < LIMIT * 8 {
        stage.step();
    }
    assert_eq!(script.opened(), opened);
    assert_eq!(stage.get::<Muted>(track).map(|muted| muted.reason), Some(MuteReason::Source));
    script.unmute();
    until_unmuted(&mut stage, &script, track);
}

#[test]
fn sources_that_are_slow_by_nature_are_not_silent() {
    let folder = tempfile::tempdir().expect("a folder");
    let still = folder.path().join("still.png");
    image::RgbImage::from_pixel(16, 16, image::Rgb([200, 0, 0])).save(&still).expect("a folder to write to");
    let clip = folder.path().join("clip.y4m");
    let frames = b"FRAME\n\x80\x80\x80\x80\x80\x80".repeat(3);
    std::fs::write(&clip, [b"YUV4MPEG2 W2 H2 F30:1 C420\n".as_slice(), &frames].concat())
        .expect("a folder to write to");
    let mode = NativeMode { size: UVec2::splat(2), frame_rate: 0.0, format: PixelFormat::Rgba32 };
    let (custom, feed) = CustomSource::new("of no rate", [mode]);
    feed.push_rgba(mode.size, &[200; 16]).expect("a whole picture");

    let mut stage = Stage::new();
    let tracks = [
        TrackSource::new(SyntheticSource::new().frame_rate(1.0)),
        TrackSource::new(FileSource::new(&still)),
        TrackSource::new(FileSource::new(&clip).paused(true)),
        TrackSource::new(custom),
    ]
    .map(|source| stage.spawn((VideoTrack, source)));
    for track in tracks {
        stage.until_live(track);
        stage.until_delivered(track, 1);
    }
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(1500) {
        stage.step();
    }
    for event in [Event::Muted as fn(Entity) -> Event, Event::Reopened] {
        for track in tracks {
            let event = format!("{:?}", event(track));
            assert_eq!(count(&stage, |other| format!("{other:?}") == event), 0, "{event}");
        }
    }
    assert_eq!(ends(&stage), 0);
}
