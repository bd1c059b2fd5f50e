//! A server for pages on this machine: browsers hide their devices from a page that is opened as a file.

use crate::Result;
use oxhttp::{
    ListeningServer,
    model::{Body, Method, Request, Response, StatusCode, header},
};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Component, Path, PathBuf},
};

/// A server for the files in a folder.
pub struct Server {
    port: u16,
    listening: ListeningServer,
}

impl Server {
    /// Serves a folder at this address, or at a free port if that one is taken.
    pub fn start(folder: PathBuf, address: SocketAddr) -> Result<Self> {
        let address = free(address)?;
        let server = oxhttp::Server::new(move |request| respond(&folder, request)).bind(address);
        Ok(Self { port: address.port(), listening: server.spawn()? })
    }

    /// Serves a folder to this machine, at any free port.
    pub fn start_anywhere(folder: PathBuf) -> Result<Self> {
        Self::start(folder, SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))
    }

    /// The port that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Serves until the program is ended.
    pub fn wait(self) -> Result<()> {
        Ok(self.listening.join()?)
    }
}

/// The address if its port is free, otherwise the same with a free port.
fn free(address: SocketAddr) -> Result<SocketAddr> {
    let listener = TcpListener::bind(address).or_else(|_| TcpListener::bind((address.ip(), 0)))?;
    Ok(listener.local_addr()?)
}

fn respond(folder: &Path, request: &mut Request<Body>) -> Response<Body> {
    let builder = Response::builder().header(header::CACHE_CONTROL, "no-cache");
    let answer = if request.method() != Method::GET {
        builder.status(StatusCode::METHOD_NOT_ALLOWED).body(Body::empty())
    } else {
        match read(folder, request.uri().path()) {
            Some((bytes, kind)) => builder.header(header::CONTENT_TYPE, kind).body(Body::from(bytes)),
            None => builder.status(StatusCode::NOT_FOUND).body(Body::from("there is no such file")),
        }
    };
    answer.unwrap_or_else(|_| Response::new(Body::empty()))
}

/// The file for a path, and its media type. `None` outside the folder.
fn read(folder: &Path, path: &str) -> Option<(Vec<u8>, &'static str)> {
    let relative = Path::new(path.trim_start_matches('/'));
    if !relative.components().all(|component| matches!(component, Component::Normal(_))) {
        return None;
    }
    let mut path = folder.join(relative);
    if path.is_dir() {
        path.push("index.html");
    }
    Some((fs::read(&path).ok()?, mime_type(&path)))
}

/// The media type by extension. Browsers reject scripts and modules with a wrong type.
fn mime_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("wgsl" | "txt") => "text/plain; charset=utf-8",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("ttf") => "font/ttf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{Read, Write},
        net::TcpStream,
    };

    /// The response for this path.
    fn get(server: &Server, path: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port())).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.to_ascii_lowercase()
    }

    #[test]
    fn serves_its_folder_and_nothing_else() {
        let folder = std::env::temp_dir().join(format!("viewfinder-server-{}", std::process::id()));
        fs::create_dir_all(folder.join("inner")).unwrap();
        fs::write(folder.join("inner/index.html"), "hello").unwrap();
        fs::write(folder.join("a.wasm"), "wasm").unwrap();
        let server = Server::start_anywhere(folder.join("inner")).unwrap();
        let page = get(&server, "/?query");
        assert!(page.starts_with("http/1.1 200") && page.ends_with("hello"), "{page}");
        assert!(page.contains("content-type: text/html") && page.contains("content-length: 5"), "{page}");
        assert!(get(&server, "/nothing").starts_with("http/1.1 404"));
        assert!(get(&server, "/../a.wasm").starts_with("http/1.1 404"));
        let server = Server::start_anywhere(folder.clone()).unwrap();
        assert!(get(&server, "/a.wasm").contains("content-type: application/wasm"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_taken_port_is_replaced() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = taken.local_addr().unwrap();
        assert_ne!(free(address).unwrap().port(), address.port());
    }
}
