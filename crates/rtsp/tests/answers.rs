//! Servers that refuse, lie, stall, close the connection or never end.

mod common;

use std::{
    io::{self, Write},
    net::TcpListener,
    sync::mpsc,
    time::{Duration, Instant},
};

use common::{
    LIMIT, LONG, clip, connect, next_frame, options, refused,
    rtp::Rtp,
    sdp,
    server::{Connection, Server},
};
use viewfinder_rtsp::{Error, ErrorKind, Options, Transport};

#[test]
fn urls_and_servers_that_do_not_exist_are_errors() {
    let error = refused(&Options::new("http://admin:secret@127.0.0.1/"));
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    // Names with this end are never registered.
    let error =
        refused(&Options::new("rtsp://admin:secret@camera.invalid/stream?secret").connect_limit(LONG));
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let error = refused(&Options::new(format!("rtsp://127.0.0.1:{port}/stream?secret")).connect_limit(LONG));
    assert_eq!(error.kind(), ErrorKind::NotReadable, "{error}");
    assert!(error.to_string().contains("can't be reached"), "{error}");
}

#[test]
fn refusals_have_a_kind_by_their_status() {
    let cases = [
        ("301 Moved", "Location: rtsp://me:secret@127.0.0.1/secret\r\n", ErrorKind::NotAllowed, "redirects"),
        ("302 Found", "", ErrorKind::NotAllowed, "redirects"),
        ("400 Bad Request", "", ErrorKind::NotSupported, "check the URL"),
        ("401 Unauthorized", "", ErrorKind::NotAllowed, "credentials"),
        ("401 Unauthorized", "WWW-Authenticate: Digest nonsense\r\n", ErrorKind::NotAllowed, "credentials"),
        ("403 Forbidden", "", ErrorKind::NotAllowed, "rights"),
        ("404 Not Found", "", ErrorKind::NotFound, "manual"),
        ("453 Not Enough Bandwidth", "", ErrorKind::NotReadable, "other viewers"),
        ("500 Internal Server Error", "", ErrorKind::NotReadable, "start the camera again"),
        ("503 Service Unavailable", "", ErrorKind::NotReadable, "other viewers"),
    ];
    for (status, headers, kind, advice) in cases {
        for stage in ["DESCRIBE", "SETUP", "PLAY"] {
            let server = Server::new(move |connection| {
                if stage != "DESCRIBE" {
                    connection.describe(&sdp::h264(true))?;
                }
                if stage == "PLAY" {
                    connection.set_up("")?;
                }
                let request = connection.expect(stage)?;
                connection.answer(&request, status, headers, "")?;
                connection.wait_for_end()
            });
            let error = refused(&options(&server));
            assert_eq!(error.kind(), kind, "{stage}: {error}");
            assert!(error.to_string().contains(advice), "{stage}: {error}");
        }
    }
}

#[test]
fn a_password_that_is_asked_for_again_and_again_is_sent_once() {
    for challenge in [
        "Basic realm=\"a\"",
        "Digest realm=\"a\", nonce=\"b\"",
        "Digest realm=\"a\", nonce=\"b\", stale=true",
    ] {
        let server = Server::new(move |connection| {
            loop {
                let request = connection.read()?;
                let headers = format!("WWW-Authenticate: {challenge}\r\n");
                connection.answer(&request, "401 Unauthorized", &headers, "")?;
            }
        });
        let error = refused(&options(&server).credentials("admin", "secret"));
        assert_eq!(error.kind(), ErrorKind::NotAllowed, "{error}");
        assert_eq!(server.requests().len(), 2);
    }
}

#[test]
fn an_unknown_way_to_ask_for_a_password_is_not_supported() {
    for challenge in ["", "Bearer", "Negotiate abc", "Digest realm=\"a\"", "\u{1}"] {
        let server = Server::new(move |connection| {
            let request = connection.read()?;
            let headers = format!("WWW-Authenticate: {challenge}\r\n");
            connection.answer(&request, "401 Unauthorized", &headers, "")?;
            connection.wait_for_end()
        });
        let error = refused(&options(&server).credentials("admin", "secret"));
        assert!(
            matches!(error.kind(), ErrorKind::NotSupported | ErrorKind::NotAllowed),
            "{challenge}: {error}"
        );
    }
}

/// The error of a camera with this description.
fn described(text: impl Into<Vec<u8>>) -> Error {
    let text = text.into();
    let server = Server::new(move |connection| {
        let request = connection.expect("DESCRIBE")?;
        let number = request.header("CSeq").unwrap_or_default();
        let head = format!(
            "RTSP/1.0 200 OK\r\nCSeq: {number}\r\nContent-Type: application/sdp\r\nContent-Length: {}\r\n\r\n",
            text.len()
        );
        connection.send(head.as_bytes())?;
        connection.send(&text)?;
        connection.wait_for_end()
    });
    refused(&options(&server))
}

#[test]
fn descriptions_without_a_known_video_are_errors() {
    let video = |codec: &str| sdp::of(&format!("m=video 0 RTP/AVP 96\r\na=rtpmap:96 {codec}/90000\r\n"));
    for (text, name) in [
        (video("H265"), "H.265"),
        (video("MP4V-ES"), "MPEG-4"),
        (video("VP8"), "VP8"),
        (sdp::of("m=video 0 RTP/AVP 33\r\n"), "MP2T"),
        (sdp::of("m=audio 0 RTP/AVP 0\r\n"), "no video"),
        (sdp::of(""), "no video"),
        (sdp::of("m=video 0 RTP/AVP 96\r\n"), "no video"),
    ] {
        let error = described(text);
        assert_eq!(error.kind(), ErrorKind::NotSupported, "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn descriptions_that_are_none_are_errors() {
    let cases: [(&str, Vec<u8>); 7] = [
        ("nothing", vec![]),
        ("zeros", vec![0; 1000]),
        ("bytes", (0..=255).collect()),
        ("a web page", b"<html>secret</html>".to_vec()),
        ("cut short", sdp::h264(true).into_bytes()[..20].to_vec()),
        ("one line of a megabyte", vec![b'a'; 1 << 20]),
        ("a megabyte of lines", b"v=0\r\n".repeat(1 << 18)),
    ];
    for (what, text) in cases {
        let error = described(text);
        assert!(matches!(error.kind(), ErrorKind::Data | ErrorKind::NotSupported), "{what}: {error}");
    }
    // Parameter sets that aren't any are replaced by those in the packets.
    let text = sdp::h264(false).replace("packetization-mode=1", "sprop-parameter-sets=AAAA,Z0IA,!!");
    let server = Server::new(move |connection| {
        connection.start(&text)?;
        connection.send_packets(&Rtp::new(96).h264(0, &clip::h264()[0]))?;
        connection.wait_for_end()
    });
    assert_eq!(connect(&options(&server)).info().size, (64, 48));
}

#[test]
fn a_megabyte_of_media_is_read() {
    let media = "m=audio 0 RTP/AVP 0\r\na=control:a\r\n".repeat(30_000);
    let text = sdp::h264(true) + &media;
    let server = Server::new(move |connection| {
        connection.start(&text)?;
        connection.send_packets(&Rtp::new(96).h264(0, &clip::h264()[0]))?;
        connection.wait_for_end()
    });
    assert!(next_frame(&mut connect(&options(&server))).is_key);
}

#[test]
fn descriptions_that_the_parser_panics_at_are_errors() {
    for (right, wrong) in [("o=- ", "oq- "), ("s=Camera", "srCamera"), ("c=IN", "cMIN")] {
        let text = sdp::h264(true);
        assert!(text.contains(right));
        let error = described(text.replace(right, wrong));
        assert_eq!(error.kind(), ErrorKind::Data, "{error}");
    }
}

/// The steps until a camera sends frames.
const STEPS: [&str; 6] = ["connected", "described", "set up", "playing", "within a head", "within a packet"];

/// Goes as far as a step.
fn go_to(connection: &mut Connection, step: &str) -> io::Result<()> {
    match step {
        "connected" => {
            connection.read()?;
        }
        "within a head" => {
            connection.read()?;
            connection.send(b"RTSP/1.0 200 OK\r\nCSeq")?;
        }
        "described" => {
            connection.describe(&sdp::h264(true))?;
            connection.read()?;
        }
        "set up" => {
            connection.describe(&sdp::h264(true))?;
            connection.set_up("")?;
            connection.read()?;
        }
        "playing" => connection.start(&sdp::h264(true))?,
        _ => {
            connection.start(&sdp::h264(true))?;
            connection.send(&[b'$', 0, 255, 255, 0x80, 96])?;
        }
    }
    Ok(())
}

#[test]
fn a_server_that_stalls_is_left_in_time() {
    for step in STEPS {
        let (ended, end) = mpsc::channel();
        let server = Server::new(move |connection| {
            go_to(connection, step)?;
            let _ = ended.send(connection.stall());
            Ok(())
        });
        let start = Instant::now();
        let error = refused(&options(&server).connect_limit(LIMIT));
        assert!((LIMIT..LONG / 10).contains(&start.elapsed()), "{step}: {:?}", start.elapsed());
        assert_eq!(error.kind(), ErrorKind::NotReadable, "{step}: {error}");
        end.recv_timeout(LONG).expect("the connection is closed").expect("the connection is closed");
    }
}

#[test]
fn a_server_that_closes_the_connection_is_an_error_at_once() {
    for step in STEPS {
        let server = Server::new(move |connection| go_to(connection, step));
        let error = refused(&options(&server));
        assert_eq!(error.kind(), ErrorKind::NotReadable, "{step}: {error}");
        assert!(error.to_string().contains("closed the connection"), "{step}: {error}");
    }
}

#[test]
fn heads_that_lie_are_errors() {
    let heads = [
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "SSH-2.0-OpenSSH\r\n",
        "RTSP/2.0 200 OK\r\nCSeq: 1\r\n\r\n",
        "RTSP/1.0 200\r\nCSeq: 1\r\n\r\n",
        "RTSP/1.0 99 OK\r\nCSeq: 1\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n",
        "RTSP/1.0 200 OK\r\n\r\n",
        "RTSP/1.0 200 OK\r\nno header\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: -1\r\n\r\n",
        "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 99999999999999999999999\r\n\r\n",
        "\0\0\0\0\0\0\0\0",
    ];
    for head in heads {
        let server = Server::new(move |connection| {
            connection.read()?;
            connection.send(head.as_bytes())?;
            connection.wait_for_end()
        });
        let error = refused(&options(&server));
        assert_eq!(error.kind(), ErrorKind::NotSupported, "{head:?}: {error}");
    }
    for length in ["18446744073709551615", "9223372036854775808", "1000000000000"] {
        let head = format!("RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: {length}\r\n\r\nv=0\r\n");
        let server = Server::new(move |connection| {
            connection.read()?;
            connection.send(head.as_bytes())?;
            connection.stall()
        });
        let error = refused(&options(&server).connect_limit(LIMIT));
        assert_eq!(error.kind(), ErrorKind::NotReadable, "{length}: {error}");
    }
}

#[test]
fn answers_to_setup_that_lie_are_errors() {
    let transport = "Transport: RTP/AVP/TCP;unicast;interleaved";
    for headers in [
        String::new(),
        format!("{transport}=0-1\r\n"),
        "Session: 1\r\n".into(),
        format!("Session: 1;timeout=0\r\n{transport}=0-1\r\n"),
        format!("Session: 1;timeout=-5\r\n{transport}=0-1\r\n"),
        format!("Session: 1\r\n{transport}=999-1000\r\n"),
        format!("Session: 1\r\n{transport}=255-256\r\n"),
        "Session: 1\r\nTransport: RTP/AVP/UDP;unicast\r\n".into(),
    ] {
        let own = headers.clone();
        let server = Server::new(move |connection| {
            connection.describe(&sdp::h264(true))?;
            let request = connection.expect("SETUP")?;
            connection.answer(&request, "200 OK", &own, "")?;
            connection.wait_for_end()
        });
        let error = refused(&options(&server));
        assert_eq!(error.kind(), ErrorKind::Data, "{headers:?}: {error}");
    }
    for port in
        ["", ";server_port=65535-0", ";server_port=70000-70001", ";server_port=1-1", ";source=nowhere"]
    {
        let server = Server::new(move |connection| {
            connection.describe(&sdp::h264(true))?;
            let request = connection.expect("SETUP")?;
            let headers = format!("Session: 1\r\nTransport: RTP/AVP/UDP;unicast{port}\r\n");
            connection.answer(&request, "200 OK", &headers, "")?;
            connection.wait_for_end()
        });
        let error = refused(&options(&server).transport(Transport::Udp));
        assert_eq!(error.kind(), ErrorKind::Data, "{port}: {error}");
    }
}

/// Sends a text again and again.
fn flood(connection: &mut Connection, text: &str) -> io::Result<()> {
    let text = text.repeat((64 << 10) / text.len());
    loop {
        connection.stream.write_all(text.as_bytes())?;
    }
}

/// The most memory that this process had, in bytes. `None` where the system doesn't tell it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kibibytes| kibibytes << 10)
}

#[test]
fn servers_that_never_end_take_little_memory_and_time() {
    let cases = [
        ("a line", "RTSP/1.0 200 ", "a"),
        ("headers", "RTSP/1.0 200 OK\r\nCSeq: 1\r\n", "Name: value\r\n"),
        ("a header", "RTSP/1.0 200 OK\r\nCSeq: 1\r\nName: ", "a"),
        ("a body", "RTSP/1.0 200 OK\r\nCSeq: 1\r\nContent-Length: 1000000000000\r\n\r\n", "a"),
        ("requests", "", "OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n"),
    ];
    let limit = Duration::from_secs(5);
    for (what, start, rest) in cases {
        let server = Server::new(move |connection| {
            connection.read()?;
            connection.send(start.as_bytes())?;
            flood(connection, rest)
        });
        let error = refused(&options(&server).connect_limit(limit));
        let is_expected =
            matches!(error.kind(), ErrorKind::Data | ErrorKind::NotSupported | ErrorKind::NotReadable);
        assert!(is_expected, "{what}: {error}");
    }
    // A frame without an end.
    let server = Server::new(move |connection| {
        connection.start(&sdp::h264(true))?;
        let mut rtp = Rtp::new(96);
        loop {
            let packets: Vec<_> = (0..40).map(|_| rtp.packet(0, false, &[0x65; 1400])).collect();
            connection.send_packets(&packets)?;
        }
    });
    let error = refused(&options(&server).connect_limit(limit));
    assert!(matches!(error.kind(), ErrorKind::Data | ErrorKind::NotReadable), "{error}");
    let most = 384 << 20;
    assert!(peak_memory().is_none_or(|peak| peak < most), "{:?}", peak_memory());
}
