//! Tracks of cameras in a network.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use bevy::prelude::*;
use bevy_viewfinder::{prelude::*, source::NetworkSource};

use crate::{
    camera::{HEAD, jpeg, part, send, send_images, stalling, unfinished_answers},
    server::{Connection, Server, read_head, wait_for_end},
    stage::{Event, Stage},
};

/// The time without a frame after which the cameras here are silent.
const LIMIT: Duration = Duration::from_millis(300);

/// Long enough for a busy machine.
const LONG: Duration = Duration::from_secs(60);

fn source(server: &Server) -> TrackSource {
    let url = format!("{}/stream?key=secret", server.url);
    TrackSource::new(NetworkSource::new(url).silence_limit(LIMIT))
}

/// A camera that shows its first image.
fn still() -> Server {
    Server::raw(|connection| {
        read_head(connection);
        show(connection);
    })
}

fn show(connection: &mut dyn Connection) {
    let mut goes_on = send(connection, HEAD.as_bytes());
    while goes_on {
        goes_on = send(connection, &part(&jpeg(1)));
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_network_camera_is_a_track_of_its_own_size() {
    let server = still();
    let mut stage = Stage::new();
    let track = stage.spawn((VideoTrack, source(&server)));
    stage.until_live(track);
    let settings = stage.get::<VideoSettings>(track).expect("settings of a live track");
    assert_eq!((settings.size, settings.native.size), (UVec2::new(64, 48), UVec2::new(64, 48)));
    let capabilities = stage.get::<VideoCapabilities>(track).expect("capabilities of a live track");
    assert_eq!((capabilities.width.max, capabilities.height.max), (64, 48));
    assert!(!format!("{settings:?}").contains("secret"));
    stage.until_delivered(track, 1);
    let photo = stage.shoot((GrabFrame(track), PhotoOptions::new().effects(false)));
    let expected = image::load_from_memory(&jpeg(1)).expect("a JPEG").to_rgba8();
    for (x, y) in [(5, 5), (32, 24), (60, 40)] {
        let shown = photo.pixel(x, y).expect("a pixel");
        let near = shown.iter().zip(expected[(x, y)].0).all(|(a, b)| a.abs_diff(b) <= 3);
        assert!(near, "{shown:?} at {x},{y} instead of {:?}", expected[(x, y)]);
    }
}

#[test]
fn constraints_are_checked_against_the_size_of_the_open_camera() {
    let server = still();
    let mut stage = Stage::new();
    let small = stage.spawn((VideoTrack, source(&server), VideoConstraints::new().width(exact(32))));
    stage.until_live(small);
    assert_eq!(stage.get::<VideoSettings>(small).map(|settings| settings.size), Some(UVec2::new(32, 24)));
    let large = stage.spawn((VideoTrack, source(&server), VideoConstraints::new().width(at_least(640))));
    let error = stage.until_event("a failure", |event| match event {
        Event::Failed(entity, error) if *entity == large => Some(error.clone()),
        _ => None,
    });
    assert_eq!((error.name, error.constraint.as_deref()), (ErrorName::Overconstrained, Some("width")));
}

#[test]
fn despawning_closes_the_connection_whatever_the_camera_does() {
    for (index, text) in unfinished_answers().into_iter().enumerate() {
        let (server, closes) = stalling(text);
        let mut stage = Stage::new();
        let track = stage.spawn((VideoTrack, source(&server)));
        stage.until("a connection", |_| (server.connections() > 0).then_some(()));
        if index == 4 {
            stage.until_live(track);
        }
        stage.steps(20);
        let despawned = Instant::now();
        stage.app.world_mut().despawn(track);
        stage.steps(1);
        let closed = closes.recv_timeout(LONG).expect("the connection ends");
        let passed = closed.saturating_duration_since(despawned);
        assert!(passed < Duration::from_secs(1), "answer {index}: {passed:?}");
        assert!(stage.diary().iter().all(|event| !matches!(event, Event::Failed(..) | Event::Ended(..))));
    }
}

/// The ways in which a camera answers.
const WORKS: u8 = 0;
const CLOSES: u8 = 1;
const STALLS: u8 = 2;
const IS_BUSY: u8 = 3;
const DENIES: u8 = 4;

/// A camera that a test switches. A connection that works ends when the camera closes or stalls.
fn switched() -> (Server, Arc<AtomicU8>) {
    let switch = Arc::new(AtomicU8::new(WORKS));
    let own = switch.clone();
    let server = Server::raw(move |connection| {
        read_head(connection);
        let state = || own.load(Ordering::Relaxed);
        let refuse = |status: &str| format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
        match state() {
            IS_BUSY => _ = send(connection, refuse("503 Busy").as_bytes()),
            DENIES => _ = send(connection, refuse("401 Unauthorized").as_bytes()),
            _ => {
                let mut goes_on = send(connection, HEAD.as_bytes());
                while goes_on && state() == WORKS {
                    goes_on = send(connection, &part(&jpeg(1)));
                    std::thread::sleep(Duration::from_millis(20));
                }
                if state() == STALLS {
                    wait_for_end(connection);
                }
            }
        }
    });
    (server, switch)
}

/// The number of reopenings, and the errors of those that failed.
fn reopenings(stage: &Stage, track: Entity) -> (usize, Vec<ErrorName>) {
    let reopened = stage.diary().iter().filter(|event| matches!(event, Event::Reopened(of) if *of == track));
    let failed = stage.diary().iter().filter_map(|event| match event {
        Event::ReopenFailed(of, error) if *of == track => Some(error.name),
        _ => None,
    });
    (reopened.count(), failed.collect())
}

#[test]
fn a_camera_that_stalls_or_breaks_its_connection_is_muted_and_connected_to_again() {
    for fault in [STALLS, CLOSES] {
        let (server, switch) = switched();
        let mut stage = Stage::new();
        let track = stage.spawn((VideoTrack, source(&server)));
        stage.until_live(track);
        stage.until_delivered(track, 1);
        switch.store(fault, Ordering::Relaxed);
        let muted = stage.until("silence", |stage| stage.get::<Muted>(track));
        assert_eq!(muted.reason, MuteReason::Silence);
        switch.store(IS_BUSY, Ordering::Relaxed);
        stage.until("a failure", |stage| (!reopenings(stage, track).1.is_empty()).then_some(()));
        switch.store(WORKS, Ordering::Relaxed);
        stage.until("frames again", |stage| stage.get::<Muted>(track).is_none().then_some(()));
        let (reopened, failures) = reopenings(&stage, track);
        assert_eq!(reopened, 1, "fault {fault}");
        assert!(failures.iter().all(|name| *name == ErrorName::NotReadable), "{failures:?}");
        assert_eq!(stage.get::<TrackState>(track), Some(TrackState::Live));
    }
}

#[test]
fn a_camera_that_denies_access_later_ends_its_track() {
    let (server, switch) = switched();
    let mut stage = Stage::new();
    let track = stage.spawn((VideoTrack, source(&server)));
    stage.until_live(track);
    switch.store(DENIES, Ordering::Relaxed);
    let error = stage.until_event("the end", |event| match event {
        Event::Ended(of, error) if *of == track => error.clone(),
        _ => None,
    });
    assert_eq!(error.name, ErrorName::NotAllowed, "{error}");
    let refused = stage.spawn((VideoTrack, source(&server)));
    let error = stage.until_event("a failure", |event| match event {
        Event::Failed(of, error) if *of == refused => Some(error.clone()),
        _ => None,
    });
    assert_eq!(error.name, ErrorName::NotAllowed, "{error}");
    assert!(!error.message.contains("secret"), "{error}");
}

#[test]
fn two_tracks_share_one_connection() {
    let server = Server::raw(|connection| {
        read_head(connection);
        send_images(connection, HEAD, part);
    });
    let mut stage = Stage::new();
    let source = source(&server);
    let tracks = [0; 2].map(|_| stage.spawn((VideoTrack, source.clone())));
    for track in tracks {
        stage.until_live(track);
        stage.until_delivered(track, 2);
    }
    assert_eq!(server.connections(), 1);
}
