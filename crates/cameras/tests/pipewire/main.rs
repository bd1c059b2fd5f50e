//! Cameras of Linux, in sessions of the tests' own: PipeWire, its session manager, and the portal's real frontend.
#![cfg(all(feature = "pipewire", target_os = "linux"))]

mod access;
mod failures;
mod frames;
mod list;
mod producer;
mod sandbox;
mod session;
mod sharing;

use std::time::{Duration, Instant};

use viewfinder_cameras::{
    Camera, Event, Frame, Selection, Stream,
    pipewire::{Cameras, Options, Route},
};

/// The user's own PipeWire, without a portal.
fn daemon() -> Cameras {
    Cameras::new(Options { route: Some(Route::Daemon), ..Options::default() })
}

/// The camera of this id, once it is there.
fn camera(cameras: &Cameras, id: &str) -> Camera {
    let mut found = None;
    session::wait(id, || {
        found = cameras.list().expect("PipeWire runs").into_iter().find(|camera| camera.id == id);
        found.is_some()
    });
    found.expect("it was found")
}

/// Opens the first rate of a format.
fn open(cameras: &Cameras, camera: &Camera, format: usize) -> Stream {
    let rate = camera.formats[format].rates[0].max;
    cameras.open(camera, &Selection { format, range: 0, rate }).expect("it opens")
}

/// The next event that isn't a wait, read by a function if it is a frame.
fn next<T>(stream: &mut Stream, mut read: impl FnMut(&Frame<'_>) -> T) -> Event<T> {
    let end = Instant::now() + Duration::from_secs(10);
    loop {
        match stream.next(Duration::from_millis(100), &mut read).expect("it runs") {
            Event::Pending => assert!(Instant::now() < end, "no frame came"),
            event => return event,
        }
    }
}

/// The next frame.
fn frame<T>(stream: &mut Stream, mut read: impl FnMut(&Frame<'_>) -> T) -> T {
    loop {
        if let Event::Frame(value) = next(stream, &mut read) {
            return value;
        }
    }
}
