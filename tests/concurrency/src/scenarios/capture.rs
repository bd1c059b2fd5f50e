//! The life of a capture's thread and of its device.

mod camera;

use std::{sync::Arc, thread};

use self::camera::{Camera, Fate, State};
use crate::{
    capture::{Capture, CaptureRequest, Frames, Hub},
    consent::{Consent, ConsentGate},
    constraint::VideoConstraints,
    device::DeviceKind,
    error::ErrorName,
    report::CaptureReport,
    run::{LONG, eventually},
    source::Source,
};

/// An app with one camera.
#[derive(Clone)]
struct App {
    hub: Hub,
    source: Arc<dyn Source>,
    camera: Arc<State>,
    consent: Consent,
}

impl App {
    fn new(fates: impl IntoIterator<Item = Fate>) -> Self {
        let (camera, state) = Camera::new(fates);
        Self { hub: Hub::default(), source: share(camera), camera: state, consent: Consent::default() }
    }

    fn start(&self) -> Capture {
        Capture::start(CaptureRequest {
            hub: self.hub.clone(),
            source: self.source.clone(),
            constraints: VideoConstraints::new(),
            only: None,
            consent: self.consent.clone(),
            longest_texture: 8192,
        })
        .expect("a thread can be started")
    }

    /// Waits until all threads have ended, and checks that the camera was released as often as it was opened.
    fn check_end(self) {
        // Each thread has the source.
        eventually(|| Arc::strong_count(&self.source) == 1);
        self.camera.check_released();
    }
}

#[cfg(not(feature = "model"))]
fn share(camera: Camera) -> Arc<dyn Source> {
    Arc::new(camera)
}

#[cfg(feature = "model")]
fn share(camera: Camera) -> Arc<dyn Source> {
    let camera: modeled_std::sync::RealArc<dyn Source> = modeled_std::sync::RealArc::new(camera);
    camera.into()
}

/// How the beginning of a track came out.
#[derive(Debug, PartialEq, Eq)]
enum Start {
    Live,
    Failed(ErrorName),
}

/// Waits until a track is live or has failed.
fn started(capture: &Capture) -> Start {
    loop {
        match capture.reports.recv_timeout(LONG).expect("a track begins or fails") {
            CaptureReport::Live(_) => return Start::Live,
            CaptureReport::Failed(error) => return Start::Failed(error.name),
            CaptureReport::AwaitingConsent => {}
            other => panic!("a track that hasn't begun reports {other:?}"),
        }
    }
}

/// Waits for the end of a live track.
fn end(capture: &Capture) -> Option<ErrorName> {
    loop {
        let report = capture.reports.recv_timeout(LONG).expect("a track whose device ends is told");
        if let CaptureReport::Ended(error) = report {
            return error.map(|error| error.name);
        }
    }
}

fn take_frame(capture: &Capture) {
    let Frames::Bytes(frames, _) = &capture.frames;
    frames.wait(LONG).expect("a live track gets frames");
}

/// The device of a track that is dropped is released once, whenever it is dropped.
pub fn a_dropped_track_releases_its_device() {
    let app = App::new([Fate::Runs]);
    let capture = app.start();
    assert_eq!(started(&capture), Start::Live);
    take_frame(&capture);
    drop(capture);
    drop(app.start());
    app.check_end();
}

/// Tracks on two threads share the device or open it one after the other, and leave at any time.
pub fn two_tracks_join_and_leave_at_once() {
    let app = App::new([Fate::Runs]);
    let tracks = [0, 1].map(|_| {
        let app = app.clone();
        thread::spawn(move || {
            let capture = app.start();
            assert_eq!(started(&capture), Start::Live);
            take_frame(&capture);
        })
    });
    tracks.into_iter().for_each(|track| track.join().expect("both are live"));
    app.check_end();
}

/// A track that is dropped while it joins leaves the other as it is.
pub fn a_track_leaves_while_it_joins() {
    let app = App::new([Fate::Runs]);
    let capture = app.start();
    drop(app.start());
    assert_eq!(started(&capture), Start::Live);
    take_frame(&capture);
    drop(capture);
    app.check_end();
}

/// A device that fails, ends or panics tells its track once, and is released.
pub fn the_end_of_a_device_is_told() {
    for (fate, told) in [
        (Fate::Ends, None),
        (Fate::Fails, Some(ErrorName::NotReadable)),
        (Fate::Panics, Some(ErrorName::Unknown)),
    ] {
        let app = App::new([fate]);
        let capture = app.start();
        assert_eq!(started(&capture), Start::Live);
        assert_eq!(end(&capture), told);
        // The app still has the track when its device is free again.
        eventually(|| app.camera.is_released());
        drop(capture);
        app.check_end();
    }
}

/// A device whose failure is followed by another when it is closed tells its tracks all the same.
pub fn a_device_may_panic_when_it_is_closed() {
    for fate in [Fate::PanicsTwice, Fate::FailsAndPanics] {
        let app = App::new([fate]);
        let capture = app.start();
        assert_eq!(started(&capture), Start::Live);
        assert_eq!(end(&capture), Some(ErrorName::Unknown), "{fate:?}");
        drop(capture);
        app.check_end();
    }
}

/// A device that panics while it is opened fails its track, and is free for the next.
pub fn a_device_may_panic_when_it_is_opened() {
    let app = App::new([Fate::PanicsAtOpening, Fate::Runs]);
    let capture = app.start();
    assert_eq!(started(&capture), Start::Failed(ErrorName::Unknown));
    let next = app.start();
    assert_eq!(started(&next), Start::Live);
    drop((capture, next));
    app.check_end();
}

/// A track is dropped while its device fails.
pub fn a_stop_meets_a_failure() {
    for fate in [Fate::Ends, Fate::Fails] {
        let app = App::new([fate]);
        let capture = app.start();
        take_frame(&capture);
        drop(capture);
        app.check_end();
    }
}

/// A device fails while another track joins: that one is told of the end, or opens the device again.
pub fn a_failure_meets_a_join() {
    let app = App::new([Fate::Fails, Fate::Runs]);
    let first = app.start();
    let second = app.start();
    let waiting = thread::spawn(move || {
        assert_eq!(started(&second), Start::Live);
        second
    });
    assert_eq!(started(&first), Start::Live);
    drop(waiting.join().expect("the second is live"));
    drop(first);
    app.check_end();
}

/// The user's answer, while the track waits for it or is dropped.
pub fn an_answer_meets_a_track_that_waits() {
    let gate = ConsentGate::default();
    let consent = Consent::by(Some(&gate), DeviceKind::VideoInput);
    let app = App { consent, ..App::new([Fate::Runs]) };
    let (waiting, leaving) = (app.start(), app.start());
    let answering = thread::spawn(move || gate.deny());
    drop(leaving);
    assert_eq!(started(&waiting), Start::Failed(ErrorName::NotAllowed));
    answering.join().expect("it only answers");
    drop(waiting);
    assert_eq!(app.camera.opened(), 0, "nothing is opened without consent");
    app.check_end();
}
