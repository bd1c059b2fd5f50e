//! A small RTSP server, clips and packets.
#![allow(dead_code)]

pub mod auth;
pub mod clip;
pub mod rtp;
pub mod sdp;
pub mod server;

use std::{
    ffi::OsStr,
    io::Write,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use viewfinder_rtsp::{Camera, Error, Event, Frame, Options};

use server::Server;

/// Longer than any step takes.
pub const LONG: Duration = Duration::from_secs(60);

/// A limit that a hanging camera exceeds soon.
pub const LIMIT: Duration = Duration::from_millis(300);

pub fn options(server: &Server) -> Options {
    Options::new(format!("rtsp://127.0.0.1:{}/stream?key=secret", server.port))
        .connect_limit(LONG)
        .frame_limit(LONG)
}

#[track_caller]
pub fn connect(options: &Options) -> Camera {
    Camera::connect(options, &|| true).expect("a good camera")
}

/// The error of a camera that can't be connected to. It is one line without secrets.
#[track_caller]
pub fn refused(options: &Options) -> Error {
    let error = Camera::connect(options, &|| true).expect_err("it can't be connected to");
    assert_clean(&error);
    error
}

#[track_caller]
pub fn assert_clean(error: &Error) {
    for text in [error.to_string(), format!("{error:?}")] {
        assert!(!text.contains("secret") && !text.contains("\\n") && !text.contains('\n'), "{text}");
    }
}

/// The next event but [`Event::Pending`].
#[track_caller]
pub fn next(camera: &mut Camera) -> Result<Event, Error> {
    let start = Instant::now();
    loop {
        match camera.next(LONG) {
            Ok(Event::Pending) => assert!(start.elapsed() < LONG, "nothing came"),
            other => return other,
        }
    }
}

#[track_caller]
pub fn next_frame(camera: &mut Camera) -> Frame {
    match next(camera) {
        Ok(Event::Frame(frame)) => frame,
        other => panic!("{other:?}"),
    }
}

/// Runs ffmpeg with this standard input, and returns its standard output.
pub fn ffmpeg<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>, input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("ffmpeg is needed for this test (`cargo xtask test` installs it): {error}")
        });
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("an end");
    writer.join().expect("no panic").expect("ffmpeg reads its input");
    assert!(output.status.success(), "ffmpeg: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// The raw pixels of an H.264 stream with start codes.
pub fn decode_h264(stream: &[u8]) -> Vec<u8> {
    ffmpeg("-f h264 -i - -f rawvideo -pix_fmt yuv420p -".split(' '), stream)
}

/// The raw pixels of a JPEG.
pub fn decode_jpeg(jpeg: &[u8]) -> Vec<u8> {
    ffmpeg("-f mjpeg -i - -f rawvideo -pix_fmt yuvj420p -".split(' '), jpeg)
}

/// Units with start codes, from a frame with lengths.
pub fn with_start_codes(mut frame: &[u8]) -> Vec<u8> {
    let mut stream = vec![];
    while let Some((length, rest)) = frame.split_first_chunk::<4>() {
        let (unit, rest) = rest.split_at(u32::from_be_bytes(*length) as usize);
        stream.extend([0, 0, 0, 1]);
        stream.extend(unit);
        frame = rest;
    }
    stream
}
