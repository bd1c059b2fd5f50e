//! GStreamer's RTSP server, whose frames ffmpeg decodes.

#![cfg(target_os = "linux")]

#[path = "../common/mod.rs"]
mod common;

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use common::{LONG, connect, decode_h264, decode_jpeg, next, next_frame, refused, with_start_codes};
use viewfinder_rtsp::{Codec, ErrorKind, Event, Options, Transport};

/// A server, which ends with this value.
struct Gstreamer {
    child: Child,
    port: u16,
}

impl Gstreamer {
    fn new(arguments: &[&str]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gstreamer/server.py");
        // The system's Python has the bindings.
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("Python is needed for this test: {error}"));
        let mut line = String::new();
        let output = child.stdout.take().expect("a pipe");
        BufReader::new(output).read_line(&mut line).expect("a port");
        let port = line.trim().parse().unwrap_or_else(|_| {
            panic!("GStreamer's RTSP server is needed for this test (`cargo xtask test` installs it)")
        });
        Self { child, port }
    }

    fn options(&self, path: &str) -> Options {
        Options::new(format!("rtsp://127.0.0.1:{}/{path}", self.port)).connect_limit(LONG).frame_limit(LONG)
    }
}

impl Drop for Gstreamer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The size of the pictures, in pixels.
const SIZE: (u32, u32) = (320, 240);

/// The luma, the blue and the red difference of the upper color bars of the pictures (BT.601, limited range, in JPEGs
/// too): white, yellow, cyan, green, magenta, red, blue.
const BARS: [[u8; 3]; 7] = [
    [235, 128, 128],
    [210, 16, 146],
    [170, 166, 16],
    [145, 54, 34],
    [106, 202, 222],
    [81, 90, 240],
    [41, 240, 110],
];

/// The raw pictures have the color bars.
#[track_caller]
fn assert_bars(pictures: &[u8], count: usize) {
    let (width, height) = (SIZE.0 as usize, SIZE.1 as usize);
    let length = width * height * 3 / 2;
    assert_eq!(pictures.len(), length * count);
    for picture in pictures.chunks(length) {
        for (number, bar) in BARS.iter().enumerate() {
            let (x, y) = (width * (2 * number + 1) / 14, height / 3);
            let chroma = width * height + y / 2 * (width / 2) + x / 2;
            let found = [picture[y * width + x], picture[chroma], picture[chroma + width * height / 4]];
            for (found, expected) in found.iter().zip(bar) {
                assert!(found.abs_diff(*expected) < 8, "bar {number}: {found} {expected}");
            }
        }
    }
}

/// Frames of the server, as ffmpeg decodes them, are the color bars.
#[track_caller]
fn assert_plays(options: &Options, codec: Codec) {
    let mut camera = connect(options);
    let info = camera.info().clone();
    assert_eq!((info.codec, info.size), (codec, SIZE));
    assert_eq!(info.configuration.is_empty(), codec == Codec::Jpeg);
    let frames: Vec<_> = (0..30).map(|_| next_frame(&mut camera)).collect();
    assert_eq!(frames[0].time, Duration::ZERO);
    for pair in frames.windows(2) {
        let interval = pair[1].time.checked_sub(pair[0].time).expect("times rise").as_millis();
        // A server that is late leaves frames out.
        assert!(interval >= 30, "{interval} ms");
    }
    match codec {
        Codec::H264 => {
            assert_eq!(info.frame_rate, Some(25.0));
            assert!(frames.iter().filter(|frame| frame.is_key).count() >= 2);
            let stream: Vec<_> = frames.iter().flat_map(|frame| with_start_codes(&frame.data)).collect();
            assert_bars(&decode_h264(&stream), frames.len());
            // A decoder with the configuration alone: an MP4 file without parameter sets in its frames.
            let sets = configuration_sets(&info.configuration);
            let sets: Vec<u8> = sets.iter().flat_map(|set| [&[0, 0, 0, 1], *set].concat()).collect();
            let bare: Vec<u8> = frames.iter().flat_map(|frame| without_sets(&frame.data)).collect();
            assert_bars(&decode_h264(&[sets, bare].concat()), frames.len());
        }
        _ => frames.iter().take(3).for_each(|frame| assert_bars(&decode_jpeg(&frame.data), 1)),
    }
}

/// The parameter sets of `avcC`.
fn configuration_sets(configuration: &[u8]) -> [&[u8]; 2] {
    assert_eq!((configuration[4] & 3, configuration[5] & 31), (3, 1));
    let (sequence, rest) = set(&configuration[6..]);
    assert_eq!(rest[0], 1);
    [sequence, set(&rest[1..]).0]
}

fn set(bytes: &[u8]) -> (&[u8], &[u8]) {
    let length = usize::from(u16::from_be_bytes([bytes[0], bytes[1]]));
    bytes[2..].split_at(length)
}

/// The units of a frame with start codes, but those that are parameter sets.
fn without_sets(mut frame: &[u8]) -> Vec<u8> {
    let mut stream = vec![];
    while let Some((length, rest)) = frame.split_first_chunk::<4>() {
        let (unit, rest) = rest.split_at(u32::from_be_bytes(*length) as usize);
        if !matches!(unit[0] & 31, 7 | 8) {
            stream.extend([&[0, 0, 0, 1], unit].concat());
        }
        frame = rest;
    }
    stream
}

#[test]
fn h264_and_jpeg_are_played() {
    let server = Gstreamer::new(&[]);
    assert_plays(&server.options("h264"), Codec::H264);
    assert_plays(&server.options("h264-parameters-in-band"), Codec::H264);
    assert_plays(&server.options("jpeg"), Codec::Jpeg);
    // Lost packets lose frames, so it isn't compared.
    let mut camera = connect(&server.options("h264").transport(Transport::Udp));
    for _ in 0..5 {
        assert!(!next_frame(&mut camera).data.is_empty());
    }
}

#[test]
fn passwords_are_sent_as_the_server_wants_them() {
    for scheme in ["digest", "basic"] {
        let server = Gstreamer::new(&["secret", scheme]);
        let mut camera = connect(&server.options("jpeg").credentials("admin", "secret"));
        assert!(matches!(next(&mut camera), Ok(Event::Frame(_))), "{scheme}");
        let error = refused(&server.options("jpeg").credentials("admin", "secret2"));
        assert_eq!(error.kind(), ErrorKind::NotAllowed, "{scheme}: {error}");
        let error = refused(&server.options("jpeg"));
        assert_eq!(error.kind(), ErrorKind::NotAllowed, "{scheme}: {error}");
    }
}

#[test]
fn unknown_paths_and_codecs_are_errors() {
    let server = Gstreamer::new(&[]);
    let error = refused(&server.options("nothing"));
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let error = refused(&server.options("h265"));
    assert_eq!(error.kind(), ErrorKind::NotSupported, "{error}");
    assert!(error.to_string().contains("H.265"), "{error}");
}

#[test]
fn a_server_that_is_killed_ends_the_stream() {
    let mut server = Gstreamer::new(&[]);
    let mut camera = connect(&server.options("h264"));
    assert!(next_frame(&mut camera).is_key);
    server.child.kill().expect("a process");
    loop {
        match next(&mut camera) {
            Ok(Event::Frame(_)) => {}
            Ok(Event::Ended) => break,
            Ok(other) => panic!("{other:?}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NotReadable, "{error}");
                break;
            }
        }
    }
}
