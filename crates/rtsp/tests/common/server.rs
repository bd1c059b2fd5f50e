//! A server that does what a test tells it.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::LONG;

/// A server on this machine. Each connection gets a thread.
pub struct Server {
    pub port: u16,
    requests: Arc<Mutex<Vec<Request>>>,
    is_over: Arc<AtomicBool>,
}

/// A request.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }
}

impl Server {
    /// A server that handles each connection by this function, and then closes it.
    pub fn new(handle: impl Fn(&mut Connection) -> io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let (requests, is_over) = (Arc::<Mutex<Vec<_>>>::default(), Arc::<AtomicBool>::default());
        let (handle, own_requests, own_is_over) = (Arc::new(handle), requests.clone(), is_over.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                if own_is_over.load(Ordering::Relaxed) {
                    return;
                }
                let stream = stream.expect("a connection");
                stream.set_read_timeout(Some(LONG)).expect("a socket");
                stream.set_nodelay(true).expect("a socket");
                let reader = BufReader::new(stream.try_clone().expect("a socket"));
                let (handle, requests) = (handle.clone(), own_requests.clone());
                thread::spawn(move || {
                    // The client may close the connection at any time.
                    let _ = handle(&mut Connection { stream, reader, requests });
                });
            }
        });
        Self { port, requests, is_over }
    }

    /// The requests that have come, of all connections.
    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no panic").clone()
    }

    /// Waits until a request with this method has come.
    pub fn wait_for(&self, method: &str) {
        let start = Instant::now();
        while !self.requests().iter().any(|request| request.method == method) {
            assert!(start.elapsed() < LONG, "no {method} came");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// A connection of a client.
pub struct Connection {
    pub stream: TcpStream,
    reader: BufReader<TcpStream>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Connection {
    /// Reads the next request.
    pub fn read(&mut self) -> io::Result<Request> {
        let mut lines = vec![];
        loop {
            let mut line = String::new();
            if self.reader.read_line(&mut line)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            match line.trim_end() {
                "" if lines.is_empty() => {}
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let mut first = lines[0].split(' ');
        let (method, url) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
        let headers = lines[1..].iter().filter_map(|line| line.split_once(':'));
        let request = Request {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect(),
        };
        self.requests.lock().expect("no panic").push(request.clone());
        Ok(request)
    }

    /// Reads the next request, which has this method.
    pub fn expect(&mut self, method: &str) -> io::Result<Request> {
        let request = self.read()?;
        assert_eq!(request.method, method);
        Ok(request)
    }

    /// Sends an answer with these headers.
    pub fn answer(&mut self, request: &Request, status: &str, headers: &str, body: &str) -> io::Result<()> {
        let number = request.header("CSeq").unwrap_or_default();
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        self.send(format!("RTSP/1.0 {status}\r\nCSeq: {number}\r\n{headers}{length}\r\n{body}").as_bytes())
    }

    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Answers a request for the streams.
    pub fn describe(&mut self, sdp: &str) -> io::Result<()> {
        let request = self.expect("DESCRIBE")?;
        self.answer(&request, "200 OK", "Content-Type: application/sdp\r\n", sdp)
    }

    /// Answers a request to set up a stream, with this timeout of the session.
    pub fn set_up(&mut self, timeout: &str) -> io::Result<Request> {
        let request = self.expect("SETUP")?;
        let transport = request.header("Transport").unwrap_or_default();
        let transport = match transport.contains("client_port") {
            true => format!("{transport};server_port=40000-40001"),
            false => transport.to_owned(),
        };
        let headers = format!("Session: 12345678{timeout}\r\nTransport: {transport}\r\n");
        self.answer(&request, "200 OK", &headers, "")?;
        Ok(request)
    }

    pub fn play(&mut self) -> io::Result<()> {
        let request = self.expect("PLAY")?;
        self.answer(&request, "200 OK", "Session: 12345678\r\nRange: npt=0-\r\n", "")
    }

    /// Answers all requests until the client wants frames.
    pub fn start(&mut self, sdp: &str) -> io::Result<()> {
        self.describe(sdp)?;
        self.set_up("")?;
        self.play()
    }

    /// Sends RTP packets.
    pub fn send_packets(&mut self, packets: &[Vec<u8>]) -> io::Result<()> {
        for packet in packets {
            self.send(&[&[b'$', 0], &(packet.len() as u16).to_be_bytes()[..], packet].concat())?;
        }
        Ok(())
    }

    /// Waits for the end of the connection, and answers requests meanwhile.
    pub fn wait_for_end(&mut self) -> io::Result<()> {
        loop {
            let request = self.read()?;
            self.answer(&request, "200 OK", "Session: 12345678\r\n", "")?;
        }
    }

    /// Waits for the end of the connection, and answers nothing.
    pub fn stall(&mut self) -> io::Result<()> {
        self.reader.read_to_end(&mut vec![]).map(|_| ())
    }

    /// Reads requests until the end of the connection, and answers nothing.
    pub fn stall_and_record(&mut self) -> io::Result<()> {
        loop {
            self.read()?;
        }
    }
}
