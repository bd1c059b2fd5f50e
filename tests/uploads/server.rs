//! A server on this machine, which answers as a test tells it.

use std::{
    io::{BufRead, BufReader, ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crossbeam_channel::{Receiver, unbounded};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

/// A connection of a client.
pub trait Connection: Read + Write {}
impl<T: Read + Write> Connection for T {}

/// A request that was received.
#[derive(Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The parts of a form: the headers of each, and its body.
    pub fn parts(&self) -> Vec<(String, Vec<u8>)> {
        let content_type = self.header("content-type").expect("a form");
        let boundary = content_type.strip_prefix("multipart/form-data; boundary=").expect("a form");
        let mark = format!("--{boundary}");
        let mut rest = self.body.strip_prefix(mark.as_bytes()).expect("the first boundary");
        let mut parts = Vec::new();
        while let Some(part) = rest.strip_prefix(b"\r\n") {
            let next = format!("\r\n{mark}");
            let end = find(part, next.as_bytes()).expect("the next boundary");
            let head = find(&part[..end], b"\r\n\r\n").expect("the end of the headers");
            let headers = String::from_utf8(part[..head].to_vec()).expect("headers are text");
            parts.push((headers, part[head + 4..end].to_vec()));
            rest = &part[end + next.len()..];
        }
        assert_eq!(rest, b"--\r\n", "the end of the form");
        parts
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// A server that runs until the program ends.
pub struct Server {
    /// Its address, without a path.
    pub url: String,
    /// The requests that it received whole.
    pub requests: Receiver<Request>,
    connections: Arc<AtomicUsize>,
    /// The authority that issued its certificate, as PEM.
    pub authority: String,
}

impl Server {
    /// Answers requests by this function.
    pub fn new(answer: impl Fn(&Request) -> String + Send + Sync + 'static) -> Self {
        let (received, requests) = unbounded();
        let handle = move |connection: &mut dyn Connection| {
            let Some(request) = read(connection) else { return };
            let text = answer(&request);
            let _ = received.send(request);
            let _ = connection.write_all(text.as_bytes());
        };
        Self { requests, ..Self::raw(handle) }
    }

    /// Handles connections by this function.
    pub fn raw(handle: impl Fn(&mut dyn Connection) + Send + Sync + 'static) -> Self {
        Self::listen(handle, None)
    }

    /// Handles encrypted connections by this function.
    pub fn encrypted_raw(handle: impl Fn(&mut dyn Connection) + Send + Sync + 'static) -> Self {
        let (config, authority) = certificate();
        Self { authority, ..Self::listen(handle, Some(config)) }
    }

    /// Answers encrypted requests.
    pub fn encrypted(answer: impl Fn(&Request) -> String + Send + Sync + 'static) -> Self {
        let (received, requests) = unbounded();
        let handle = move |connection: &mut dyn Connection| {
            let Some(request) = read(connection) else { return };
            let text = answer(&request);
            let _ = received.send(request);
            let _ = connection.write_all(text.as_bytes()).and_then(|()| connection.flush());
        };
        Self { requests, ..Self::encrypted_raw(handle) }
    }

    fn listen(
        handle: impl Fn(&mut dyn Connection) + Send + Sync + 'static,
        encryption: Option<Arc<ServerConfig>>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("its address").port();
        let scheme = if encryption.is_some() { "https" } else { "http" };
        let connections = Arc::new(AtomicUsize::new(0));
        let (handle, counter) = (Arc::new(handle), connections.clone());
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                counter.fetch_add(1, Ordering::Relaxed);
                let (handle, encryption) = (handle.clone(), encryption.clone());
                thread::spawn(move || match encryption {
                    None => handle(&mut stream),
                    Some(config) => {
                        let session = ServerConnection::new(config).expect("a configuration that works");
                        handle(&mut StreamOwned::new(session, stream));
                    }
                });
            }
        });
        Self {
            url: format!("{scheme}://localhost:{port}"),
            requests: unbounded().1,
            connections,
            authority: String::new(),
        }
    }

    /// The number of connections that were made.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

/// A port that refuses connections.
pub fn refusing() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("its address"))
}

/// Reads a request. `None` if the connection ends in it.
pub fn read(connection: &mut dyn Connection) -> Option<Request> {
    let (mut request, length) = read_head(connection)?;
    let mut body = vec![0; length as usize];
    connection.read_exact(&mut body).ok()?;
    request.body = body;
    Some(request)
}

/// Reads the head of a request, and returns the length of its body.
pub fn read_head(connection: &mut dyn Connection) -> Option<(Request, u64)> {
    // Not a byte more than the head.
    let mut lines = Vec::new();
    let mut reader = BufReader::with_capacity(1, connection);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line.trim_end().is_empty() {
            break;
        }
        lines.push(line.trim_end().to_owned());
    }
    let mut words = lines.first()?.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let headers: Vec<_> = lines[1..]
        .iter()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let request = Request { method, path, headers, body: Vec::new() };
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
    Some((request, length))
}

/// Reads this many bytes and drops them. Returns how many came.
pub fn discard(connection: &mut dyn Connection, length: u64) -> u64 {
    let mut buffer = vec![0; 64 << 10];
    let mut left = length;
    while left > 0 {
        let most = buffer.len().min(left as usize);
        match connection.read(&mut buffer[..most]) {
            Ok(0) => break,
            Ok(read) => left -= read as u64,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    length - left
}

/// An answer with this status, more headers, and a body.
pub fn answer(status: &str, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}", body.len())
}

/// A certificate for `localhost`, and the authority that issued it.
fn certificate() -> (Arc<ServerConfig>, String) {
    let key = KeyPair::generate().expect("a key");
    let mut authority = CertificateParams::new(Vec::new()).expect("no names");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = authority.self_signed(&key).expect("our own key").pem();
    let issuer = Issuer::new(authority, key);
    let key = KeyPair::generate().expect("a key");
    let names = CertificateParams::new(vec!["localhost".to_owned()]).expect("a name");
    let certificate = names.signed_by(&key, &issuer).expect("our own key");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .expect("a certificate with its key");
    (Arc::new(config), pem)
}

/// Waits until the client closes the connection.
pub fn wait_for_end(connection: &mut dyn Connection) {
    discard(connection, u64::MAX);
}

/// A connection to a server of a test, for a test of the server itself.
#[test]
fn the_server_reads_heads_and_bodies() {
    let server = Server::new(|request| answer("200 OK", "", &request.body.len().to_string()));
    let address = server.url.strip_prefix("http://").expect("not encrypted");
    let mut stream = TcpStream::connect(address).expect("a server");
    stream.write_all(b"POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc").expect("a connection");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.ends_with("\r\n\r\n3"), "{text}");
    let request = server.requests.recv().expect("the request");
    assert_eq!(
        (request.method.as_str(), request.path.as_str(), &request.body[..]),
        ("POST", "/a", &b"abc"[..])
    );
}
