//! The portal's real frontend, with a backend of the test's own that answers in the user's place.

use std::{
    fs,
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use viewfinder_cameras::{
    Error, Permission,
    pipewire::{Cameras, Options, Route},
};

use crate::{
    camera, frame, open,
    producer::{Buffers, GRAY8, Producer, rate, raw, size},
    session::{Process, Session, in_session, left_out, wait},
};

const FRONTEND: &str = "/usr/libexec/xdg-desktop-portal";

fn source() -> Producer {
    let formats = vec![raw(GRAY8, vec![size(8, 8), rate(30, 1)])];
    Producer::new("cam", formats, Buffers { blocks: 1, size: 64, stride: 8 }, |draft| draft.blocks[0].fill(9))
}

pub fn cameras() -> Cameras {
    let (call_limit, answer_limit) = (Duration::from_secs(3), Duration::from_secs(2));
    Cameras::new(Options { route: None, call_limit, answer_limit })
}

/// PipeWire, a camera, and the portal with a backend that gives this answer.
pub struct Portal {
    frontend: Frontend,
    backend: Process,
    _source: Producer,
    _daemon: Process,
    _manager: Option<Process>,
}

impl Portal {
    pub fn start(session: &Session, answer: &str) -> Self {
        Self::with_manager(session, answer, true)
    }

    /// Without a session manager a connection of the portal shows nothing.
    pub fn with_manager(session: &Session, answer: &str, is_managed: bool) -> Self {
        let portals = session.folder().join("portals");
        fs::create_dir_all(&portals).expect("the folder can be made");
        let backend = "[portal]\nDBusName=org.freedesktop.impl.portal.desktop.viewfinder\n\
            Interfaces=org.freedesktop.impl.portal.Access;\nUseIn=viewfinder\n";
        fs::write(portals.join("viewfinder.portal"), backend).expect("the file can be written");
        // Newer frontends read this file.
        fs::write(portals.join("portals.conf"), "[preferred]\ndefault=viewfinder\n")
            .expect("it can be written");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/pipewire/access.py");
        let backend = session.start(python().expect("it was looked for"), &[script, answer]);
        wait("the backend", || session.log("python3").contains("ready"));
        let daemon = session.pipewire();
        let manager = is_managed.then(|| session.manager());
        let source = source();
        wait("the portal", portal_has_camera);
        let frontend = Frontend::find();
        Self { frontend, backend, _source: source, _daemon: daemon, _manager: manager }
    }
}

/// The portal's frontend, which the bus starts: PipeWire asks it for the rights of its threads.
struct Frontend(u32);

impl Frontend {
    fn find() -> Self {
        let answer = busctl(&["call", BUS, "/", BUS, "GetConnectionUnixProcessID", "s", DESKTOP]);
        let id = answer.trim().strip_prefix("u ").and_then(|id| id.parse().ok());
        Self(id.unwrap_or_else(|| panic!("the portal is on the bus: {answer}")))
    }

    fn signal(&self, signal: &str) {
        let status = Command::new("kill").args([&format!("-{signal}"), &self.0.to_string()]).status();
        assert!(status.is_ok_and(|status| status.success()), "the process can be signaled");
    }
}

const BUS: &str = "org.freedesktop.DBus";
const DESKTOP: &str = "org.freedesktop.portal.Desktop";

/// Whether the portal knows a camera.
fn portal_has_camera() -> bool {
    let camera = "org.freedesktop.portal.Camera";
    busctl(&["get-property", DESKTOP, "/org/freedesktop/portal/desktop", camera, "IsCameraPresent"])
        .contains("true")
}

fn busctl(arguments: &[&str]) -> String {
    let output = Command::new("busctl").arg("--user").args(arguments).output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

/// A Python with the modules of the backend. That of the system has the packages of the system.
fn python() -> Option<&'static str> {
    ["/usr/bin/python3", "python3"].into_iter().find(|python| {
        let output = Command::new(python).args(["-c", "import dbus, gi"]).output();
        output.is_ok_and(|output| output.status.success())
    })
}

/// Runs a test inside of a session, if the portal's frontend and Python's D-Bus are there.
pub fn with_portal(name: &str, test: impl FnOnce(&Session)) {
    if !Path::new(FRONTEND).is_file() {
        left_out(name, "the portal's frontend (package xdg-desktop-portal) is missing");
    } else if python().is_none() {
        left_out(name, "the modules dbus and gi of Python (packages python3-dbus, python3-gi) are missing");
    } else {
        in_session(name, test);
    }
}

#[test]
fn the_answer_yes_shows_the_cameras() {
    with_portal("access::the_answer_yes_shows_the_cameras", |session| {
        let portal = Portal::start(session, "granted");
        let cameras = cameras();
        assert_eq!(cameras.permission(), Permission::NotAsked);
        assert_eq!(cameras.route(), Some(Route::Portal));
        let before = cameras.list().expect("the portal answers");
        assert_eq!((before.len(), before[0].id.as_str(), before[0].formats.len()), (1, "", 0));
        assert_eq!(cameras.request_permission(), Ok(()));
        assert_eq!(cameras.permission(), Permission::Granted);
        assert!(session.log("python3").contains("asked"), "{}", session.log("python3"));
        let camera = camera(&cameras, "cam");
        let mut stream = open(&cameras, &camera, 0);
        assert_eq!(frame(&mut stream, |frame| frame.planes[0].bytes[0]), 9);
        portal.frontend.signal("KILL");
        assert_eq!(frame(&mut stream, |frame| frame.planes[0].bytes[0]), 9, "a stream outlives the portal");
    });
}

#[test]
fn the_answer_no_is_a_denial() {
    with_portal("access::the_answer_no_is_a_denial", |session| {
        let _portal = Portal::start(session, "denied");
        let cameras = cameras();
        assert!(matches!(cameras.request_permission(), Err(Error::NotAllowed(_))));
        assert_eq!(cameras.permission(), Permission::Denied);
        assert!(matches!(cameras.list(), Err(Error::NotAllowed(_))));
        assert!(matches!(cameras.ids(), Err(Error::NotAllowed(_))));
        assert!(matches!(cameras.watch(), Err(Error::NotAllowed(_))));
    });
}

#[test]
fn no_answer_is_an_error_in_time() {
    with_portal("access::no_answer_is_an_error_in_time", |session| {
        let _portal = Portal::start(session, "never");
        let cameras = cameras();
        let start = Instant::now();
        let error = cameras.request_permission().expect_err("nobody answers");
        assert!(matches!(&error, Error::Failed(text) if text.contains("answer")), "{error:?}");
        assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        assert_eq!(cameras.permission(), Permission::NotAsked, "it can be asked again");
    });
}

#[test]
fn a_portal_that_ends_while_it_asks_is_an_error_at_once() {
    with_portal("access::a_portal_that_ends_while_it_asks_is_an_error_at_once", |session| {
        let Portal { frontend, .. } = &Portal::start(session, "never");
        let cameras = Cameras::new(Options { answer_limit: Duration::from_secs(60), ..Options::default() });
        let asking = std::thread::scope(|scope| {
            let asking = scope.spawn(|| cameras.request_permission());
            wait("the question", || session.log("python3").contains("asked"));
            let start = Instant::now();
            frontend.signal("KILL");
            (asking.join().expect("it doesn't panic"), start.elapsed())
        });
        assert!(matches!(&asking.0, Err(Error::Failed(text)) if text.contains("ended")), "{asking:?}");
        assert!(asking.1 < Duration::from_secs(5), "{asking:?}");
    });
}

#[test]
fn a_backend_that_ends_while_it_asks_is_no_permission() {
    with_portal("access::a_backend_that_ends_while_it_asks_is_no_permission", |session| {
        let Portal { backend, .. } = &Portal::start(session, "never");
        let cameras = Cameras::new(Options { answer_limit: Duration::from_secs(60), ..Options::default() });
        let answer = std::thread::scope(|scope| {
            let asking = scope.spawn(|| cameras.request_permission());
            wait("the question", || session.log("python3").contains("asked"));
            backend.signal("KILL");
            asking.join().expect("it doesn't panic")
        });
        assert!(matches!(answer, Err(Error::NotAllowed(_) | Error::Failed(_))), "{answer:?}");
    });
}

#[test]
fn a_portal_that_hangs_is_an_error_in_time() {
    with_portal("access::a_portal_that_hangs_is_an_error_in_time", |session| {
        let portal = Portal::start(session, "granted");
        let cameras = cameras();
        portal.frontend.signal("STOP");
        let start = Instant::now();
        assert!(matches!(cameras.list(), Err(Error::Failed(_))));
        assert!(matches!(cameras.request_permission(), Err(Error::Failed(_))));
        assert!(start.elapsed() < Duration::from_secs(12), "{:?}", start.elapsed());
        assert_eq!(cameras.route(), None, "a portal that hangs is no reason to go around it");
        portal.frontend.signal("CONT");
        assert_eq!(cameras.request_permission(), Ok(()));
    });
}

/// The frontend without a backend that asks has no portal for cameras.
#[test]
fn without_a_camera_portal_the_users_own_pipewire_is_used() {
    with_portal("access::without_a_camera_portal_the_users_own_pipewire_is_used", |session| {
        let _managed = session.managed();
        let _source = source();
        let cameras = cameras();
        assert_eq!(cameras.permission(), Permission::Granted);
        assert_eq!(cameras.route(), Some(Route::Daemon));
        assert_eq!(cameras.request_permission(), Ok(()));
        let camera = camera(&cameras, "cam");
        let mut stream = open(&cameras, &camera, 0);
        assert_eq!(frame(&mut stream, |frame| frame.planes[0].bytes[0]), 9);
    });
}

/// xdg-desktop-portal#2143: the portal allows it, and its connection shows nothing.
#[test]
fn a_portal_that_shows_nothing_is_gone_around_outside_of_a_sandbox() {
    with_portal("access::a_portal_that_shows_nothing_is_gone_around_outside_of_a_sandbox", |session| {
        let _portal = Portal::with_manager(session, "granted", false);
        let cameras = cameras();
        assert_eq!(cameras.ids(), Ok(vec![String::new()]), "nobody has been asked");
        assert_eq!(cameras.request_permission(), Ok(()));
        assert_eq!(cameras.ids(), Ok(vec!["cam".into()]));
    });
}
