//! Frames of good cameras, of late readers, and of broken packets.

mod common;

use std::{
    io,
    net::{Shutdown, UdpSocket},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use common::{
    LIMIT, LONG, assert_clean,
    auth::{self, Scheme},
    clip, connect, decode_h264, decode_jpeg, next, next_frame, options, refused,
    rtp::Rtp,
    sdp,
    server::{Connection, Server},
    with_start_codes,
};
use viewfinder_rtsp::{Camera, Codec, ErrorKind, Event, Options, Transport};

/// The clock ticks of a frame.
const TICKS: u32 = 3600;

/// Sends frames of the clip, the first at this time.
fn send_clip(connection: &mut Connection, rtp: &mut Rtp, numbers: std::ops::Range<usize>) -> io::Result<()> {
    for number in numbers {
        let time = u32::MAX.wrapping_sub(2 * TICKS).wrapping_add(number as u32 * TICKS);
        let packets = rtp.h264(time, &clip::h264()[number % 30]);
        connection.send_packets(&packets)?;
    }
    Ok(())
}

/// The frames are those of the clip from this one on.
#[track_caller]
fn assert_clip(camera: &mut Camera, numbers: std::ops::Range<usize>) {
    let mut stream = vec![];
    for number in numbers.clone() {
        let frame = next_frame(camera);
        assert!(frame.arrived <= Instant::now() && frame.arrived.elapsed() < LONG);
        assert_eq!(frame.time, Duration::from_millis(40 * number as u64));
        assert_eq!(frame.is_key, number % 10 == 0);
        assert_eq!((frame.lost_packets, frame.dropped_frames), (0, 0));
        assert_eq!(frame.new_info, None);
        stream.extend(with_start_codes(&frame.data));
    }
    assert!(decode_h264(&stream) == decode_h264(&clip::stream(&clip::h264()[numbers])));
}

#[test]
fn frames_of_h264_are_those_of_the_camera() {
    for has_parameters in [true, false] {
        let server = Server::new(move |connection| {
            connection.start(&sdp::h264(has_parameters))?;
            send_clip(connection, &mut Rtp::new(96), 0..30)?;
            connection.wait_for_end()
        });
        let mut camera = connect(&options(&server));
        let info = camera.info().clone();
        assert_eq!((info.codec, info.size, info.frame_rate), (Codec::H264, (64, 48), Some(25.0)));
        let (sequence_set, picture_set) = (clip::unit(7), clip::unit(8));
        assert_eq!(
            info.configuration[..6],
            [1, sequence_set[1], sequence_set[2], sequence_set[3], 255, 0xe1]
        );
        assert!(info.configuration.windows(sequence_set.len()).any(|part| part == sequence_set));
        assert!(info.configuration.ends_with(picture_set) || sequence_set[1] >= 100);
        assert_clip(&mut camera, 0..30);
        let request = &server.requests()[0];
        assert!(request.url.ends_with("/stream?key=secret"));
        assert_eq!(request.header("Authorization"), None);
    }
}

#[test]
fn frames_of_jpeg_are_those_of_the_camera() {
    let server = Server::new(|connection| {
        connection.start(&sdp::jpeg())?;
        let mut rtp = Rtp::new(26);
        for number in 0..3 {
            connection.send_packets(&rtp.jpeg(number * 9000, clip::jpeg(), (8, 6)))?;
        }
        connection.wait_for_end()
    });
    let mut camera = connect(&options(&server));
    let info = camera.info().clone();
    assert_eq!((info.codec, info.size, info.frame_rate), (Codec::Jpeg, (64, 48), None));
    assert!(info.configuration.is_empty());
    for number in 0..3 {
        let frame = next_frame(&mut camera);
        assert_eq!((frame.is_key, frame.time), (true, Duration::from_millis(100 * number)));
        assert!(decode_jpeg(&frame.data) == decode_jpeg(clip::jpeg()));
    }
}

#[test]
fn the_first_video_of_a_known_codec_is_played() {
    let server = Server::new(|connection| {
        let media = "m=audio 0 RTP/AVP 0\r\na=control:track2\r\nm=video 0 RTP/AVP 97\r\na=rtpmap:97 H265/90000\r\n\
                     a=control:track3\r\n";
        let clip = sdp::h264(true);
        let (head, video) = clip.split_at(clip.find("m=video").expect("a video"));
        connection.describe(&format!("{head}{media}{video}"))?;
        assert!(connection.set_up("")?.url.ends_with("/track1"));
        connection.play()?;
        send_clip(connection, &mut Rtp::new(96), 0..10)?;
        connection.wait_for_end()
    });
    assert_clip(&mut connect(&options(&server)), 0..10);
}

#[test]
fn passwords_are_sent_as_the_camera_wants_them() {
    for scheme in [Scheme::Digest, Scheme::Basic] {
        let server = Server::new(move |connection| {
            auth::start(connection, scheme, &sdp::h264(true))?;
            send_clip(connection, &mut Rtp::new(96), 0..10)?;
            connection.wait_for_end()
        });
        let good = options(&server).credentials(auth::USER, auth::PASSWORD);
        assert_clip(&mut connect(&good), 0..10);
        assert_eq!(server.requests()[0].header("Authorization"), None, "nobody has asked yet");
        let url = format!("rtsp://admin:secret%20%22%C3%A4%3A@127.0.0.1:{}/stream", server.port);
        assert_clip(&mut connect(&Options::new(url).connect_limit(LONG)), 0..10);
        for (user, password) in [(auth::USER, "secret"), ("secret", auth::PASSWORD)] {
            let error = refused(&options(&server).credentials(user, password));
            assert_eq!(error.kind(), ErrorKind::NotAllowed, "{error}");
            assert!(error.to_string().contains("check both"), "{error}");
        }
        let error = refused(&options(&server));
        assert_eq!(error.kind(), ErrorKind::NotAllowed, "{error}");
        assert!(error.to_string().contains("give them as credentials"), "{error}");
    }
}

#[test]
fn packets_come_over_udp_by_choice() {
    let server = Server::new(|connection| {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let port = socket.local_addr().expect("a port").port();
        connection.describe(&sdp::h264(true))?;
        let request = connection.expect("SETUP")?;
        let transport = request.header("Transport").unwrap_or_default().to_owned();
        assert!(transport.starts_with("RTP/AVP/UDP;unicast;client_port="), "{transport}");
        let client =
            transport.rsplit(['=', '-']).nth(1).and_then(|port| port.parse::<u16>().ok()).expect("a port");
        let headers = format!("Session: 1\r\nTransport: {transport};server_port={port}-{}\r\n", port + 1);
        connection.answer(&request, "200 OK", &headers, "")?;
        connection.play()?;
        let mut rtp = Rtp::new(96);
        for number in 0..20 {
            let mut packets = rtp.h264(number * TICKS, &clip::h264()[number as usize]);
            if number == 12 {
                // Its last packet is lost.
                packets.pop();
            }
            for packet in packets {
                socket.send_to(&packet, ("127.0.0.1", client))?;
            }
            // The socket of the receiver has room for some packets only.
            thread::sleep(Duration::from_millis(1));
        }
        connection.wait_for_end()
    });
    let mut camera = connect(&options(&server).transport(Transport::Udp));
    let mut times = vec![];
    let mut lost = 0;
    while times.last() != Some(&19) {
        if let Event::Frame(frame) = next(&mut camera).expect("a good camera") {
            times.push(frame.time.as_millis() / 40);
            lost += frame.lost_packets;
        }
    }
    assert!((times.clone(), lost) == ((0..20).filter(|time| *time != 12).collect(), 1), "{times:?} {lost}");
    drop(camera);
    server.wait_for("TEARDOWN");
}

#[test]
fn a_late_reader_loses_frames_up_to_a_key_frame() {
    let server = Server::new(|connection| {
        connection.start(&sdp::h264(true))?;
        send_clip(connection, &mut Rtp::new(96), 0..75)?;
        connection.stream.shutdown(Shutdown::Write)?;
        connection.stall_and_record()
    });
    let mut camera = connect(&options(&server));
    // All frames have been read before the end of the connection.
    server.wait_for("TEARDOWN");
    // Frames 64 to 69 found no room, and frame 70 took the place of all.
    for number in 70..75 {
        let frame = next_frame(&mut camera);
        assert_eq!((frame.time.as_millis(), frame.is_key), (number * 40, number == 70));
        assert_eq!(frame.dropped_frames, if number == 70 { 70 } else { 0 });
    }
    assert_eq!(next(&mut camera), Ok(Event::Ended));
}

#[test]
fn a_reader_that_waits_is_told_in_time() {
    let server = Server::new(|connection| {
        connection.start(&sdp::h264(true))?;
        send_clip(connection, &mut Rtp::new(96), 0..1)?;
        connection.wait_for_end()
    });
    let mut camera = connect(&options(&server));
    assert!(next_frame(&mut camera).is_key);
    for wait in [Duration::ZERO, Duration::from_millis(30)] {
        let start = Instant::now();
        assert_eq!(camera.next(wait), Ok(Event::Pending));
        assert!(start.elapsed() >= wait && start.elapsed() < LONG / 10);
    }
}

#[test]
fn parameters_that_change_are_told() {
    let server = Server::new(|connection| {
        connection.start(&sdp::jpeg())?;
        let mut rtp = Rtp::new(26);
        for (number, size) in [(8, 6), (8, 6), (16, 6), (16, 6)].into_iter().enumerate() {
            connection.send_packets(&rtp.jpeg(number as u32 * 9000, clip::jpeg(), size))?;
        }
        connection.wait_for_end()
    });
    let mut camera = connect(&options(&server));
    let sizes: Vec<_> = (0..4)
        .map(|_| {
            let frame = next_frame(&mut camera);
            (frame.new_info.map(|info| info.size), camera.info().size)
        })
        .collect();
    let (old, new) = ((64, 48), (128, 48));
    assert_eq!(sizes, [(None, old), (None, old), (Some(new), new), (None, new)]);
}

#[test]
fn the_session_is_kept_alive() {
    let server = Server::new(|connection| {
        connection.describe(&sdp::h264(true))?;
        // Half of it is the time between two requests.
        connection.set_up(";timeout=2")?;
        connection.play()?;
        send_clip(connection, &mut Rtp::new(96), 0..1)?;
        let request = connection.expect("OPTIONS")?;
        connection.answer(&request, "200 OK", "Public: DESCRIBE, GET_PARAMETER\r\n", "")?;
        let request = connection.expect("GET_PARAMETER")?;
        assert_eq!(request.header("Session"), Some("12345678"));
        connection.answer(&request, "200 OK", "", "")?;
        connection.wait_for_end()
    });
    let mut camera = connect(&options(&server));
    assert!(next_frame(&mut camera).is_key);
    server.wait_for("GET_PARAMETER");
    assert_eq!(camera.next(Duration::ZERO), Ok(Event::Pending));
}

#[test]
fn a_dropped_camera_is_told_to_stop() {
    for answers in [true, false] {
        let (ended, end) = mpsc::channel();
        let server = Server::new(move |connection| {
            connection.start(&sdp::h264(true))?;
            send_clip(connection, &mut Rtp::new(96), 0..1)?;
            let request = connection.expect("TEARDOWN")?;
            assert_eq!(request.header("Session"), Some("12345678"));
            if answers {
                connection.answer(&request, "200 OK", "", "")?;
            }
            let _ = ended.send(connection.stall());
            Ok(())
        });
        let camera = connect(&options(&server));
        let start = Instant::now();
        drop(camera);
        assert!(start.elapsed() < Duration::from_millis(400), "{:?}", start.elapsed());
        server.wait_for("TEARDOWN");
        end.recv_timeout(LONG).expect("the connection is closed").expect("the connection is closed");
    }
}

#[test]
fn a_camera_that_is_not_wanted_is_left_soon() {
    let (ended, end) = mpsc::channel();
    let server = Server::new(move |connection| {
        let _ = ended.send(connection.stall());
        Ok(())
    });
    let is_wanted = Arc::new(AtomicBool::new(true));
    let own_is_wanted = is_wanted.clone();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        own_is_wanted.store(false, Ordering::Relaxed);
    });
    let start = Instant::now();
    let result = Camera::connect(&options(&server), &|| is_wanted.load(Ordering::Relaxed));
    let error = result.expect_err("it isn't wanted");
    assert_eq!(error.kind(), ErrorKind::Canceled, "{error}");
    assert!(start.elapsed() < LONG / 10, "{:?}", start.elapsed());
    end.recv_timeout(LONG).expect("the connection is closed").expect("the connection is closed");
}

/// A camera that sends a good frame, then broken packets, and then a good frame.
fn with_broken_packets(broken: impl Fn(&mut Rtp) -> Vec<Vec<u8>> + Send + Sync + 'static) -> Server {
    Server::new(move |connection| {
        connection.start(&sdp::h264(true))?;
        let mut rtp = Rtp::new(96);
        send_clip(connection, &mut rtp, 0..1)?;
        let packets = broken(&mut rtp);
        connection.send_packets(&packets)?;
        send_clip(connection, &mut rtp, 10..11)?;
        connection.wait_for_end()
    })
}

type Broken = Box<dyn Fn(&mut Rtp) -> Vec<Vec<u8>> + Send + Sync>;

#[test]
fn broken_packets_are_told_and_the_next_frame_is_good() {
    let time = u32::MAX - TICKS;
    let cases: [(&str, Broken); 3] = [
        ("no RTP", Box::new(|_| vec![vec![0; 5], vec![], b"GET / HTTP/1.0".to_vec()])),
        (
            "another source",
            Box::new(move |rtp| vec![Rtp { ssrc: 1, ..rtp.clone() }.packet(time, true, &[0x61, 1, 2, 3])]),
        ),
        (
            "an old packet",
            Box::new(move |rtp| {
                let sequence = rtp.sequence.wrapping_sub(3);
                vec![Rtp { sequence, ..rtp.clone() }.packet(time, true, &[0x61, 1, 2, 3])]
            }),
        ),
    ];
    for (what, broken) in cases {
        let server = with_broken_packets(broken);
        let mut camera = connect(&options(&server));
        assert!(next_frame(&mut camera).is_key, "{what}");
        match next(&mut camera) {
            Ok(Event::Corrupt(error)) => {
                assert_eq!(error.kind(), ErrorKind::Data, "{what}: {error}");
                assert_clean(&error);
            }
            other => panic!("{what}: {other:?}"),
        }
        let frame = loop {
            match next(&mut camera).expect("a good camera") {
                Event::Frame(frame) => break frame,
                event => assert!(matches!(event, Event::Corrupt(_)), "{what}: {event:?}"),
            }
        };
        assert_eq!((frame.is_key, frame.time.as_millis()), (true, 400), "{what}");
    }
}

#[test]
fn packets_of_broken_h264_end_the_stream() {
    let time = u32::MAX - TICKS;
    let cases: [(&str, Broken); 7] = [
        (
            "another payload",
            Box::new(move |rtp| {
                let packet = Rtp { payload_type: 97, ..rtp.clone() }.packet(time, true, &[0xff; 160]);
                rtp.sequence = rtp.sequence.wrapping_add(1);
                vec![packet]
            }),
        ),
        (
            "no start of a fragment",
            Box::new(move |rtp| vec![rtp.packet(time, false, &[0x7c, 0x05, 1, 2, 3])]),
        ),
        ("a forbidden bit", Box::new(move |rtp| vec![rtp.packet(time, true, &[0xe5, 1, 2, 3])])),
        ("an empty payload", Box::new(move |rtp| vec![rtp.packet(time, true, &[])])),
        ("an unknown way of packets", Box::new(move |rtp| vec![rtp.packet(time, true, &[25, 0, 0, 0])])),
        ("a length that lies", Box::new(move |rtp| vec![rtp.packet(time, true, &[24, 255, 255, 1, 2])])),
        (
            "the next frame within a fragment",
            Box::new(move |rtp| {
                let first = rtp.packet(time, false, &[0x7c, 0x85, 1, 2, 3]);
                vec![first, rtp.packet(time + 1, true, &[0xe5, 1, 2, 3])]
            }),
        ),
    ];
    for (what, broken) in cases {
        let server = with_broken_packets(broken);
        let mut camera = connect(&options(&server));
        assert!(next_frame(&mut camera).is_key, "{what}");
        let error = next(&mut camera).expect_err(what);
        assert_eq!(error.kind(), ErrorKind::Data, "{what}: {error}");
        assert!(error.to_string().contains("sent packets that can't be used"), "{what}: {error}");
        assert_clean(&error);
        assert_eq!(next(&mut camera), Ok(Event::Ended), "{what}");
    }
}

#[test]
fn packets_of_broken_jpegs_are_told_and_the_next_frame_is_good() {
    // The offset, the type, the quality, the size, and then the tables.
    let cases: [(&str, &[u8]); 5] = [
        ("nothing", &[]),
        ("a head that is cut short", &[0, 0, 0, 0, 1, 255]),
        ("no tables", &[0, 0, 0, 0, 1, 255, 8, 6, 0, 0, 0, 0]),
        ("tables that are cut short", &[0, 0, 0, 0, 1, 255, 8, 6, 0, 0, 0, 128, 1, 2, 3]),
        ("tables of an unknown quality", &[0, 0, 0, 0, 1, 200, 8, 6, 0, 0, 0, 0]),
    ];
    for (what, payload) in cases {
        let server = Server::new(move |connection| {
            connection.start(&sdp::jpeg())?;
            let mut rtp = Rtp::new(26);
            connection.send_packets(&rtp.jpeg(0, clip::jpeg(), (8, 6)))?;
            connection.send_packets(&[rtp.packet(9000, true, payload)])?;
            connection.send_packets(&rtp.jpeg(18_000, clip::jpeg(), (8, 6)))?;
            connection.wait_for_end()
        });
        let mut camera = connect(&options(&server));
        assert_eq!(next_frame(&mut camera).time, Duration::ZERO, "{what}");
        match next(&mut camera) {
            Ok(Event::Corrupt(error)) => assert_eq!(error.kind(), ErrorKind::Data, "{what}: {error}"),
            other => panic!("{what}: {other:?}"),
        }
        assert_eq!(next_frame(&mut camera).time, Duration::from_millis(200), "{what}");
    }
}

#[test]
fn a_packet_whose_length_lies_does_no_harm() {
    for length in [0_u16, 3, 200, u16::MAX] {
        let server = Server::new(move |connection| {
            connection.start(&sdp::h264(true))?;
            let mut rtp = Rtp::new(96);
            send_clip(connection, &mut rtp, 0..1)?;
            let packet = rtp.packet(TICKS, true, &[0x61; 100]);
            connection.send(&[&[b'$', 0], &length.to_be_bytes()[..], &packet].concat())?;
            send_clip(connection, &mut rtp, 10..30)
        });
        let mut camera = connect(&options(&server));
        assert!(next_frame(&mut camera).is_key);
        loop {
            match next(&mut camera) {
                Ok(Event::Frame(_)) => {}
                Ok(Event::Corrupt(error)) => assert_clean(&error),
                Ok(event) => break assert_eq!(event, Event::Ended),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Data, "{length}: {error}");
                    assert_clean(&error);
                }
            }
        }
    }
}

#[test]
fn lost_packets_are_counted() {
    let server = with_broken_packets(|rtp| {
        rtp.sequence = rtp.sequence.wrapping_add(7);
        vec![]
    });
    let mut camera = connect(&options(&server));
    assert_eq!(next_frame(&mut camera).lost_packets, 0);
    assert_eq!(next_frame(&mut camera).lost_packets, 7);
}

#[test]
fn absurd_losses_end_the_stream_or_are_counted() {
    let server = with_broken_packets(|rtp| {
        (0..5)
            .map(|number| {
                let packet = rtp.packet(7, false, &[0x7c, if number == 0 { 0x85 } else { 0x05 }, 1, 2, 3]);
                rtp.sequence = rtp.sequence.wrapping_add(0x7ff0);
                packet
            })
            .collect()
    });
    let mut camera = connect(&options(&server));
    assert!(next_frame(&mut camera).is_key);
    loop {
        match next(&mut camera) {
            Ok(Event::Frame(frame)) => break assert!(frame.is_key && frame.lost_packets > 0),
            Ok(Event::Corrupt(error)) => assert_clean(&error),
            Ok(event) => panic!("{event:?}"),
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Data, "{error}");
                break assert_clean(&error);
            }
        }
    }
}

#[test]
fn a_stream_of_broken_packets_only_ends() {
    let server = Server::new(|connection| {
        connection.start(&sdp::h264(true))?;
        let mut rtp = Rtp::new(96);
        for _ in 0..2000 {
            connection.send_packets(&[rtp.packet(0, true, &[0xe5, 1, 2, 3])])?;
        }
        connection.wait_for_end()
    });
    let error = refused(&options(&server));
    assert_eq!(error.kind(), ErrorKind::Data, "{error}");
}

#[test]
fn a_stream_without_a_key_frame_says_so() {
    let server = Server::new(|connection| {
        connection.start(&sdp::h264(true))?;
        send_clip(connection, &mut Rtp::new(96), 1..9)?;
        connection.wait_for_end()
    });
    let error = refused(&options(&server).connect_limit(LIMIT));
    assert_eq!(error.kind(), ErrorKind::NotReadable, "{error}");
    assert!(error.to_string().contains("no key frame"), "{error}");
}

#[test]
fn a_camera_that_falls_silent_or_closes_the_connection_ends() {
    for closes in [true, false] {
        let server = Server::new(move |connection| {
            connection.start(&sdp::h264(true))?;
            let mut rtp = Rtp::new(96);
            send_clip(connection, &mut rtp, 0..1)?;
            // In the middle of a frame.
            let packets = rtp.h264(TICKS, &clip::h264()[10]);
            connection.send_packets(&packets[..packets.len() - 1])?;
            connection.send(b"$\0\0\x09abc")?;
            if closes { Ok(()) } else { connection.wait_for_end() }
        });
        let mut camera = connect(&options(&server).frame_limit(LIMIT));
        assert!(next_frame(&mut camera).is_key);
        if !closes {
            let error = next(&mut camera).expect_err("it is silent");
            assert_eq!(error.kind(), ErrorKind::NotReadable, "{error}");
            assert_clean(&error);
        }
        assert_eq!(next(&mut camera), Ok(Event::Ended));
        assert_eq!(next(&mut camera), Ok(Event::Ended));
    }
}

#[test]
fn a_message_that_lies_ends_the_connection() {
    let messages: [&[u8]; 4] = [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nCSeq: 77\r\n\r\n",
        b"RTSP/1.0 999999 OK\r\n\r\n",
        b"\0\0\0\0\0\0\0\0\0\0\0\0",
    ];
    for message in messages {
        let server = Server::new(move |connection| {
            connection.start(&sdp::h264(true))?;
            send_clip(connection, &mut Rtp::new(96), 0..1)?;
            connection.send(message)?;
            connection.wait_for_end()
        });
        let mut camera = connect(&options(&server));
        assert!(next_frame(&mut camera).is_key);
        let error = next(&mut camera).expect_err("it can't be read");
        assert_eq!(error.kind(), ErrorKind::Data, "{error}");
        assert_clean(&error);
        assert_eq!(next(&mut camera), Ok(Event::Ended));
    }
}

#[test]
fn frames_of_an_impossible_size_are_errors() {
    // 65536 x 65536 pixels: a profile of Baseline, and 4096 blocks of 16 pixels a side.
    let sequence_set = [0x67, 66, 0, 30, 0xf4, 0x00, 0x40, 0x00, 0x00, 0x80, 0x00, 0x08, 0x80];
    let server = Server::new(move |connection| {
        connection.start(&sdp::h264(false))?;
        let units = [sequence_set.to_vec(), clip::unit(8).to_vec(), clip::unit(5).to_vec()];
        connection.send_packets(&Rtp::new(96).h264(0, &units))?;
        connection.wait_for_end()
    });
    let error = refused(&options(&server).connect_limit(LIMIT * 3));
    assert_eq!(error.kind(), ErrorKind::Data, "{error}");
    let server = Server::new(|connection| {
        connection.start(&sdp::jpeg())?;
        connection.send_packets(&Rtp::new(26).jpeg(0, clip::jpeg(), (0, 0)))?;
        connection.wait_for_end()
    });
    let error = refused(&options(&server));
    assert_eq!(error.kind(), ErrorKind::NotSupported, "{error}");
    assert!(error.to_string().contains("2040"), "{error}");
}
