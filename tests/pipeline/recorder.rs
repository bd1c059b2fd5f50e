//! The life of recorders: states, commands, events, and their order.

use std::time::{Duration, Instant};

use bevy::prelude::*;
use bevy_viewfinder::{
    prelude::*,
    recorder::*,
    source::{CustomFeed, SyntheticSource},
};

use crate::{
    stage::Stage,
    tap::{fed, push},
};

/// The name of each event of a recorder, in order.
#[derive(Resource, Default)]
struct Log(Vec<(Entity, String)>);

/// The chunks and errors of the recorders.
#[derive(Resource, Default)]
struct Received {
    chunks: Vec<RecordingChunk>,
    errors: Vec<MediaError>,
    file: Option<Vec<u8>>,
    buffer: RecordingBuffer,
    last: Option<RecorderStatistics>,
}

pub const SIZE: UVec2 = UVec2::new(64, 48);
pub const MJPEG: &str = "video/x-matroska;codecs=mjpeg";

pub fn stage() -> Stage {
    Stage::with(log_events)
}

/// Stores the events of all recorders.
pub fn log_events(app: &mut App) {
    app.init_resource::<Log>().init_resource::<Received>();
    let world = app.world_mut();
    world.add_observer(|event: On<RecordingStarted>, mut log: ResMut<Log>| {
        log.0.push((event.entity, format!("started {}", event.media_type)));
    });
    world.add_observer(|event: On<RecordingPaused>, mut log: ResMut<Log>| {
        log.0.push((event.entity, "paused".into()));
    });
    world.add_observer(|event: On<RecordingResumed>, mut log: ResMut<Log>| {
        log.0.push((event.entity, "resumed".into()));
    });
    world.add_observer(
        |event: On<RecordingChunk>,
         mut log: ResMut<Log>,
         mut received: ResMut<Received>,
         states: Query<&RecorderState>| {
            let state = states.get(event.entity).expect("a recorder has a state");
            let name = if event.is_last { "last chunk" } else { "chunk" };
            log.0.push((event.entity, format!("{name} while {state:?}")));
            let whole = received.buffer.push(&event);
            received.file = whole.or(received.file.take());
            received.chunks.push(event.clone());
        },
    );
    world.add_observer(|event: On<RecordingFailed>, mut log: ResMut<Log>, mut received: ResMut<Received>| {
        log.0.push((event.entity, format!("failed {}", event.error.name)));
        received.errors.push(event.error.clone());
    });
    world.add_observer(|event: On<CommandRejected>, mut log: ResMut<Log>, mut received: ResMut<Received>| {
        log.0.push((event.entity, format!("rejected {}", event.error.name)));
        received.errors.push(event.error.clone());
    });
    world.add_observer(|event: On<RecordingSaved>, mut log: ResMut<Log>| {
        let name = event.path.file_name().and_then(|name| name.to_str()).expect("a name");
        log.0.push((event.entity, format!("saved {name}")));
    });
    world.add_observer(
        |event: On<RecordingStopped>, mut log: ResMut<Log>, mut received: ResMut<Received>| {
            log.0.push((event.entity, "stopped".into()));
            received.last = Some(event.statistics);
        },
    );
}

/// The events of a recorder so far.
pub fn log(stage: &Stage, recorder: Entity) -> Vec<String> {
    let all = stage.app.world().resource::<Log>().0.iter();
    all.filter(|(entity, _)| *entity == recorder).map(|(_, name)| name.clone()).collect()
}

pub fn command<'a, E: Event<Trigger<'a>: Default>>(stage: &mut Stage, command: E) {
    stage.app.world_mut().trigger(command);
    stage.app.world_mut().flush();
}

pub fn state(stage: &Stage, recorder: Entity) -> RecorderState {
    stage.get(recorder).expect("a recorder has a state")
}

/// Waits for this many stops of a recorder.
#[track_caller]
pub fn until_stopped(stage: &mut Stage, recorder: Entity, count: usize) {
    stage.until("the end of the recording", |stage| {
        (log(stage, recorder).iter().filter(|name| *name == "stopped").count() >= count).then_some(())
    });
}

/// Waits until the recording has this many frames.
#[track_caller]
pub fn until_frames(stage: &mut Stage, recorder: Entity, frames: u64) {
    stage.until("frames in the recording", |stage| {
        (stage.get::<RecorderStatistics>(recorder)?.frames >= frames).then_some(())
    });
}

/// Feeds this many frames of grays to a track, so that each is recorded.
pub fn feed(stage: &mut Stage, recorder: Entity, track: Entity, feed: &CustomFeed, grays: &[u8]) {
    for gray in grays {
        let before = stage.get::<RecorderStatistics>(recorder).map_or(0, |it| it.frames);
        push(stage, track, feed, SIZE, |_, _| *gray);
        until_frames(stage, recorder, before + 1);
    }
}

/// A fed track with a picture, and a recorder of it in Motion JPEG.
fn recorder(stage: &mut Stage) -> (Entity, Entity, CustomFeed) {
    let (track, feed) = fed(stage, SIZE, ());
    push(stage, track, &feed, SIZE, |_, _| 100);
    let recorder = stage.spawn(MediaRecorder::new(track).media_type(MJPEG));
    (recorder, track, feed)
}

#[test]
fn a_recording_starts_once_delivers_one_chunk_and_stops_once() {
    let mut stage = stage();
    let (recorder, track, source) = recorder(&mut stage);
    assert_eq!(state(&stage, recorder), RecorderState::Inactive);
    command(&mut stage, StartRecording::new(recorder));
    assert_eq!(state(&stage, recorder), RecorderState::Recording, "at once");
    assert!(log(&stage, recorder).is_empty(), "the event comes later");
    feed(&mut stage, recorder, track, &source, &[10, 200, 90]);
    command(&mut stage, StopRecording::new(recorder));
    assert_eq!(state(&stage, recorder), RecorderState::Inactive, "at once");
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    stage.steps(5);
    let started = format!("started {MJPEG}");
    assert_eq!(log(&stage, recorder), [&*started, "last chunk while Inactive", "stopped"]);
    let received = stage.app.world().resource::<Received>();
    let figures = received.last.expect("it has stopped");
    assert!(
        figures.frames >= 3 && figures.length > Duration::ZERO && figures.dropped_frames == 0,
        "{figures:?}"
    );
    assert_eq!(figures.bytes, received.file.as_ref().expect("the last chunk").len() as u64);
    assert_eq!(received.chunks[0].time_code, Duration::ZERO);
}

#[test]
fn a_recording_that_is_stopped_at_once_still_starts_and_is_a_file() {
    let mut stage = stage();
    let (recorder, _track, _feed) = recorder(&mut stage);
    command(&mut stage, StartRecording::new(recorder));
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    assert_eq!(log(&stage, recorder)[1..], ["last chunk while Inactive", "stopped"]);
    let file = stage.app.world_mut().resource_mut::<Received>().file.take().expect("a file");
    assert!(file.starts_with(b"\x1a\x45\xdf\xa3"), "a black frame in Matroska");
}

#[test]
fn an_inactive_recorder_rejects_all_but_start_and_stop() {
    let mut stage = stage();
    let (recorder, _track, _feed) = recorder(&mut stage);
    command(&mut stage, PauseRecording::new(recorder));
    command(&mut stage, ResumeRecording::new(recorder));
    command(&mut stage, RequestData::new(recorder));
    command(&mut stage, StopRecording::new(recorder));
    assert_eq!(log(&stage, recorder), ["rejected InvalidStateError"; 3]);
    let nobody = stage.spawn(());
    command(&mut stage, StartRecording::new(nobody));
    assert_eq!(log(&stage, nobody), ["rejected NotFoundError"]);
}

#[test]
fn a_recording_recorder_rejects_another_start() {
    let mut stage = stage();
    let (recorder, _track, _feed) = recorder(&mut stage);
    command(&mut stage, StartRecording::new(recorder));
    command(&mut stage, StartRecording::new(recorder));
    command(&mut stage, PauseRecording::new(recorder));
    command(&mut stage, StartRecording::new(recorder));
    assert_eq!(log(&stage, recorder), ["rejected InvalidStateError"; 2]);
    assert_eq!(state(&stage, recorder), RecorderState::Paused);
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
}

#[test]
fn only_live_tracks_and_known_types_are_recorded() {
    let mut stage = stage();
    let unknown = stage.spawn(MediaRecorder::new(Entity::PLACEHOLDER).media_type("video/blah"));
    assert_eq!(log(&stage, unknown), ["rejected NotSupportedError"], "at once");
    let pending = stage.spawn((VideoTrack, TrackSource::new(SyntheticSource::new())));
    for (track, word) in [(pending, "Pending"), (Entity::PLACEHOLDER, "no video track")] {
        let recorder = stage.spawn(MediaRecorder::new(track));
        command(&mut stage, StartRecording::new(recorder));
        assert_eq!(log(&stage, recorder), ["rejected NotSupportedError"]);
        let errors = &stage.app.world().resource::<Received>().errors;
        assert!(errors.last().is_some_and(|error| error.message.contains(word)), "{errors:?}");
        assert_eq!(state(&stage, recorder), RecorderState::Inactive);
    }
}

#[test]
fn a_pause_is_cut_out_and_repeated_commands_do_nothing() {
    let mut stage = stage();
    let (recorder, track, source) = recorder(&mut stage);
    command(&mut stage, ResumeRecording::new(recorder));
    command(&mut stage, StartRecording::new(recorder));
    let start = Instant::now();
    feed(&mut stage, recorder, track, &source, &[10, 20]);
    command(&mut stage, ResumeRecording::new(recorder));
    command(&mut stage, PauseRecording::new(recorder));
    assert_eq!(state(&stage, recorder), RecorderState::Paused, "at once");
    command(&mut stage, PauseRecording::new(recorder));
    stage.until("the event of the pause", |stage| {
        log(stage, recorder).contains(&"paused".to_owned()).then_some(())
    });
    let before = stage.get::<RecorderStatistics>(recorder).expect("figures").frames;
    push(&mut stage, track, &source, SIZE, |_, _| 30);
    std::thread::sleep(Duration::from_millis(1_500));
    stage.steps(5);
    let figures = stage.get::<RecorderStatistics>(recorder).expect("figures");
    assert_eq!(figures.frames, before, "nothing is recorded, and no frame is repeated");
    command(&mut stage, RequestData::new(recorder));
    command(&mut stage, ResumeRecording::new(recorder));
    command(&mut stage, ResumeRecording::new(recorder));
    feed(&mut stage, recorder, track, &source, &[40, 50]);
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 1);
    let wall = start.elapsed();
    assert_eq!(
        log(&stage, recorder)[2..],
        ["paused", "chunk while Recording", "resumed", "last chunk while Inactive", "stopped"]
    );
    let length = stage.app.world().resource::<Received>().last.expect("it has stopped").length;
    assert!(length + Duration::from_millis(1_400) < wall, "{length:?} of {wall:?}");
}

#[test]
fn the_end_of_the_track_ends_the_recording_without_an_error() {
    let mut stage = stage();
    let (recorder, track, source) = recorder(&mut stage);
    for despawned in [false, true] {
        stage.app.world_mut().resource_mut::<Log>().0.clear();
        command(&mut stage, StartRecording::new(recorder));
        feed(&mut stage, recorder, track, &source, &[10]);
        if despawned {
            stage.app.world_mut().despawn(track);
        } else {
            stage.app.world_mut().entity_mut(track).remove::<VideoTrack>();
        }
        until_stopped(&mut stage, recorder, 1);
        assert_eq!(log(&stage, recorder)[1..], ["last chunk while Inactive", "stopped"]);
        if !despawned {
            let again = stage.spawn(());
            stage.app.world_mut().entity_mut(track).insert(VideoTrack);
            stage.app.world_mut().despawn(again);
            stage.until("a live track", |stage| {
                (stage.get::<TrackState>(track) == Some(TrackState::Live)).then_some(())
            });
        }
    }
}

#[test]
fn another_track_during_a_recording_is_an_invalid_modification() {
    let mut stage = stage();
    let (recorder, track, source) = recorder(&mut stage);
    command(&mut stage, StartRecording::new(recorder));
    feed(&mut stage, recorder, track, &source, &[10]);
    stage.app.world_mut().entity_mut(recorder).insert(MediaRecorder::new(track).media_type(MJPEG));
    until_stopped(&mut stage, recorder, 1);
    assert_eq!(
        log(&stage, recorder)[1..],
        ["failed InvalidModificationError", "last chunk while Inactive", "stopped"]
    );
    command(&mut stage, StartRecording::new(recorder));
    command(&mut stage, StopRecording::new(recorder));
    until_stopped(&mut stage, recorder, 2);
}

#[test]
fn it_can_be_started_again_while_the_last_recording_comes_to_its_end() {
    let mut stage = stage();
    let (recorder, _track, _feed) = recorder(&mut stage);
    let times = if std::env::var_os("VIEWFINDER_SOAK").is_some() { 1_000 } else { 50 };
    for _ in 0..times {
        command(&mut stage, StartRecording::new(recorder));
        command(&mut stage, StopRecording::new(recorder));
        stage.step();
    }
    until_stopped(&mut stage, recorder, times);
    let all = log(&stage, recorder);
    assert_eq!(all.len(), times * 3);
    for events in all.chunks(3) {
        // A recording that was started again meanwhile is the one that the state is about.
        assert!(events[0].starts_with("started") && events[1].starts_with("last chunk"), "{events:?}");
        assert_eq!(events[2], "stopped");
    }
}

#[test]
fn sizes_that_no_encoder_takes_fail_by_name() {
    let mut stage = stage();
    let (_, track, _feed) = recorder(&mut stage);
    for size in [UVec2::ZERO, UVec2::new(0, 5), UVec2::splat(100_000), UVec2::MAX] {
        let recorder = stage.spawn(MediaRecorder::new(track).media_type(MJPEG).size(size));
        command(&mut stage, StartRecording::new(recorder));
        until_stopped(&mut stage, recorder, 1);
        let events = log(&stage, recorder);
        assert!(events.contains(&"failed NotSupportedError".to_owned()), "{size}: {events:?}");
        assert_eq!(state(&stage, recorder), RecorderState::Inactive);
    }
    for (size, rate) in [(UVec2::ONE, 0), (UVec2::new(17, 3), 1), (UVec2::new(3, 200), u32::MAX)] {
        let rates = BitRates { video: Some(rate), ..default() };
        let recorder = stage.spawn(MediaRecorder::new(track).media_type(MJPEG).size(size).bit_rates(rates));
        command(&mut stage, StartRecording::new(recorder));
        until_frames(&mut stage, recorder, 1);
        command(&mut stage, StopRecording::new(recorder));
        until_stopped(&mut stage, recorder, 1);
        assert_eq!(log(&stage, recorder)[1..], ["last chunk while Inactive", "stopped"], "{size}");
    }
}

#[test]
fn a_search_for_interrupted_recordings_finds_none_natively() {
    #[derive(Resource, Default)]
    struct Answers(Vec<(Entity, usize)>);

    let mut stage = stage();
    stage.app.init_resource::<Answers>().add_observer(
        |found: On<InterruptedRecordingsFound>, mut answers: ResMut<Answers>| {
            answers.0.push((found.entity, found.recordings.len()));
        },
    );
    let requests = [stage.spawn(FindInterruptedRecordings), stage.spawn(FindInterruptedRecordings)];
    stage.until("the answers", |stage| {
        (stage.app.world().resource::<Answers>().0.len() == requests.len()).then_some(())
    });
    stage.steps(3);
    let mut answers = stage.app.world().resource::<Answers>().0.clone();
    answers.sort_unstable();
    let mut expected = requests.map(|request| (request, 0));
    expected.sort_unstable();
    assert_eq!(answers, expected);
    for request in requests {
        assert!(stage.app.world().get_entity(request).is_err(), "a request that was answered is despawned");
    }
}
