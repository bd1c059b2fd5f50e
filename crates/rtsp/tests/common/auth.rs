//! Passwords, as servers check them.

use std::io;

use base64::{Engine, engine::general_purpose::STANDARD};
use md5::{Digest, Md5};

use super::server::{Connection, Request};

pub const USER: &str = "admin";
pub const PASSWORD: &str = "secret \"ä:";

/// A way to ask for a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheme {
    Basic,
    Digest,
}

const NONCE: &str = "0123abcd";

impl Scheme {
    fn challenge(self) -> String {
        match self {
            Self::Basic => "Basic realm=\"camera\"".into(),
            Self::Digest => format!("Digest realm=\"camera\", nonce=\"{NONCE}\""),
        }
    }

    fn accepts(self, request: &Request) -> bool {
        let Some(header) = request.header("Authorization") else { return false };
        match self {
            Self::Basic => header == format!("Basic {}", STANDARD.encode(format!("{USER}:{PASSWORD}"))),
            Self::Digest => {
                let first = hash(&format!("{USER}:camera:{PASSWORD}"));
                let second = hash(&format!("{}:{}", request.method, request.url));
                let response = hash(&format!("{first}:{NONCE}:{second}"));
                header.starts_with("Digest ") && header.contains(&format!("response=\"{response}\""))
            }
        }
    }
}

fn hash(text: &str) -> String {
    Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Answers requests until the client wants frames. Each request needs the password.
pub fn start(connection: &mut Connection, scheme: Scheme, sdp: &str) -> io::Result<()> {
    loop {
        let request = connection.read()?;
        if !scheme.accepts(&request) {
            let headers = format!("WWW-Authenticate: {}\r\n", scheme.challenge());
            connection.answer(&request, "401 Unauthorized", &headers, "")?;
            continue;
        }
        let session = "Session: 12345678\r\n";
        match request.method.as_str() {
            "DESCRIBE" => {
                connection.answer(&request, "200 OK", "Content-Type: application/sdp\r\n", sdp)?;
            }
            "SETUP" => {
                let headers = format!("{session}Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n");
                connection.answer(&request, "200 OK", &headers, "")?;
            }
            _ => {
                connection.answer(&request, "200 OK", session, "")?;
                if request.method == "PLAY" {
                    return Ok(());
                }
            }
        }
    }
}
