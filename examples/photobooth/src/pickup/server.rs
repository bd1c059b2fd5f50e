//! The HTTP server.
//!
//! A thread accepts connections, and each connection has a thread while it is open. Everything is bounded: connections,
//! the size of a request's head, and the time for a request and its answer. The crates for small servers leave the size
//! of a head or the time of a connection to the client, so this is the standard library's listener with the parser of
//! `hyper`.

use std::{
    io::{self, ErrorKind, Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    address::local_address,
    error::PickupError,
    limits::Limits,
    request::{Refusal, Request, parse},
    shelf::{Picture, Shelf},
};
use crate::venue::PickupSettings;

/// The pause of the accepting thread while nobody connects.
const REST: Duration = Duration::from_millis(20);

/// The most bytes that are read and dropped after an answer. A connection that is closed with unread bytes is reset,
/// and the answer may be lost.
const UNREAD: usize = 64 * 1024;

/// Header fields of every answer: nothing is cached, guessed or run.
const FIELDS: &str = "\
Connection: close\r
Cache-Control: no-store\r
X-Content-Type-Options: nosniff\r
Content-Security-Policy: default-src 'none'\r
Referrer-Policy: no-referrer\r
";

/// The server of the pickup. It stops when the last clone is dropped.
#[derive(Debug, Clone)]
pub struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
    _stop: Arc<Stop>,
}

/// Stops the server when it is dropped.
#[derive(Debug)]
struct Stop(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    limits: Limits,
    shelf: Shelf,
    stopped: AtomicBool,
    open: AtomicUsize,
    accepted: AtomicU64,
    refused: AtomicU64,
}

/// The way to a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// The picture's URL, for a QR code.
    pub url: String,
    /// How long the picture can be fetched, from now.
    pub lifetime: Duration,
}

/// Counters of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Statistics {
    /// The connections that are open now.
    pub open: usize,
    /// All connections.
    pub accepted: u64,
    /// The connections that were closed at once because too many were open.
    pub refused: u64,
}

impl Server {
    /// Starts the server by its settings. `None` if they switch it off.
    ///
    /// # Errors
    /// [`PickupError::NoNetwork`], [`PickupError::CannotListen`].
    pub fn by_settings(settings: &PickupSettings) -> Result<Option<Self>, PickupError> {
        if !settings.enabled {
            return Ok(None);
        }
        let address = settings.address.map_or_else(local_address, Ok)?;
        let lifetime = Duration::from_secs(u64::from(settings.minutes) * 60);
        let limits = Limits { lifetime, ..Limits::default() };
        Self::start(SocketAddr::new(address, settings.port), limits).map(Some)
    }

    /// Starts the server at this address. Port 0 is any free one.
    ///
    /// # Errors
    /// [`PickupError::CannotListen`].
    pub fn start(address: SocketAddr, limits: Limits) -> Result<Self, PickupError> {
        let cannot = |error| PickupError::CannotListen { address, error };
        let listener = TcpListener::bind(address).map_err(cannot)?;
        listener.set_nonblocking(true).map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        let shared = Arc::new(Shared {
            limits,
            shelf: Shelf::new(limits),
            stopped: AtomicBool::new(false),
            open: AtomicUsize::new(0),
            accepted: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        });
        let accepting = shared.clone();
        thread::Builder::new()
            .name("pickup".into())
            .spawn(move || accept(&listener, &accepting))
            .map_err(cannot)?;
        Ok(Self { address, _stop: Arc::new(Stop(shared.clone())), shared })
    }

    /// The address and port.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Makes a picture fetchable under a new random name.
    ///
    /// # Errors
    /// [`PickupError::TooLarge`], [`PickupError::NoRandomNumbers`].
    pub fn offer(&self, picture: Picture) -> Result<Ticket, PickupError> {
        let name = self.shared.shelf.put(picture, Instant::now())?;
        let url = format!("http://{}/{name}", self.address);
        Ok(Ticket { url, lifetime: self.shared.limits.lifetime })
    }

    /// The counters.
    pub fn statistics(&self) -> Statistics {
        Statistics {
            open: self.shared.open.load(Ordering::Acquire),
            accepted: self.shared.accepted.load(Ordering::Acquire),
            refused: self.shared.refused.load(Ordering::Acquire),
        }
    }
}

impl Drop for Stop {
    fn drop(&mut self) {
        self.0.stopped.store(true, Ordering::Release);
        self.0.shelf.clear();
    }
}

/// Accepts connections until the server is dropped.
fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while !shared.stopped.load(Ordering::Acquire) {
        match listener.accept() {
            Ok((stream, _)) => admit(stream, shared),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Nobody is there, the client is gone already, or the system has no more file descriptors.
            Err(_) => thread::sleep(REST),
        }
    }
}

/// Counts as an open connection until it is dropped.
struct Place(Arc<Shared>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Serves a connection on a thread of its own, or closes it if there are too many.
fn admit(mut stream: TcpStream, shared: &Arc<Shared>) {
    // This thread alone adds connections.
    let is_full = shared.open.load(Ordering::Acquire) >= shared.limits.connections;
    if is_full {
        shared.refused.fetch_add(1, Ordering::AcqRel);
        // It never blocks the thread that accepts.
        if stream.set_nonblocking(true).is_ok() {
            let _ = stream
                .write(head(Refusal::Busy.status(), "Retry-After: 10\r\nContent-Length: 0\r\n").as_bytes());
        }
    } else {
        shared.open.fetch_add(1, Ordering::AcqRel);
        let place = Place(shared.clone());
        // Without a thread the connection is closed.
        let _ = thread::Builder::new().name("pickup guest".into()).spawn(move || {
            let _ = serve(stream, &place.0);
        });
    }
    shared.accepted.fetch_add(1, Ordering::AcqRel);
}

/// A connection with a deadline.
struct Connection {
    stream: TcpStream,
    deadline: Instant,
}

impl Connection {
    /// The remaining time.
    fn remaining(&self) -> io::Result<Duration> {
        let remaining = self.deadline.saturating_duration_since(Instant::now());
        if remaining.is_zero() { Err(ErrorKind::TimedOut.into()) } else { Ok(remaining) }
    }

    /// Reads some bytes. 0 at the end.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            self.stream.set_read_timeout(Some(self.remaining()?))?;
            match self.stream.read(buffer) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }

    /// Writes all bytes.
    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            self.stream.set_write_timeout(Some(self.remaining()?))?;
            match self.stream.write(bytes) {
                Ok(0) => return Err(ErrorKind::WriteZero.into()),
                Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Reads one request and answers it.
fn serve(stream: TcpStream, shared: &Shared) -> io::Result<()> {
    // On some systems it has the listener's mode.
    stream.set_nonblocking(false)?;
    let limits = &shared.limits;
    let mut connection = Connection { stream, deadline: Instant::now() + limits.time };
    let request = match read_request(&mut connection, limits.head) {
        Ok(request) => request,
        Err(error) if is_timeout(&error) => {
            // A last word that doesn't wait for the client.
            connection.stream.set_nonblocking(true)?;
            let refusal = refusal(Refusal::Timeout);
            return connection.stream.write(refusal.as_bytes()).map(drop);
        }
        Err(error) => return Err(error),
    };
    let found = request.and_then(|request| {
        let picture = shared.shelf.get(&request.name, Instant::now()).ok_or(Refusal::NotFound)?;
        Ok((request, picture))
    });
    match found {
        Ok((request, picture)) => send(&mut connection, &request, &picture)?,
        Err(error) => connection.write(refusal(error).as_bytes())?,
    }
    finish(&mut connection)
}

fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock)
}

/// Reads the head of a request, of `limit` bytes at most.
fn read_request(connection: &mut Connection, limit: usize) -> io::Result<Result<Request, Refusal>> {
    let mut buffer = vec![0; limit];
    let mut length = 0;
    loop {
        let Some(free) = buffer.get_mut(length..).filter(|free| !free.is_empty()) else {
            return Ok(Err(Refusal::HeadTooLarge));
        };
        let count = connection.read(free)?;
        if count == 0 {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        length += count;
        if let Some(request) = parse(buffer.get(..length).unwrap_or_default()) {
            return Ok(request);
        }
    }
}

fn send(connection: &mut Connection, request: &Request, picture: &Picture) -> io::Result<()> {
    let fields = format!(
        "Content-Type: {}\r\nContent-Length: {}\r\nContent-Disposition: inline; filename=\"photobooth.{}\"\r\n",
        picture.format.media_type(),
        picture.bytes.len(),
        picture.format.extension(),
    );
    connection.write(head("200 OK", &fields).as_bytes())?;
    if request.head_only { Ok(()) } else { connection.write(&picture.bytes) }
}

/// The whole answer of a refusal.
fn refusal(refusal: Refusal) -> String {
    let status = refusal.status();
    let allow = if refusal == Refusal::MethodNotAllowed { "Allow: GET, HEAD\r\n" } else { "" };
    let body = match refusal {
        // A guest sees it who scans an old code.
        Refusal::NotFound => "This picture is no longer here.",
        _ => status,
    };
    let fields =
        format!("{allow}Content-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n", body.len());
    head(status, &fields) + body
}

fn head(status: &str, fields: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{FIELDS}{fields}\r\n")
}

/// Ends the answer, and waits until the client has it.
fn finish(connection: &mut Connection) -> io::Result<()> {
    connection.stream.shutdown(Shutdown::Write)?;
    let mut unread = 0;
    let mut buffer = [0; 1024];
    while unread < UNREAD {
        match connection.read(&mut buffer)? {
            0 => break,
            count => unread += count,
        }
    }
    Ok(())
}
