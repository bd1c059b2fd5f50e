//! A program in a sandbox like Flatpak's: the portal knows its name, and it has no other way to PipeWire.

use std::{env, ffi::OsString, fs, path::Path, process::Command, time::Duration};

use viewfinder_cameras::{Error, Permission, pipewire::Route};

use crate::{
    access::{Portal, cameras, with_portal},
    camera, frame, open,
    session::{Session, left_out, pw_cli, wait},
};

/// Set in the process that runs inside of the sandbox.
const INSIDE: &str = "VIEWFINDER_TEST_SANDBOX";
const APP: &str = "org.example.Viewfinder";

/// Runs the inner part of a test inside of a sandbox, while the outer part runs outside with its process.
fn in_sandbox(name: &str, answer: &str, inside: impl FnOnce(&Session), outside: impl FnOnce(&Session)) {
    let start = |session: &Session| Some(Portal::start(session, answer));
    in_sandbox_with(name, start, inside, outside);
}

fn in_sandbox_with(
    name: &str,
    start: impl FnOnce(&Session) -> Option<Portal>,
    inside: impl FnOnce(&Session),
    outside: impl FnOnce(&Session),
) {
    let works = Command::new("bwrap").args(["--bind", "/", "/", "--proc", "/proc", "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        left_out(name, "the program bwrap (package bubblewrap) is missing, or may not make sandboxes here");
        return;
    }
    with_portal(name, |session| {
        if env::var_os(INSIDE).is_some() {
            inside(session);
            return;
        }
        let _portal = start(session);
        let mut child = sandboxed(session, name).spawn().expect("bwrap starts");
        outside(session);
        let status = child.wait().expect("a child can be waited for");
        assert!(status.success(), "{name} failed inside of its sandbox: {status}");
    });
}

/// This test, in a sandbox: the same files, one more in the root, and no socket of PipeWire.
fn sandboxed(session: &Session, name: &str) -> Command {
    let info = session.folder().join("flatpak-info");
    let text = format!("[Application]\nname={APP}\n\n[Instance]\ninstance-id=1\n");
    fs::write(&info, text).expect("the file can be written");
    let runtime = session.folder().join("sandbox");
    fs::create_dir_all(&runtime).expect("the folder can be made");
    let mut command = Command::new("bwrap");
    command.args(["--tmpfs", "/"]);
    for entry in fs::read_dir("/").expect("there is a root").flatten() {
        let path = entry.path();
        match fs::read_link(&path) {
            Ok(target) => command.arg("--symlink").arg(target).arg(&path),
            Err(_) if path.is_dir() && ![Path::new("/proc"), Path::new("/dev")].contains(&&*path) => {
                command.arg("--bind").arg(&path).arg(&path)
            }
            Err(_) => continue,
        };
    }
    command
        .args(["--proc", "/proc", "--dev", "/dev", "--die-with-parent", "--ro-bind"])
        .args([info, "/.flatpak-info".into()])
        .arg(env::current_exe().expect("the test has a path"))
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .env("XDG_RUNTIME_DIR", runtime);
    command
}

/// Lets the user change an answer.
fn answer(answer: &str) {
    let store = "org.freedesktop.impl.portal.PermissionStore";
    let status = Command::new("busctl")
        .args(["--user", "call", store, "/org/freedesktop/impl/portal/PermissionStore", store])
        .args(["SetPermission", "sbssas", "devices", "true", "camera", APP, "1", answer])
        .status();
    assert!(status.is_ok_and(|status| status.success()), "the store of answers is there");
}

/// A file by which both parts wait for each other.
fn marker(session: &Session, name: &str) -> std::path::PathBuf {
    session.folder().join(OsString::from(format!("marker-{name}")))
}

#[test]
fn an_app_sees_the_cameras_until_the_user_revokes_it() {
    let inside = |session: &Session| {
        let cameras = cameras();
        assert_eq!(cameras.permission(), Permission::NotAsked);
        assert_eq!(cameras.request_permission(), Ok(()));
        assert_eq!((cameras.route(), cameras.permission()), (Some(Route::Portal), Permission::Granted));
        let camera = camera(&cameras, "cam");
        assert_eq!(camera.formats.len(), 1);
        let mut watcher = cameras.watch().expect("it is allowed");
        let mut stream = open(&cameras, &camera, 0);
        assert_eq!(frame(&mut stream, |frame| frame.planes[0].bytes[0]), 9);
        fs::write(marker(session, "reads"), "").expect("the file can be written");
        let mut end = None;
        wait("the end of the stream", || {
            end = stream.next(Duration::from_millis(50), |_| ()).err();
            end.is_some()
        });
        assert!(matches!(end, Some(Error::NotAllowed(_))), "{end:?}");
        assert!(
            watcher.next(Duration::from_secs(5)).is_ok_and(|change| change.is_some()),
            "it is gone from the list"
        );
        assert!(matches!(cameras.list(), Err(Error::NotAllowed(_))), "{:?}", cameras.list());
    };
    let outside = |session: &Session| {
        wait("a frame", || marker(session, "reads").exists());
        answer("no");
        // WirePlumber 0.4.13 doesn't hear of that, so the test does to the app's connections what later ones do.
        for node in session.objects("Node", "node.name = \"cam\"") {
            for client in session.objects("Client", APP) {
                pw_cli(&["permissions", &client, &node, "0"]);
            }
        }
    };
    in_sandbox("sandbox::an_app_sees_the_cameras_until_the_user_revokes_it", "granted", inside, outside);
}

#[test]
fn an_earlier_answer_is_remembered() {
    let inside = |session: &Session| {
        wait("the answer", || marker(session, "answered").exists());
        let cameras = cameras();
        assert_eq!(cameras.permission(), Permission::Granted, "nobody is asked");
        assert_eq!(cameras.ids(), Ok(vec!["cam".into()]));
    };
    let outside = |session: &Session| {
        answer("yes");
        fs::write(marker(session, "answered"), "").expect("the file can be written");
    };
    in_sandbox("sandbox::an_earlier_answer_is_remembered", "never", inside, outside);
}

#[test]
fn an_app_that_is_denied_sees_nothing() {
    let inside = |_: &Session| {
        let cameras = cameras();
        assert!(matches!(cameras.request_permission(), Err(Error::NotAllowed(_))));
        assert!(matches!(cameras.list(), Err(Error::NotAllowed(_))));
    };
    in_sandbox("sandbox::an_app_that_is_denied_sees_nothing", "denied", inside, |_| {});
}

/// The frontend that the bus starts has no backend that asks, so it has no portal for cameras.
#[test]
fn a_sandbox_without_a_portal_is_not_supported() {
    let inside = |_: &Session| {
        let cameras = cameras();
        assert!(matches!(cameras.list(), Err(Error::NotSupported(_))), "{:?}", cameras.list());
        assert!(matches!(cameras.request_permission(), Err(Error::NotSupported(_))));
        assert_eq!((cameras.permission(), cameras.route()), (Permission::Unknown, None));
    };
    in_sandbox_with("sandbox::a_sandbox_without_a_portal_is_not_supported", |_| None, inside, |_| {});
}

/// xdg-desktop-portal#2143, where there is no other way.
#[test]
fn a_portal_that_shows_nothing_is_an_error() {
    let inside = |_: &Session| {
        let cameras = cameras();
        assert_eq!(cameras.request_permission(), Ok(()));
        for error in [cameras.list().map(|_| ()), cameras.ids().map(|_| ())] {
            assert!(matches!(&error, Err(Error::Failed(text)) if text.contains("2143")), "{error:?}");
        }
    };
    let start = |session: &Session| Some(Portal::with_manager(session, "granted", false));
    in_sandbox_with("sandbox::a_portal_that_shows_nothing_is_an_error", start, inside, |_| {});
}
