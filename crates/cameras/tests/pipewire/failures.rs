//! Cameras and daemons that end.

use std::time::{Duration, Instant};

use viewfinder_cameras::{
    Error, Event, Selection, Stream,
    pipewire::{Cameras, Options, Route},
};

use crate::{
    camera, daemon, frame, open,
    producer::{Buffers, GRAY8, Producer, rate, raw, size},
    session::{in_session, pw_cli, wait},
};

fn source(name: &str) -> Producer {
    let formats = vec![raw(GRAY8, vec![size(8, 8), rate(30, 1)])];
    Producer::new(name, formats, Buffers { blocks: 1, size: 64, stride: 8 }, |draft| draft.blocks[0].fill(1))
}

/// The error with which a stream ends, and how long that takes.
fn end(stream: &mut Stream) -> (Error, Duration) {
    let start = Instant::now();
    loop {
        match stream.next(Duration::from_millis(50), |_| ()) {
            Err(error) => return (error, start.elapsed()),
            Ok(_) => assert!(start.elapsed() < Duration::from_secs(20), "it never ended"),
        }
    }
}

#[test]
fn a_camera_that_is_disconnected_is_not_found() {
    in_session("failures::a_camera_that_is_disconnected_is_not_found", |session| {
        let _managed = session.managed();
        let cameras = daemon();
        let source = source("gone");
        // Another camera is there: the stream must not go on with that one.
        let _other = self::source("other");
        camera(&cameras, "other");
        let camera = camera(&cameras, "gone");
        let mut stream = open(&cameras, &camera, 0);
        frame(&mut stream, |_| ());
        drop(source);
        let (error, _) = end(&mut stream);
        assert!(matches!(error, Error::NotFound(_)), "{error:?}");
        assert_eq!(stream.next(Duration::from_secs(60), |_| ()), Err(error), "at once, and again");
        let chosen = Selection { format: 0, range: 0, rate: 30.0 };
        assert!(matches!(cameras.open(&camera, &chosen), Err(Error::NotFound(_))));
        assert_eq!(cameras.ids(), Ok(vec!["other".into()]));
    });
}

#[test]
fn a_process_that_is_killed_is_not_found() {
    let name = "failures::a_process_that_is_killed_is_not_found";
    if crate::session::find("gst-launch-1.0").is_none() {
        crate::session::left_out(name, "the program gst-launch-1.0 (package gstreamer1.0-tools) is missing");
        return;
    }
    in_session(name, |session| {
        let _managed = session.managed();
        let pipeline = "videotestsrc is-live=true ! video/x-raw,format=NV12,width=64,height=64 ! pipewiresink \
            mode=provide stream-properties=\"p,media.class=Video/Source,media.role=Camera,node.name=killed\"";
        let source = session.start("gst-launch-1.0", &pipeline.split_whitespace().collect::<Vec<_>>());
        let cameras = daemon();
        let camera = camera(&cameras, "killed");
        let mut stream = open(&cameras, &camera, 0);
        frame(&mut stream, |_| ());
        source.signal("KILL");
        let (error, _) = end(&mut stream);
        assert!(matches!(error, Error::NotFound(_)), "{error:?}");
    });
}

#[test]
fn a_daemon_that_dies_ends_the_stream() {
    in_session("failures::a_daemon_that_dies_ends_the_stream", |session| {
        let (daemon_process, _manager) = session.managed();
        let cameras = daemon();
        let _source = source("orphan");
        let camera = camera(&cameras, "orphan");
        let mut stream = open(&cameras, &camera, 0);
        frame(&mut stream, |_| ());
        daemon_process.signal("KILL");
        let (error, _) = end(&mut stream);
        assert!(matches!(error, Error::Failed(_) | Error::NotFound(_)), "{error:?}");
        wait("the end of the socket", || cameras.list().is_err());
        assert!(matches!(cameras.list(), Err(Error::NotSupported(_))), "{:?}", cameras.list());
        let chosen = Selection { format: 0, range: 0, rate: 30.0 };
        assert!(matches!(cameras.open(&camera, &chosen), Err(Error::NotSupported(_))));
        drop(stream);
    });
}

#[test]
fn a_daemon_that_never_answers_is_an_error_in_time() {
    in_session("failures::a_daemon_that_never_answers_is_an_error_in_time", |session| {
        let daemon_process = session.pipewire();
        let call_limit = Duration::from_secs(1);
        let cameras = Cameras::new(Options { route: Some(Route::Daemon), call_limit, ..Options::default() });
        daemon_process.signal("STOP");
        let start = Instant::now();
        assert!(matches!(cameras.list(), Err(Error::Failed(_))));
        assert!(matches!(cameras.ids(), Err(Error::Failed(_))));
        assert!(matches!(cameras.watch(), Err(Error::Failed(_))));
        assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
        daemon_process.signal("CONT");
        assert_eq!(cameras.list(), Ok(vec![]));
    });
}

#[test]
fn no_session_manager_is_an_error_in_time() {
    in_session("failures::no_session_manager_is_an_error_in_time", |session| {
        let _daemon = session.pipewire();
        let call_limit = Duration::from_secs(1);
        let cameras = Cameras::new(Options { route: Some(Route::Daemon), call_limit, ..Options::default() });
        let _source = source("unmanaged");
        let camera = camera(&cameras, "unmanaged");
        let start = Instant::now();
        let error =
            cameras.open(&camera, &Selection { format: 0, range: 0, rate: 30.0 }).expect_err("nobody links");
        assert!(matches!(&error, Error::Failed(text) if text.contains("session manager")), "{error:?}");
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    });
}

#[test]
fn a_camera_that_stalls_is_pending_and_goes_on() {
    in_session("failures::a_camera_that_stalls_is_pending_and_goes_on", |session| {
        let _managed = session.managed();
        let source = source("stalls");
        let cameras = daemon();
        let camera = camera(&cameras, "stalls");
        let mut stream = open(&cameras, &camera, 0);
        frame(&mut stream, |_| ());
        source.pause(true);
        let mut pending = 0;
        for _ in 0..20 {
            let start = Instant::now();
            pending += u32::from(stream.next(Duration::from_millis(50), |_| ()) == Ok(Event::Pending));
            assert!(start.elapsed() < Duration::from_millis(500), "it returns in time");
        }
        assert!(pending >= 10, "{pending}");
        source.pause(false);
        frame(&mut stream, |_| ());
    });
}

#[test]
fn a_camera_that_the_system_pauses_is_suspended() {
    in_session("failures::a_camera_that_the_system_pauses_is_suspended", |session| {
        let _managed = session.managed();
        let cameras = daemon();
        let _source = source("paused");
        let camera = camera(&cameras, "paused");
        let mut stream = open(&cameras, &camera, 0);
        frame(&mut stream, |_| ());
        let nodes = session.objects("Node", "media.class = \"Stream/Input/Video\"");
        assert_eq!(nodes.len(), 1, "{nodes:?}");
        let command = |command| pw_cli(&["send-command", &nodes[0], command, "{}"]);
        for (name, suspended) in [("Pause", true), ("Start", false)] {
            println!("{}", command(name));
            let mut events = vec![];
            wait(name, || {
                events.push(stream.next(Duration::from_millis(200), |_| ()));
                events.last() == Some(&Ok(Event::Suspended(suspended)))
            });
        }
        frame(&mut stream, |_| ());
    });
}
