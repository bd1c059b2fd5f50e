//! Nothing of the machine is opened before a track is spawned, and nothing of the network at all: by the system calls
//! that `strace` sees.

use std::{env, fs, process::Command};

use bevy::prelude::*;
use bevy_viewfinder::{
    prelude::*,
    source::{DefaultSource, audio::DefaultAudioSource},
};

use crate::stage::{Stage, default_plugins};

/// Set for a program that is traced.
const TRACED: &str = "VIEWFINDER_TRACED";

/// The system calls that open files and sockets, of the test with this name in a process of its own, where
/// [`is_traced`] is true. `None` if programs can't be traced here.
fn system_calls(test: &str) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().expect("a folder for temporary files");
    let log = folder.path().join("calls");
    let mut command = Command::new("strace");
    command.args(["--follow-forks", "--trace=open,openat,openat2,socket,connect", "--output"]).arg(&log);
    command.arg(env::current_exe().expect("the program of the tests"));
    command.args(["--exact", &format!("privacy::{test}"), "--test-threads=1"]).env(TRACED, "1");
    let output = match command.output() {
        Ok(output) => output,
        Err(error) => {
            println!("SKIPPED: strace can't be run ({error}); install it");
            return None;
        }
    };
    let errors = String::from_utf8_lossy(&output.stderr);
    if errors.contains("PTRACE") || errors.contains("ptrace") {
        println!("SKIPPED: programs can't be traced here: {errors}");
        return None;
    }
    assert!(output.status.success(), "{}{errors}", String::from_utf8_lossy(&output.stdout));
    let calls = fs::read_to_string(&log).expect("the log of strace");
    assert!(calls.lines().count() > 100, "the app was traced");
    Some(calls.lines().map(str::to_owned).collect())
}

fn is_traced() -> bool {
    env::var_os(TRACED).is_some()
}

/// Whether a call opens a camera or a microphone, or lists them.
fn opens_device(call: &str) -> bool {
    let folders = ["\"/dev\"", "\"/dev/\""];
    let places =
        ["/dev/video", "/dev/media", "/dev/v4l", "/dev/snd", "/sys/class/video4linux", "/proc/asound"];
    folders.iter().chain(&places).any(|place| call.contains(place))
}

/// Whether a call reaches beyond this machine.
fn opens_network(call: &str) -> bool {
    call.contains("AF_INET")
}

#[test]
fn an_app_without_tracks_opens_no_device_and_no_connection() {
    if is_traced() {
        // With each plugin of this crate, and the machine's own microphones.
        let mut stage = Stage::of(default_plugins(), |app| {
            app.insert_resource(DefaultAudioSource::default());
        });
        stage.app.world_mut().spawn((Camera2d, Transform::default()));
        stage.steps(100);
        return;
    }
    let Some(calls) = system_calls("an_app_without_tracks_opens_no_device_and_no_connection") else { return };
    let opened: Vec<_> = calls.iter().filter(|call| opens_device(call) || opens_network(call)).collect();
    assert!(opened.is_empty(), "{opened:#?}");
}

#[test]
fn a_track_of_this_machine_is_seen_by_the_same_trace() {
    if is_traced() {
        let mut stage = Stage::new();
        let source = DefaultSource::default();
        stage.spawn((VideoTrack, TrackSource(source.0)));
        stage.steps(100);
        return;
    }
    let Some(calls) = system_calls("a_track_of_this_machine_is_seen_by_the_same_trace") else { return };
    assert!(calls.iter().any(|call| opens_device(call)), "{calls:#?}");
    assert!(!calls.iter().any(|call| opens_network(call)), "a camera of this machine needs no network");
}
