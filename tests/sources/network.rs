//! Cameras in a network: servers of these tests, good ones and bad ones of each kind, and ffmpeg.

use std::{
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use bevy_viewfinder::{
    error::{ErrorName, MediaError},
    frame::{Frame, FramePool, MjpegDecoder, PixelFormat},
    source::{NetworkSource, Source, Stream, StreamEvent},
};
use crossbeam_channel::{Receiver, unbounded};

use crate::{
    LONG,
    camera::{HEAD, answering, closing, jpeg, jpegs, part, send, send_images, stalling, unfinished_answers},
    difference, run,
    server::{Request, Server, read_head, refusing, wait_for_end},
};

/// A limit that a hanging camera exceeds soon.
const LIMIT: Duration = Duration::from_millis(300);

fn camera(server: &Server) -> NetworkSource {
    NetworkSource::new(format!("{}/stream?key=secret", server.url)).connect_limit(LONG)
}

fn open(camera: &NetworkSource) -> Result<Box<dyn Stream>, MediaError> {
    let device = camera.devices()?.pop().expect("a camera is a device");
    camera.open(&device.id, &device.modes[0], &FramePool::default())
}

#[track_caller]
fn refused(camera: &NetworkSource) -> MediaError {
    let error = open(camera).err().expect("it can't be opened");
    assert!(!error.message.contains("secret") && !error.message.contains('\n'), "{error}");
    error
}

#[track_caller]
fn next_frame(stream: &mut dyn Stream) -> Frame {
    let start = Instant::now();
    loop {
        match stream.next(LONG).expect("a camera that goes on") {
            StreamEvent::Frame(frame) => return frame,
            StreamEvent::Pending => assert!(start.elapsed() < LONG, "no frame came"),
            other => panic!("{other:?}"),
        }
    }
}

/// The next frames are the images of the camera, whole, and in their order.
#[track_caller]
fn assert_images(stream: &mut dyn Stream, what: &str) {
    let images = jpegs();
    let mut last = None;
    for _ in 0..5 {
        let frame = next_frame(stream);
        assert_eq!((frame.format, frame.size), (PixelFormat::Mjpeg, (64, 48).into()), "{what}");
        let number = images.iter().position(|jpeg| **jpeg == *frame.buffer);
        assert_eq!(number, Some(frame.sequence as usize % 3), "{what}");
        assert!(last.is_none_or(|last| last < frame.sequence), "{what}");
        last = Some(frame.sequence);
    }
}

#[test]
fn frames_are_the_images_of_the_camera() {
    let server = Server::raw(|connection| {
        read_head(connection);
        send_images(connection, HEAD, part);
    });
    let mut stream = open(&camera(&server)).expect("a good camera");
    assert_eq!(stream.mode().size, (64, 48).into());
    assert_images(&mut *stream, "a good camera");
    let (before, frame) = (Instant::now(), next_frame(&mut *stream));
    assert!(frame.captured <= Instant::now() && frame.captured + Duration::from_secs(5) > before);
    let jpeg = frame.buffer.to_vec();
    let shown = MjpegDecoder::default().decode(frame).and_then(|frame| frame.to_rgba()).expect("a JPEG");
    let expected = image::load_from_memory(&jpeg).expect("a JPEG").to_rgba8();
    assert!(difference(&shown, &expected) < 1.0);
}

#[test]
fn cameras_are_read_as_they_mean_it() {
    let long = |jpeg: &[u8], length: usize| {
        [format!("--frame\r\nContent-Length: {length}\r\n\r\n").as_bytes(), jpeg, b"\r\n"].concat()
    };
    let heads = [
        ("quotes", "HTTP/1.1 200 OK\r\ncontent-type: multipart/x-mixed-replace;boundary=\"frame\"\r\n\r\n"),
        ("dashes", "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=--frame\r\n\r\n"),
        ("no boundary", "HTTP/1.0 200 OK\r\nContent-Type: multipart/x-mixed-replace\r\n\r\n"),
        ("line feeds", "HTTP/1.0 200 OK\nContent-Type: multipart/x-mixed-replace;boundary=frame\n\n"),
        ("a preamble", &format!("{HEAD}\r\nwelcome\r\n")),
    ];
    for (what, head) in heads {
        let head = head.to_owned();
        let server = Server::raw(move |connection| {
            read_head(connection);
            send_images(connection, &head, part);
        });
        assert_images(&mut *open(&camera(&server)).expect(what), what);
    }
    type Part = Box<dyn Fn(&[u8]) -> Vec<u8> + Send + Sync>;
    let parts: [(&str, Part); 8] = [
        (
            "no length",
            Box::new(|jpeg| [&b"--frame\r\nContent-Type: image/jpeg\r\n\r\n"[..], jpeg, b"\r\n"].concat()),
        ),
        (
            "line feeds",
            Box::new(|jpeg| [&b"--frame\nContent-Type: image/jpeg\n\n"[..], jpeg, b"\n"].concat()),
        ),
        ("no headers", Box::new(|jpeg| [&b"--frame\r\n\r\n"[..], jpeg, b"\r\n"].concat())),
        (
            "nothing after it",
            Box::new(|jpeg| {
                [format!("--frame\r\nContent-Length: {}\r\n\r\n", jpeg.len()).as_bytes(), jpeg].concat()
            }),
        ),
        ("a short length", Box::new(move |jpeg| long(jpeg, jpeg.len() / 2))),
        ("a long length", Box::new(move |jpeg| long(jpeg, jpeg.len() * 3 / 2))),
        ("an absurd length", Box::new(move |jpeg| long(jpeg, usize::MAX))),
        (
            "text between",
            Box::new(|jpeg| {
                [&b"--frame\r\nContent-Type: text/plain\r\n\r\nhello\r\n"[..], &part(jpeg)].concat()
            }),
        ),
    ];
    for (what, part) in parts {
        let server = Server::raw(move |connection| {
            read_head(connection);
            send_images(connection, HEAD, &part);
        });
        assert_images(&mut *open(&camera(&server)).expect(what), what);
    }
    let server = Server::raw(|connection| {
        read_head(connection);
        let head = HEAD.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n");
        send_images(connection, &head, |jpeg| {
            let part = part(jpeg);
            // A chunk needn't be a part.
            let (start, rest) = part.split_at(part.len() / 3);
            [start, rest]
                .iter()
                .flat_map(|chunk| [format!("{:x}\r\n", chunk.len()).as_bytes(), *chunk, b"\r\n"].concat())
                .collect()
        });
    });
    assert_images(&mut *open(&camera(&server)).expect("chunks"), "chunks");
}

#[test]
fn bad_cameras_are_errors_by_name() {
    let multipart = |rest: &str| format!("{HEAD}{rest}");
    let status = |status: &str| format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n");
    let typed = |media_type: &str| format!("HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\n\r\n");
    let half = [HEAD.as_bytes(), &part(&jpeg(1))[..500]].concat();
    for (server, name, advice) in [
        (closing(status("401 Unauthorized")), ErrorName::NotAllowed, "NetworkSource::credentials"),
        (closing(status("403 Forbidden")), ErrorName::NotAllowed, "rights"),
        (closing(status("404 Not Found")), ErrorName::NotFound, "manual"),
        (closing(status("500 Oops")), ErrorName::NotReadable, "start the camera again"),
        (closing(status("503 Busy")), ErrorName::NotReadable, "other viewers"),
        (closing(typed("text/html")), ErrorName::NotSupported, "web page"),
        (closing([typed("image/jpeg").as_bytes(), &jpeg(1)].concat()), ErrorName::NotSupported, "one image"),
        (closing(typed("video/mp4")), ErrorName::NotSupported, "video/mp4"),
        (closing("HTTP/1.1 200 OK\r\n\r\n"), ErrorName::NotSupported, "doesn't say"),
        (
            closing(HEAD.replace("\r\n\r\n", "\r\nContent-Encoding: gzip\r\n\r\n")),
            ErrorName::NotSupported,
            "gzip",
        ),
        (closing("SSH-2.0-OpenSSH_9.2\r\n"), ErrorName::NotSupported, "web server"),
        (closing(""), ErrorName::NotReadable, "closed the connection"),
        (closing("HTTP/1.1 200 OK\r\nContent-"), ErrorName::NotReadable, "closed the connection"),
        (closing(HEAD), ErrorName::NotReadable, "before its first image"),
        (closing(multipart("--frame--\r\n")), ErrorName::NotReadable, "before its first image"),
        (closing(half), ErrorName::Data, "within an image"),
        (
            closing(multipart("--frame\r\nContent-Length: 4\r\n\r\nnot!\r\n--frame\r\n")),
            ErrorName::Data,
            "not a JPEG",
        ),
        (answering(multipart(&"no boundary".repeat(10_000))), ErrorName::Data, "no boundary"),
        (
            answering(multipart(&format!("--frame\r\n{}", "X: y\r\n".repeat(10_000)))),
            ErrorName::Data,
            "have no end",
        ),
    ] {
        let error = refused(&camera(&server));
        assert_eq!(error.name, name, "{error}");
        assert!(error.message.contains(advice) && error.message.contains(&server.url), "{advice}: {error}");
    }
    let error = refused(&NetworkSource::new(refusing()));
    assert_eq!(error.name, ErrorName::NotReadable, "{error}");
    assert!(error.message.contains("refuses connections"), "{error}");
    let endless = Server::raw(|connection| {
        read_head(connection);
        let goes_on = send(connection, b"HTTP/1.1 200 OK\r\n");
        while goes_on && send(connection, b"X-More: and more\r\n") {}
    });
    let error = refused(&camera(&endless));
    assert_eq!(error.name, ErrorName::NotSupported, "{error}");
}

#[test]
fn cameras_that_hang_are_given_up() {
    let mute = Server::raw(|connection| wait_for_end(connection));
    let junk = format!("{HEAD}--frame\r\n\r\nnot!\r\n--frame\r\n\r\n");
    for (server, name, advice) in [
        (mute, ErrorName::NotReadable, "didn't answer"),
        (answering(HEAD), ErrorName::NotReadable, "sent no image"),
        (
            answering([HEAD.as_bytes(), &part(&jpeg(1))[..500]].concat()),
            ErrorName::NotReadable,
            "sent no image",
        ),
        (answering(junk), ErrorName::Data, "not a JPEG"),
    ] {
        let start = Instant::now();
        let error = refused(&camera(&server).connect_limit(LIMIT));
        assert!(start.elapsed() >= LIMIT, "{error}");
        assert_eq!(error.name, name, "{error}");
        assert!(error.message.contains(advice), "{error}");
    }
}

#[test]
fn redirects_are_refused() {
    let target = Server::raw(|connection| {
        read_head(connection);
        send_images(connection, HEAD, part);
    });
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let location = format!("{}/there?token=secret", target.url);
        let server =
            closing(format!("HTTP/1.1 {status}\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"));
        let error = refused(&camera(&server).credentials("me", "secret"));
        assert_eq!(error.name, ErrorName::NotAllowed, "{error}");
        assert!(error.message.contains(&format!("{}/there", target.url)), "{error}");
    }
    assert_eq!(target.connections(), 0);
}

/// A camera that wants credentials by this challenge, and the requests that it got.
fn locked(
    challenge: &'static str,
    opens: impl Fn(&str) -> bool + Send + Sync + 'static,
) -> (Server, Receiver<Request>) {
    let (received, requests) = unbounded();
    let server = Server::raw(move |connection| {
        let Some((request, _)) = read_head(connection) else { return };
        let is_open = request.header("authorization").is_some_and(&opens);
        let _ = received.send(request);
        if is_open {
            send_images(connection, HEAD, part);
        } else {
            let text = format!("HTTP/1.1 401 Unauthorized\r\n{challenge}\r\nContent-Length: 6\r\n\r\ndenied");
            send(connection, text.as_bytes());
        }
    });
    (server, requests)
}

#[test]
fn basic_credentials_are_sent_after_the_camera_asks_for_them() {
    // "me:secret word"
    let opens = |text: &str| text == "Basic bWU6c2VjcmV0IHdvcmQ=";
    let (server, requests) = locked("WWW-Authenticate: Basic realm=\"camera\"", opens);
    let named = camera(&server).credentials("me", "secret word");
    assert_images(&mut *open(&named).expect("the right password"), "Basic");
    let in_url = server.url.replace("//", "//me:secret%20word@");
    assert_images(&mut *open(&NetworkSource::new(in_url)).expect("the right password"), "Basic in the URL");
    for _ in 0..2 {
        assert_eq!(requests.recv().expect("a request").header("authorization"), None);
        assert!(requests.recv().expect("a request").header("authorization").is_some());
    }
    for (camera, advice) in [
        (camera(&server).credentials("me", "wrong secret"), "check both"),
        (camera(&server), "NetworkSource::credentials"),
    ] {
        let error = refused(&camera);
        assert_eq!(error.name, ErrorName::NotAllowed, "{error}");
        assert!(error.message.contains(advice), "{error}");
    }
    let (server, _) = locked("WWW-Authenticate: Negotiate", |_| false);
    let error = refused(&camera(&server).credentials("me", "secret"));
    assert_eq!(error.name, ErrorName::NotSupported, "{error}");
}

/// The MD5 of a text, by another program.
fn md5(text: &str) -> String {
    let program = "import hashlib, sys; print(hashlib.md5(sys.argv[1].encode()).hexdigest())";
    let output = run("python3", ["-c", program, text]);
    String::from_utf8(output).expect("digits").trim().to_owned()
}

#[test]
fn digest_credentials_prove_the_password_without_sending_it() {
    let opens = |text: &str| {
        let parameter = |name: &str| {
            let rest = text.split(&format!(" {name}=")).nth(1).unwrap_or_default().trim_start_matches('"');
            rest.split(['"', ',']).next().unwrap_or_default().to_owned()
        };
        let (user, page) = (md5("me:camera:secret"), md5("GET:/stream?key=secret"));
        let (count, own) = (parameter("nc"), parameter("cnonce"));
        let expected = md5(&format!("{user}:n0nce:{count}:{own}:auth:{page}"));
        text.starts_with("Digest ") && text.contains(&expected)
    };
    let challenge = "WWW-Authenticate: Basic realm=\"camera\"\r\n\
                     WWW-Authenticate: Digest realm=\"camera\", qop=\"auth\", nonce=\"n0nce\", opaque=\"0\"";
    let (server, requests) = locked(challenge, opens);
    let named = camera(&server).credentials("me", "secret");
    assert_images(&mut *open(&named).expect("the right password"), "Digest");
    assert_eq!(requests.len(), 2);
    let error = refused(&camera(&server).credentials("me", "wrong"));
    assert_eq!(error.name, ErrorName::NotAllowed, "{error}");
}

#[test]
fn an_encrypted_camera_needs_a_trusted_certificate() {
    let server = Server::encrypted_raw(|connection| {
        if read_head(connection).is_some() {
            send_images(connection, HEAD, part);
        }
    });
    let error = refused(&camera(&server));
    assert_eq!(error.name, ErrorName::Security, "{error}");
    assert!(error.message.contains("NetworkSource::certificate"), "{error}");
    let trusted = camera(&server).certificate(server.authority.as_bytes());
    assert_images(&mut *open(&trusted).expect("a trusted camera"), "https");
    let error = refused(&camera(&server).certificate(*b"no certificate"));
    assert_eq!(error.name, ErrorName::Type, "{error}");
    let plain = NetworkSource::new(server.url.replace("https", "http")).connect_limit(LONG);
    let error = refused(&plain);
    assert!(matches!(error.name, ErrorName::NotReadable | ErrorName::NotSupported), "{error}");
}

#[test]
fn an_image_that_is_cut_off_is_corrupt_and_then_the_camera_is_disconnected() {
    let server = closing([HEAD.as_bytes(), &part(&jpeg(1)), &part(&jpeg(2))[..500]].concat());
    let mut stream = open(&camera(&server)).expect("it begins well");
    let (mut frames, mut seen) = (0, vec![]);
    while seen.len() < 3 {
        seen.push(match stream.next(LONG).expect("no fatal error") {
            StreamEvent::Pending => continue,
            StreamEvent::Frame(frame) => {
                assert_eq!(*frame.buffer, *jpeg(1));
                frames += 1;
                continue;
            }
            StreamEvent::Corrupt(error) => {
                assert_eq!(error.name, ErrorName::Data, "{error}");
                "corrupt"
            }
            StreamEvent::Disconnected => "disconnected",
            other => panic!("{other:?}"),
        });
    }
    assert_eq!(frames, 1);
    assert_eq!(seen, ["corrupt", "disconnected", "disconnected"]);
}

#[test]
fn images_that_cannot_be_shown_are_reported_and_the_next_is_shown() {
    let server = answering(
        [HEAD.as_bytes(), &part(&jpeg(1)), &part(b"not a JPEG"), &part(&jpeg(1)[..60]), &part(&jpeg(2))]
            .concat(),
    );
    let mut stream = open(&camera(&server)).expect("it begins well");
    let mut flaws = 0;
    loop {
        match stream.next(LONG).expect("no fatal error") {
            StreamEvent::Corrupt(error) => {
                assert_eq!(error.name, ErrorName::Data, "{error}");
                flaws += 1;
            }
            StreamEvent::Frame(frame) if *frame.buffer == *jpeg(2) => break,
            StreamEvent::Frame(_) | StreamEvent::Pending => {}
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(flaws, 2);
    assert!(matches!(stream.next(Duration::from_millis(1)), Ok(StreamEvent::Pending)), "it is silent");
}

#[test]
fn a_camera_that_has_worked_and_is_not_found_may_come_back() {
    let has_worked = AtomicBool::new(false);
    let server = Server::raw(move |connection| {
        read_head(connection);
        if has_worked.swap(true, Ordering::Relaxed) {
            send(connection, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        } else {
            send_images(connection, HEAD, part);
        }
    });
    let size = |camera: &NetworkSource| camera.devices().expect("a camera")[0].modes[0].size;
    let known = camera(&server);
    assert_eq!(size(&known), (32_768, 32_768).into());
    drop(open(&known).expect("the first time"));
    assert_eq!(size(&known), (64, 48).into());
    assert_eq!(refused(&known).name, ErrorName::NotReadable);
    assert_eq!(refused(&camera(&server)).name, ErrorName::NotFound, "another source knows nothing of it");
}

#[test]
fn a_connection_ends_as_soon_as_it_is_not_wanted() {
    const SOON: Duration = Duration::from_secs(1);
    let [answers @ .., live] = unfinished_answers();
    for text in answers {
        let length = text.len();
        let (server, closes) = stalling(text);
        let camera = camera(&server);
        let device = camera.devices().expect("a camera").remove(0);
        let until = Instant::now() + LIMIT;
        let is_wanted = || Instant::now() < until;
        let opened =
            camera.open_while_wanted(&device.id, &device.modes[0], &FramePool::default(), &is_wanted);
        assert_eq!(opened.err().map(|error| error.name), Some(ErrorName::Abort), "{length} bytes");
        let end = closes.recv_timeout(LONG).expect("the connection ends");
        assert!(end < until + SOON, "{length} bytes: {:?}", end - until);
    }
    let (server, closes) = stalling(live);
    let mut stream = open(&camera(&server)).expect("it begins well");
    next_frame(&mut *stream);
    let until = Instant::now();
    drop(stream);
    let end = closes.recv_timeout(LONG).expect("the connection ends");
    assert!(end < until + SOON, "{:?}", end - until);
}

/// A program that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn ffmpeg_is_a_camera() {
    let url = refusing();
    let arguments =
        "-v error -re -f lavfi -i testsrc2=size=320x240:rate=20 -t 60 -c:v mjpeg -q:v 2 -f mpjpeg -listen 1";
    let ffmpeg = Command::new("ffmpeg")
        .args(arguments.split(' '))
        .args(["-content_type", "multipart/x-mixed-replace;boundary=ffmpeg", &url])
        .stdin(Stdio::null())
        .spawn()
        .expect("ffmpeg is needed for this test (`cargo xtask test` installs it)");
    let _running = Running(ffmpeg);
    let camera = NetworkSource::new(&url).frame_rate(20.0);
    let start = Instant::now();
    let mut stream = loop {
        match open(&camera) {
            Ok(stream) => break stream,
            // It is starting.
            Err(error) if error.message.contains("refuses") && start.elapsed() < LONG => {
                thread::sleep(Duration::from_millis(20));
            }
            Err(error) => panic!("{error}"),
        }
    };
    assert_eq!(stream.mode().size, (320, 240).into());
    let first = run(
        "ffmpeg",
        "-v error -f lavfi -i testsrc2=size=320x240:rate=20 -frames:v 1 -pix_fmt rgba -f rawvideo -"
            .split(' '),
    );
    let decoder = MjpegDecoder::default();
    let frames: Vec<_> = (0..5).map(|_| next_frame(&mut *stream)).collect();
    let shown: Vec<_> = frames
        .into_iter()
        .map(|frame| decoder.decode(frame).and_then(|frame| frame.to_rgba()).expect("a JPEG of ffmpeg"))
        .collect();
    // The pattern moves, but most of it stays.
    assert!(difference(&shown[0], &first) < 12.0, "{}", difference(&shown[0], &first));
    assert!(difference(&shown[0], &shown[4]) > 0.1, "it moves");
}
