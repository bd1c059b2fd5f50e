//! The server of the pickup, as a phone and as an attacker see it. All traffic stays on this machine.
#![cfg(not(target_family = "wasm"))]

use std::{
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use photobooth::{
    pickup::{Limits, Picture, PictureFormat, Server, Ticket},
    venue::PickupSettings,
};

/// The longest time that a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(60);

fn start(limits: Limits) -> Server {
    Server::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), limits).expect("a server")
}

fn picture(size: usize) -> Picture {
    let bytes: Vec<u8> = (0..size).map(|index| (index * 7 % 251) as u8).collect();
    Picture { format: PictureFormat::Jpeg, bytes: bytes.into() }
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

/// The whole answer to these bytes. A connection that is reset has no more to say.
fn ask(server: &Server, request: &[u8]) -> Vec<u8> {
    let mut stream = connect(server);
    let _ = stream.write_all(request);
    read_all(&mut stream)
}

fn read_all(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    let mut buffer = [0; 64 * 1024];
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return answer,
            Ok(count) => answer.extend_from_slice(&buffer[..count]),
            Err(error) => {
                let is_timeout = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
                assert!(!is_timeout, "the server keeps a connection open");
                return answer;
            }
        }
    }
}

fn path(ticket: &Ticket) -> String {
    let address_and_path = ticket.url.strip_prefix("http://").expect("a URL");
    let (_, name) = address_and_path.split_once('/').expect("a path");
    format!("/{name}")
}

fn get(server: &Server, path: &str) -> String {
    let answer = ask(server, format!("GET {path} HTTP/1.1\r\nHost: booth\r\n\r\n").as_bytes());
    String::from_utf8_lossy(&answer).into_owned()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

/// Waits until the server has accepted this number of connections and has seen the end of all.
fn wait_until_idle(server: &Server, accepted: u64) {
    let start = Instant::now();
    while server.statistics().open > 0 || server.statistics().accepted < accepted {
        assert!(start.elapsed() < PATIENCE, "connections stay open: {:?}", server.statistics());
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_pickup_is_off_by_default() {
    let settings = PickupSettings::default();
    assert!(Server::by_settings(&settings).expect("no error").is_none());
    assert_eq!(settings.minutes, 15);
    let limits = Limits::default();
    assert_eq!((limits.connections, limits.head, limits.time), (32, 8192, Duration::from_secs(10)));
    assert_eq!(limits.lifetime, Duration::from_secs(15 * 60));
}

#[test]
fn a_phone_gets_the_picture() {
    let settings =
        PickupSettings { enabled: true, address: Some(Ipv4Addr::LOCALHOST.into()), ..Default::default() };
    let server = Server::by_settings(&settings).expect("a server").expect("it is on");
    let picture = picture(300_000);
    let ticket = server.offer(picture.clone()).expect("a ticket");
    assert!(ticket.url.starts_with(&format!("http://{}/", server.address())), "{}", ticket.url);
    assert_eq!(ticket.lifetime, Duration::from_secs(15 * 60));

    let request = format!("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", path(&ticket), server.address());
    let answer = ask(&server, request.as_bytes());
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n").expect("a head") + 4;
    let (head, body) = answer.split_at(end);
    let head = String::from_utf8(head.to_vec()).expect("text");
    assert_eq!(body, &*picture.bytes);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    for field in [
        "Content-Type: image/jpeg",
        "Content-Length: 300000",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Content-Security-Policy: default-src 'none'",
        "Referrer-Policy: no-referrer",
        "Content-Disposition: inline; filename=\"photobooth.jpg\"",
        "Connection: close",
    ] {
        assert!(head.contains(&format!("\r\n{field}\r\n")), "{field} is missing in {head}");
    }

    let only_head = ask(&server, request.replace("GET", "HEAD").as_bytes());
    assert_eq!(String::from_utf8_lossy(&only_head), head, "HEAD has the same head and nothing else");
}

#[test]
fn nothing_but_the_picture_can_be_reached() {
    let server = start(Limits::default());
    let path = path(&server.offer(picture(10)).expect("a ticket"));
    assert_eq!(status(&get(&server, &path)), "200");
    let name = path.trim_start_matches('/');
    for trick in [
        "/",
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/..%5c..%5csecret",
        "/etc/passwd",
        "//etc/passwd",
        "file:///etc/passwd",
        "/proc/self/environ",
        "/%00",
        &format!("{path}%00"),
        &format!("/{path}"),
        &format!("/.{path}"),
        &format!("/a/..{path}"),
        &format!("{path}/"),
        &format!("{path}/../../etc/passwd"),
        &format!("{path}?x"),
        &path.to_uppercase(),
        &format!("/{}", &name[..31]),
        &format!("/{:032x}", 0),
    ] {
        let answer = get(&server, trick);
        // A path in capitals can be the same one, if it has no letters.
        assert!(status(&answer) == "404" || trick == path, "{trick}: {answer}");
        assert!(!answer.contains("root:"), "{trick}");
    }
    for broken in [
        &b"GET /\0 HTTP/1.1\r\n\r\n"[..],
        b"GET /a\0b HTTP/1.1\r\n\r\n",
        b"GET\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET / HTTP/1.1\r\nbroken\r\n\r\n",
        b"GET / SPDY/3\r\n\r\n",
    ] {
        let answer = ask(&server, broken);
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(status(&answer), "400", "{:?}: {answer}", String::from_utf8_lossy(broken));
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PATCH"] {
        let request = format!("{method} {path} HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello");
        let answer = ask(&server, request.as_bytes());
        let answer = String::from_utf8_lossy(&answer);
        assert_eq!(status(&answer), "405", "{method}");
        assert!(answer.contains("\r\nAllow: GET, HEAD\r\n"), "{method}: {answer}");
    }
    assert_eq!(status(&get(&server, &path)), "200", "the server is well after all that");
}

#[test]
fn a_head_of_more_than_the_limit_is_refused() {
    let server = start(Limits::default());
    let path = path(&server.offer(picture(10)).expect("a ticket"));
    let request = |length: usize| {
        let start = format!("GET {path} HTTP/1.1\r\nCookie: ");
        let filler = "a".repeat(length - start.len() - 4);
        format!("{start}{filler}\r\n\r\n")
    };
    for (length, expected) in [(8191, "200"), (8193, "431"), (20_000, "431")] {
        let answer = ask(&server, request(length).as_bytes());
        assert_eq!(status(&String::from_utf8_lossy(&answer)), expected, "{length} bytes");
    }
    // A line that never ends.
    let mut stream = connect(&server);
    let mut sent = 0;
    while sent < 50_000_000 && stream.write_all(&[b'a'; 4096]).is_ok() {
        sent += 4096;
    }
    assert!(sent < 50_000_000, "the server reads for ever");
    let many = "a: b\r\n".repeat(500);
    let answer = ask(&server, format!("GET {path} HTTP/1.1\r\n{many}\r\n").as_bytes());
    assert_eq!(status(&String::from_utf8_lossy(&answer)), "431");
    assert_eq!(status(&get(&server, &path)), "200");
}

#[test]
fn slow_clients_are_cut_off() {
    let server = start(Limits { time: Duration::from_millis(300), ..Limits::default() });
    let path = path(&server.offer(picture(40_000_000)).expect("a ticket"));

    // A byte now and then, so that something always happens.
    let mut stream = connect(&server);
    let mut drip = stream.try_clone().expect("a clone");
    let dripping = thread::spawn(move || {
        let bytes = b"GET /".iter().chain(std::iter::repeat(&b'a'));
        bytes
            .take(3000)
            .take_while(|byte| {
                thread::sleep(Duration::from_millis(10));
                drip.write_all(&[**byte]).is_ok()
            })
            .count()
    });
    let answer = read_all(&mut stream);
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.is_empty() || status(&answer) == "408", "{answer}");
    assert!(dripping.join().expect("dripped") < 3000, "the server takes a byte now and then for ever");

    // Nothing at all.
    let answer = read_all(&mut connect(&server));
    assert_eq!(status(&String::from_utf8_lossy(&answer)), "408");

    // A client that doesn't read: its picture is larger than the buffers of the system.
    let mut deaf = connect(&server);
    deaf.write_all(format!("GET {path} HTTP/1.1\r\n\r\n").as_bytes()).expect("sent");
    wait_until_idle(&server, 3);
    assert!(read_all(&mut deaf).len() < 40_000_000, "the picture was cut off");
}

#[test]
fn a_client_that_leaves_makes_room() {
    let server = start(Limits { connections: 2, ..Limits::default() });
    let path = path(&server.offer(picture(5_000_000)).expect("a ticket"));
    for number in 1..=20 {
        let mut stream = connect(&server);
        stream.write_all(format!("GET {path} HT").as_bytes()).expect("sent");
        stream.shutdown(Shutdown::Both).expect("closed");
        drop(stream);
        wait_until_idle(&server, number);
    }
    assert_eq!(status(&get(&server, &path)), "200");
}

#[test]
fn of_a_thousand_connections_32_are_open() {
    let server = start(Limits::default());
    let path = path(&server.offer(picture(1000)).expect("a ticket"));
    let mut opened = 0;
    let mut most = 0;
    for _ in 0..10 {
        let streams: Vec<_> = (0..100).map(|_| connect(&server)).collect();
        opened += 100;
        let start = Instant::now();
        while server.statistics().accepted < opened {
            assert!(start.elapsed() < PATIENCE, "connections aren't accepted");
            most = most.max(server.statistics().open);
            thread::sleep(Duration::from_millis(1));
        }
        most = most.max(server.statistics().open);
        // All but those that are open were closed, without a wait for the time limit.
        let is_closed = |mut stream: TcpStream| {
            stream.set_nonblocking(true).expect("a mode");
            let mut buffer = [0; 512];
            match stream.read(&mut buffer) {
                Ok(count) => count < buffer.len(),
                Err(error) => error.kind() != ErrorKind::WouldBlock,
            }
        };
        let closed = streams.into_iter().map(is_closed).filter(|closed| *closed).count();
        assert!(closed >= 100 - 32, "{closed} of 100 were closed");
        wait_until_idle(&server, opened);
    }
    let statistics = server.statistics();
    assert_eq!((statistics.accepted, most), (1000, 32));
    assert_eq!(statistics.refused, 1000 - 320);
    let refused = {
        let _full: Vec<_> = (0..32).map(|_| connect(&server)).collect();
        String::from_utf8_lossy(&read_all(&mut connect(&server))).into_owned()
    };
    assert!(refused.is_empty() || status(&refused) == "503", "{refused}");
    wait_until_idle(&server, opened + 33);
    assert_eq!(status(&get(&server, &path)), "200", "the server is well after all that");
}

#[test]
fn a_picture_whose_time_is_over_is_gone() {
    let server = start(Limits { lifetime: Duration::ZERO, ..Limits::default() });
    let path = path(&server.offer(picture(10)).expect("a ticket"));
    let answer = get(&server, &path);
    assert_eq!(status(&answer), "404");
    assert!(answer.contains("no longer here"), "{answer}");
}

#[test]
fn a_stopped_server_serves_nothing() {
    let server = start(Limits::default());
    let address = server.address();
    drop(server);
    let start = Instant::now();
    while TcpStream::connect(address).is_ok() {
        assert!(start.elapsed() < PATIENCE, "the port is still open");
        thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let server = start(Limits::default());
    let error = Server::start(server.address(), Limits::default()).expect_err("taken");
    assert!(error.to_string().contains("pickup.port"), "{error}");
}
