//! Each fault in each state of a track: the events that follow, and what else must hold. `docs/faults.md` has the
//! table.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bevy::{
    prelude::*,
    render::{
        error_handler::{RenderErrorHandler, RenderErrorPolicy},
        render_resource::PollType,
        renderer::RenderDevice,
        settings::RenderCreation,
    },
};
use bevy_viewfinder::{
    frame::PixelFormat,
    photo::IfExists,
    prelude::*,
    source::scripted::{FrameFault, Script},
};

use crate::{
    recorder::{self, MJPEG, command, log_events, until_frames},
    stage::{Event, Stage},
    trap::{Trap, TrappedSource},
};

const DOCUMENT: &str = include_str!("../../docs/faults.md");

/// The states of a track, in the order of the table's columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Pending,
    Live,
    Muted,
    Shooting,
    Recording,
    Ended,
}

const STATES: [State; 6] =
    [State::Pending, State::Live, State::Muted, State::Shooting, State::Recording, State::Ended];

/// The faults, in the order of the table's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Unplugged,
    GoneWhileOpened,
    Silent,
    Busy,
    Denied,
    Revoked,
    CorruptFrames,
    AnotherSize,
    Panic,
    GpuLost,
    DiskFull,
    AppExit,
}

const FAULTS: [(Fault, &str); 12] = [
    (Fault::Unplugged, "unplugged"),
    (Fault::GoneWhileOpened, "gone while it is opened"),
    (Fault::Silent, "no frames"),
    (Fault::Busy, "busy from now on"),
    (Fault::Denied, "denied from now on"),
    (Fault::Revoked, "permission revoked"),
    (Fault::CorruptFrames, "corrupt frames"),
    (Fault::AnotherSize, "another size"),
    (Fault::Panic, "a panic in the source"),
    (Fault::GpuLost, "the GPU is lost"),
    (Fault::DiskFull, "the disk is full"),
    (Fault::AppExit, "the app exits"),
];

/// The cell of a fault that can't occur in a state.
const IMPOSSIBLE: &str = "—";

/// A track in one of the states.
struct Subject {
    state: State,
    track: Entity,
    script: Script,
    trap: Trap,
    /// The request for a photo.
    request: Option<Entity>,
    recorder: Option<(Entity, PathBuf)>,
    /// The number of events of the stage before the fault.
    earlier: usize,
    /// The number of events of the recorder before the fault.
    recorder_earlier: usize,
}

fn stage() -> Stage {
    Stage::with(|app| {
        log_events(app);
        let recover: fn(&_, &mut World, &mut World) -> RenderErrorPolicy =
            |_, _, _| RenderErrorPolicy::Recover(RenderCreation::default());
        app.insert_resource(RenderErrorHandler(recover));
    })
}

fn is_possible(fault: Fault, state: State) -> bool {
    match fault {
        Fault::GoneWhileOpened => matches!(state, State::Pending | State::Shooting),
        Fault::DiskFull => state == State::Recording && cfg!(target_os = "linux"),
        _ => true,
    }
}

/// Brings a new track into a state, in which the fault can occur.
fn set_up(stage: &mut Stage, state: State, fault: Fault, folder: &Path) -> Subject {
    let (source, script, trap) = TrappedSource::new();
    if fault == Fault::Silent {
        script.silence_limit(Duration::from_millis(100));
    }
    if state == State::Pending {
        trap.hold();
    }
    let constraints = VideoConstraints::new().width(exact(320)).height(exact(240));
    let track = stage.spawn((VideoTrack, TrackSource::new(source), constraints));
    let mut subject = Subject {
        state,
        track,
        script,
        trap,
        request: None,
        recorder: None,
        earlier: 0,
        recorder_earlier: 0,
    };
    if state == State::Pending {
        stage.until("the device to be opened", |_| subject.trap.is_opening().then_some(()));
    } else {
        stage.until_live(track);
        subject.script.frame();
        stage.until_delivered(track, 1);
    }
    match state {
        State::Pending | State::Live => {}
        State::Muted => {
            subject.script.mute();
            stage.until("the mute", |stage| stage.get::<Muted>(track));
        }
        State::Shooting => subject.shoot(stage, fault),
        State::Recording => subject.record(stage, fault, folder),
        State::Ended => {
            subject.script.end();
            stage.until("the end", |stage| {
                (stage.get::<TrackState>(track) == Some(TrackState::Ended)).then_some(())
            });
        }
    }
    subject.earlier = stage.diary().len();
    if let Some((recorder, _)) = &subject.recorder {
        subject.recorder_earlier = recorder::log(stage, *recorder).len();
    }
    subject
}

impl Subject {
    /// Requests a photo, for which the device is opened in another mode.
    fn shoot(&mut self, stage: &mut Stage, fault: Fault) {
        let is_held = fault == Fault::GoneWhileOpened;
        if is_held {
            self.trap.hold();
        }
        let opened = self.script.opened();
        self.request = Some(stage.spawn(TakePhoto(self.track)));
        stage.steps(3);
        self.script.frame();
        stage.until("the device to be opened", |_| {
            let is_open = self.script.opened() > opened;
            (is_open || is_held && self.trap.is_opening()).then_some(())
        });
        stage.until("the mute for the photo", |stage| stage.get::<Muted>(self.track));
    }

    /// Starts a recording, and records a frame.
    fn record(&mut self, stage: &mut Stage, fault: Fault, folder: &Path) {
        let path = folder.join(format!("{fault:?}.mkv"));
        let full = fault == Fault::DiskFull;
        #[cfg(target_os = "linux")]
        if full {
            std::os::unix::fs::symlink("/dev/full", &path).expect("a link");
        }
        let if_exists = if full { IfExists::Replace } else { IfExists::Fail };
        let file = bevy_viewfinder::recorder::RecordingFile::new(&path).if_exists(if_exists);
        let recorder = stage.spawn((MediaRecorder::new(self.track).media_type(MJPEG), file));
        command(stage, StartRecording::new(recorder));
        if !full {
            let script = &self.script;
            stage.until("the start", |stage| {
                script.frame();
                let started = recorder::log(stage, recorder).iter().any(|name| name.starts_with("started"));
                started.then_some(())
            });
            until_frames(stage, recorder, 1);
        }
        self.recorder = Some((recorder, path));
    }

    /// `bystander` sends frames of another track.
    fn inflict(&self, stage: &mut Stage, fault: Fault, bystander: &Script) {
        match fault {
            Fault::Unplugged | Fault::GoneWhileOpened => self.script.unplug(),
            Fault::Silent => self.script.stall(),
            Fault::Busy => self.script.busy(),
            Fault::Denied => self.script.deny(),
            Fault::Revoked => self.script.revoke(),
            Fault::CorruptFrames => {
                use FrameFault::{AbsurdSize, CorruptJpeg, Empty, Flagged, Truncated, WrongStride};
                for fault in [Truncated, Empty, WrongStride, AbsurdSize, CorruptJpeg, Flagged] {
                    self.script.faulty_frame(fault);
                }
            }
            Fault::AnotherSize => self
                .script
                .change_format(UVec2::new(402, 302), PixelFormat::Nv12)
                .expect("a size that can be drawn"),
            Fault::Panic => self.trap.panic(),
            Fault::GpuLost => lose_gpu(stage, bystander),
            // It is full from the beginning.
            Fault::DiskFull => {}
            Fault::AppExit => unreachable!("it has a test of its own"),
        }
        self.trap.release();
    }

    /// The events since the fault, sorted.
    fn events(&self, stage: &Stage) -> String {
        let ours = |entity: &Entity| *entity == self.track || Some(*entity) == self.request;
        let named = |name: &str, error: &MediaError| format!("{name} ({})", error.name);
        let mut events: Vec<_> = stage.diary()[self.earlier..]
            .iter()
            .filter_map(|event| match event {
                Event::Live(entity) if ours(entity) => Some("TrackLive".to_owned()),
                Event::Failed(entity, error) if ours(entity) => Some(named("TrackFailed", error)),
                Event::Ended(entity, None) if ours(entity) => Some("TrackEnded".to_owned()),
                Event::Ended(entity, Some(error)) if ours(entity) => Some(named("TrackEnded", error)),
                Event::Broken(entity, error) if ours(entity) => Some(named("FrameCorrupted", error)),
                Event::Muted(entity) if ours(entity) => Some("Muted".to_owned()),
                Event::ReopenFailed(entity, error) if ours(entity) => {
                    Some(named("DeviceReopenFailed", error))
                }
                Event::Taken(entity, _) if ours(entity) => Some("PhotoTaken".to_owned()),
                Event::PhotoFailed(entity, error) if ours(entity) => Some(named("PhotoFailed", error)),
                _ => None,
            })
            .collect();
        if let Some((recorder, _)) = &self.recorder {
            for name in &recorder::log(stage, *recorder)[self.recorder_earlier..] {
                events.extend(match name.split_once(' ') {
                    None if name == "stopped" => Some("RecordingStopped".to_owned()),
                    Some(("saved", _)) => Some("RecordingSaved".to_owned()),
                    Some(("failed", error)) => Some(format!("RecordingFailed ({error})")),
                    _ => None,
                });
            }
        }
        events.sort_unstable();
        events.dedup();
        if events.is_empty() { "nothing".to_owned() } else { events.join(", ") }
    }

    /// Whether the track is to have frames after the fault.
    fn goes_on(&self, events: &str) -> bool {
        self.state != State::Ended && !events.contains("TrackEnded") && !events.contains("TrackFailed")
    }
}

/// Destroys the device of the GPU, and waits until the renderer has another one. The frames of another track go on.
fn lose_gpu(stage: &mut Stage, bystander: &Script) {
    let device = |stage: &Stage| stage.app.world().resource_ref::<RenderDevice>().last_changed();
    let before = device(stage);
    stage.app.world().resource::<RenderDevice>().wgpu_device().destroy();
    stage.until("another device of the GPU", |stage| {
        bystander.frame();
        // wgpu tells the loss while it is polled, as a window does in each frame.
        let _ = stage.app.world().resource::<RenderDevice>().poll(PollType::Poll);
        (device(stage) != before).then_some(())
    });
}

/// The cell of a fault and a state in the document.
fn documented(fault: &str, state: State) -> &'static str {
    let row = DOCUMENT
        .lines()
        .find(|line| line.starts_with(&format!("| {fault} |")))
        .unwrap_or_else(|| panic!("docs/faults.md has no row for: {fault}"));
    row.split('|').nth(2 + state as usize).map(str::trim).expect("a column for each state")
}

/// The events in the document's notation.
fn in_code(events: &str) -> String {
    if events == "nothing" || events == IMPOSSIBLE { events.to_owned() } else { format!("`{events}`") }
}

/// Whether these events are those of a cell, or one of its alternatives.
fn is_one_of(events: &str, cell: &str) -> bool {
    cell.split(" or ").any(|alternative| in_code(events) == alternative)
}

/// Sends a frame, and waits until the track has it.
fn has_frames(stage: &mut Stage, track: Entity, script: &Script) -> bool {
    let delivered = |stage: &Stage| stage.get::<TrackStatistics>(track).map_or(0, |it| it.delivered_frames);
    let before = delivered(stage);
    let start = Instant::now();
    while delivered(stage) == before {
        if start.elapsed() > Duration::from_secs(20) {
            return false;
        }
        script.frame();
        stage.step();
    }
    true
}

/// Inflicts the fault on a track in this state. Returns the events, and the other things that went wrong.
fn attempt(
    stage: &mut Stage,
    fault: Fault,
    name: &str,
    state: State,
    folder: &Path,
    bystander: &Script,
) -> (String, Vec<String>) {
    let subject = set_up(stage, state, fault, folder);
    subject.inflict(stage, fault, bystander);
    let expected = documented(name, state);
    let start = Instant::now();
    let mut matches = 0;
    let mut sent = Instant::now();
    // The events must come, and then no other.
    while matches < 20 && start.elapsed() < Duration::from_secs(30) {
        stage.step();
        // Photos and recordings wait for frames.
        if sent.elapsed() > Duration::from_millis(30) {
            subject.script.frames(1);
            sent = Instant::now();
        }
        matches = if is_one_of(&subject.events(stage), expected) { matches + 1 } else { 0 };
    }
    let events = subject.events(stage);
    let mut wrong = Vec::new();
    // The fault goes.
    subject.script.allow();
    subject.script.resume();
    if state == State::Muted {
        subject.script.unmute();
    }
    if subject.goes_on(&events) && !has_frames(stage, subject.track, &subject.script) {
        wrong.push("the track has no frames after the fault".to_owned());
    }
    if let Some((recorder, path)) = &subject.recorder {
        stage.app.world_mut().despawn(*recorder);
        stage.steps(5);
        if fault != Fault::DiskFull && fs::metadata(path).map_or(0, |file| file.len()) == 0 {
            wrong.push("the recording is lost".to_owned());
        }
    }
    if let Some(request) = subject.request {
        let answers = stage.diary().iter().filter(|event| {
            matches!(event, Event::Taken(entity, _) | Event::PhotoFailed(entity, _) if *entity == request)
        });
        if answers.count() != 1 {
            wrong.push("the photo isn't answered once".to_owned());
        }
    }
    stage.app.world_mut().despawn(subject.track);
    let start = Instant::now();
    while subject.script.closed() != subject.script.opened() {
        if start.elapsed() > Duration::from_secs(20) {
            wrong.push("the device isn't released".to_owned());
            break;
        }
        stage.step();
    }
    (events, wrong)
}

#[test]
fn each_fault_has_its_events_in_each_state_and_disturbs_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let mut stage = stage();
    let (bystander, script) = stage.live(());
    let mut table = String::new();
    let mut wrong = Vec::new();
    for (fault, name) in FAULTS.into_iter().filter(|(fault, _)| *fault != Fault::AppExit) {
        table += &format!("| {name} |");
        for state in STATES {
            let events = if is_possible(fault, state) {
                let (events, faults) = attempt(&mut stage, fault, name, state, folder.path(), &script);
                wrong.extend(faults.into_iter().map(|what| format!("{name}, {state:?}: {what}")));
                events
            } else {
                IMPOSSIBLE.to_owned()
            };
            if !has_frames(&mut stage, bystander, &script) {
                wrong.push(format!("{name}, {state:?}: another track has no frames"));
            }
            if !is_one_of(&events, documented(name, state)) {
                wrong.push(format!("{name}, {state:?}: another cell than in docs/faults.md"));
            }
            table += &format!(" {} |", in_code(&events));
        }
        table += "\n";
    }
    assert!(wrong.is_empty(), "{}\nThe table is now:\n{table}", wrong.join("\n"));
}

#[test]
fn an_app_that_exits_releases_the_device_in_each_state_and_keeps_recordings() {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    for state in STATES {
        let mut stage = stage();
        let subject = set_up(&mut stage, state, Fault::AppExit, folder.path());
        subject.trap.release();
        stage.app.world_mut().write_message(AppExit::Success);
        stage.app.update();
        drop(stage);
        let start = Instant::now();
        while subject.script.closed() != subject.script.opened() {
            assert!(start.elapsed() < Duration::from_secs(20), "{state:?}: the device isn't released");
            std::thread::sleep(Duration::from_millis(5));
        }
        let mut outcome = "nothing".to_owned();
        if let Some((_, path)) = &subject.recorder {
            let file = fs::read(path).expect("the recording");
            assert!(file.len() > 1000, "{} bytes", file.len());
            outcome = "nothing; the file is complete".to_owned();
        }
        assert_eq!(documented("the app exits", state), outcome, "{state:?}");
    }
}
