//! Cameras in a network by RTSP: servers of these tests, whose frames ffmpeg decodes too.

#[allow(dead_code)]
#[path = "../../crates/rtsp/tests/common/clip.rs"]
mod clip;
#[path = "../../crates/rtsp/tests/common/rtp.rs"]
mod rtp;
#[allow(dead_code)]
#[path = "../../crates/rtsp/tests/common/server.rs"]
mod server;

use std::{
    ffi::OsStr,
    io::{self, Write},
    net::Shutdown,
    process::{Command, Stdio},
    sync::{Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use bevy_viewfinder::{
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool, MjpegDecoder, PixelFormat},
    source::{RtspSource, Source, Stream, StreamEvent},
};

use crate::{LONG, difference};
use rtp::Rtp;
use server::{Connection, Server};

/// A limit that a hanging camera exceeds soon.
const LIMIT: Duration = Duration::from_millis(300);

/// The clock ticks of a frame.
const TICKS: u32 = 3600;

/// The description of a stream without its parameters.
const H264: &str = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=a\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\n\
                    a=rtpmap:96 H264/90000\r\na=framerate:12.5\r\na=control:track1\r\n";

const JPEG: &str =
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=a\r\nt=0 0\r\nm=video 0 RTP/AVP 26\r\na=control:track1\r\n";

/// Runs ffmpeg with this standard input, and returns its standard output.
fn ffmpeg<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>, input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("ffmpeg")
        .args(["-v", "error", "-nostdin"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| {
            panic!("ffmpeg is needed for this test (`cargo xtask test` installs it): {error}")
        });
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("an end");
    writer.join().expect("no panic").expect("ffmpeg reads its input");
    assert!(output.status.success());
    output.stdout
}

fn camera(server: &Server) -> RtspSource {
    RtspSource::new(format!("rtsp://127.0.0.1:{}/stream?key=secret", server.port)).connect_limit(LONG)
}

fn open(camera: &RtspSource) -> Result<Box<dyn Stream>, MediaError> {
    let device = camera.devices()?.pop().expect("a camera is a device");
    camera.open(&device.id, &device.modes[0], &FramePool::default())
}

#[track_caller]
fn refused(camera: &RtspSource) -> MediaError {
    let error = open(camera).err().expect("it can't be opened");
    assert!(!error.message.contains("secret") && !error.message.contains('\n'), "{error}");
    error
}

/// The next event but [`StreamEvent::Pending`].
#[track_caller]
fn next(stream: &mut dyn Stream) -> StreamEvent {
    let start = Instant::now();
    loop {
        match stream.next(LONG).expect("a camera that goes on") {
            StreamEvent::Pending => assert!(start.elapsed() < LONG, "nothing came"),
            event => return event,
        }
    }
}

#[track_caller]
fn next_frame(stream: &mut dyn Stream) -> Frame {
    match next(stream) {
        StreamEvent::Frame(frame) => frame,
        other => panic!("{other:?}"),
    }
}

fn send_clip(connection: &mut Connection, rtp: &mut Rtp, numbers: std::ops::Range<usize>) -> io::Result<()> {
    for number in numbers {
        let packets = rtp.h264(number as u32 * TICKS, &clip::h264()[number]);
        connection.send_packets(&packets)?;
    }
    Ok(())
}

/// The pictures of frames as ffmpeg decodes them.
#[cfg(feature = "h264")]
fn pictures(frames: &[Vec<Vec<u8>>]) -> Vec<Vec<u8>> {
    let raw = ffmpeg("-f h264 -i - -f rawvideo -pix_fmt yuv420p -".split(' '), &clip::stream(frames));
    raw.chunks(64 * 48 * 3 / 2).map(<[u8]>::to_vec).collect()
}

#[cfg(feature = "h264")]
#[test]
fn each_frame_of_h264_is_shown_when_it_or_the_next_comes() {
    for (profile, held_back) in [("baseline", 0), ("main", 1), ("high", 1)] {
        let frames = clip::frames(profile);
        let pictures = pictures(&frames);
        let (wanted, is_wanted) = mpsc::channel::<usize>();
        let is_wanted = Mutex::new(is_wanted);
        let server = Server::new(move |connection| {
            connection.start(H264)?;
            let mut rtp = Rtp::new(96);
            for number in is_wanted.lock().expect("no panic").iter() {
                let packets = rtp.h264(number as u32 * TICKS, &frames[number]);
                connection.send_packets(&packets)?;
            }
            Ok(())
        });
        (0..=held_back).for_each(|number| wanted.send(number).expect("a server"));
        let mut stream = open(&camera(&server)).expect("a good camera");
        let mode = stream.mode();
        assert_eq!((mode.size, mode.frame_rate, mode.format), ((64, 48).into(), 12.5, PixelFormat::I420));
        assert_eq!(stream.modes(), Some(vec![mode]));
        for (number, picture) in pictures.into_iter().enumerate().take(30 - held_back) {
            let before = Instant::now();
            let frame = next_frame(&mut *stream);
            assert_eq!((frame.sequence, frame.format), (number as u64, PixelFormat::I420), "{profile}");
            assert!(frame.captured <= Instant::now() && frame.captured + LONG > before);
            assert_eq!(frame.validate(), Ok(()));
            assert!(*frame.buffer == picture, "picture {number} of {profile}");
            // A later frame is sent only now.
            if number + held_back < 29 {
                wanted.send(number + held_back + 1).expect("a server");
            }
        }
    }
}

#[cfg(feature = "h264")]
#[test]
fn of_frames_that_wait_the_newest_is_shown() {
    let server = Server::new(|connection| {
        connection.start(H264)?;
        send_clip(connection, &mut Rtp::new(96), 0..25)?;
        connection.stream.shutdown(Shutdown::Write)?;
        connection.stall_and_record()
    });
    let mut stream = open(&camera(&server)).expect("a good camera");
    // All frames have been read before the end of the connection.
    server.wait_for("TEARDOWN");
    let frame = next_frame(&mut *stream);
    // The decoder holds the last one back.
    assert_eq!(frame.sequence, 23);
    assert!(*frame.buffer == pictures(clip::h264())[23]);
    assert!(matches!(next(&mut *stream), StreamEvent::Disconnected));
    assert!(matches!(next(&mut *stream), StreamEvent::Disconnected));
}

#[cfg(feature = "h264")]
#[test]
fn a_corrupt_frame_is_told_and_the_next_key_frame_is_shown() {
    let server = Server::new(|connection| {
        connection.start(H264)?;
        let mut rtp = Rtp::new(96);
        send_clip(connection, &mut rtp, 0..1)?;
        // A slice whose first number can't be read.
        connection.send_packets(&rtp.h264(TICKS, &[vec![0x61, 0, 0, 3, 0, 0, 3, 0, 0]]))?;
        send_clip(connection, &mut rtp, 2..12)?;
        connection.wait_for_end()
    });
    let mut stream = open(&camera(&server)).expect("a good camera");
    let pictures = pictures(clip::h264());
    let (mut is_told, mut is_shown) = (false, false);
    while !(is_told && is_shown) {
        match next(&mut *stream) {
            StreamEvent::Frame(frame) => {
                let number = pictures.iter().position(|picture| *picture == *frame.buffer);
                assert_eq!(number, Some(frame.sequence as usize));
                assert!(matches!(number, Some(0 | 10)), "{number:?} depends on a lost one");
                is_shown |= number == Some(10);
            }
            StreamEvent::Corrupt(error) => {
                assert_eq!(error.name, ErrorName::Data, "{error}");
                assert!(error.message.contains("key frame") && !error.message.contains("secret"), "{error}");
                is_told = true;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[cfg(not(feature = "h264"))]
#[test]
fn h264_needs_its_feature() {
    let server = Server::new(|connection| {
        connection.start(H264)?;
        send_clip(connection, &mut Rtp::new(96), 0..1)?;
        connection.wait_for_end()
    });
    let error = refused(&camera(&server));
    assert_eq!(error.name, ErrorName::NotSupported, "{error}");
    assert!(error.message.contains("`h264`"), "{error}");
}

#[test]
fn jpegs_are_frames() {
    let server = Server::new(|connection| {
        connection.start(JPEG)?;
        connection.send_packets(&Rtp::new(26).jpeg(0, clip::jpeg(), (8, 6)))?;
        connection.wait_for_end()
    });
    let mut stream = open(&camera(&server)).expect("a good camera");
    let mode = stream.mode();
    assert_eq!((mode.size, mode.frame_rate, mode.format), ((64, 48).into(), 25.0, PixelFormat::Mjpeg));
    let frame = next_frame(&mut *stream);
    assert_eq!((frame.format, frame.size), (PixelFormat::Mjpeg, mode.size));
    let shown = MjpegDecoder::default().decode(frame).and_then(|frame| frame.to_rgba()).expect("a JPEG");
    let expected = image::load_from_memory(clip::jpeg()).expect("a JPEG").to_rgba8();
    assert!(difference(&shown, &expected) < 1.0);
}

#[test]
fn errors_have_the_names_of_the_standard() {
    let answering = |status: &'static str, headers: &'static str, body: &'static str| {
        Server::new(move |connection| {
            let request = connection.read()?;
            connection.answer(&request, status, headers, body)?;
            connection.wait_for_end()
        })
    };
    let h265 = "v=0\r\ns=a\r\no=- 1 1 IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H265/90000\r\n";
    for (status, headers, body, name) in [
        ("401 Unauthorized", "WWW-Authenticate: Basic realm=\"a\"\r\n", "", ErrorName::NotAllowed),
        ("404 Not Found", "", "", ErrorName::NotFound),
        ("302 Found", "Location: rtsp://secret/\r\n", "", ErrorName::NotAllowed),
        ("500 Error", "", "", ErrorName::NotReadable),
        ("200 OK", "Content-Type: application/sdp\r\n", "secret", ErrorName::Data),
        ("200 OK", "Content-Type: application/sdp\r\n", h265, ErrorName::NotSupported),
    ] {
        let server = answering(status, headers, body);
        let error = refused(&camera(&server));
        assert_eq!(error.name, name, "{error}");
    }
    let server = Server::new(Connection::stall);
    let error = refused(&camera(&server).connect_limit(LIMIT));
    assert_eq!(error.name, ErrorName::NotReadable, "{error}");
    let source = camera(&server);
    let device = source.devices().expect("a camera").remove(0);
    let stopped = source.open_while_wanted(&device.id, &device.modes[0], &FramePool::default(), &|| false);
    assert_eq!(stopped.err().map(|error| error.name), Some(ErrorName::Abort));
}

#[test]
fn a_camera_that_has_worked_is_not_missing() {
    let connections = Mutex::new(0);
    let server = Server::new(move |connection| {
        let number = std::mem::replace(&mut *connections.lock().expect("no panic"), 1);
        if number > 0 {
            let request = connection.read()?;
            return connection.answer(&request, "404 Not Found", "", "");
        }
        connection.start(JPEG)?;
        connection.send_packets(&Rtp::new(26).jpeg(0, clip::jpeg(), (8, 6)))
    });
    let source = camera(&server);
    let mut stream = open(&source).expect("a good camera");
    assert_eq!(source.devices().expect("a camera")[0].modes[0].size, (64, 48).into());
    assert_eq!(next_frame(&mut *stream).sequence, 0);
    assert!(matches!(next(&mut *stream), StreamEvent::Disconnected));
    let error = refused(&source);
    assert_eq!(error.name, ErrorName::NotReadable, "{error}");
}
