//! The head of an HTTP request.

use httparse::{EMPTY_HEADER, Status};

use super::name::is_name;

/// The most header fields that are read. Browsers on phones send about 20.
const FIELDS: usize = 64;

/// A request for a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The picture's name.
    pub name: String,
    /// The answer has a head only.
    pub head_only: bool,
}

/// A request that gets no picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The text isn't an HTTP request.
    BadRequest,
    /// No path but a picture's name leads anywhere.
    NotFound,
    /// Neither GET nor HEAD.
    MethodNotAllowed,
    /// The request didn't arrive in time.
    Timeout,
    /// The head is too long.
    HeadTooLarge,
    /// Too many connections are open.
    Busy,
}

impl Refusal {
    /// The status line's code and reason.
    pub const fn status(self) -> &'static str {
        match self {
            Self::BadRequest => "400 Bad Request",
            Self::NotFound => "404 Not Found",
            Self::MethodNotAllowed => "405 Method Not Allowed",
            Self::Timeout => "408 Request Timeout",
            Self::HeadTooLarge => "431 Request Header Fields Too Large",
            Self::Busy => "503 Service Unavailable",
        }
    }
}

/// Reads the head of a request. `None` if it isn't complete yet.
pub fn parse(bytes: &[u8]) -> Option<Result<Request, Refusal>> {
    let mut fields = [EMPTY_HEADER; FIELDS];
    let mut request = httparse::Request::new(&mut fields);
    match request.parse(bytes) {
        Ok(Status::Partial) => None,
        Ok(Status::Complete(_)) => Some(read(&request)),
        Err(httparse::Error::TooManyHeaders) => Some(Err(Refusal::HeadTooLarge)),
        Err(_) => Some(Err(Refusal::BadRequest)),
    }
}

fn read(request: &httparse::Request<'_, '_>) -> Result<Request, Refusal> {
    let head_only = match request.method {
        Some("GET") => false,
        Some("HEAD") => true,
        _ => return Err(Refusal::MethodNotAllowed),
    };
    // The path is compared as it is: nothing is decoded, and nothing is looked up on the disk.
    let name = request.path.and_then(|path| path.strip_prefix('/')).filter(|name| is_name(name));
    name.map(|name| Request { name: name.to_owned(), head_only }).ok_or(Refusal::NotFound)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAME: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_request_is_read_once_it_is_complete() {
        let text = format!("GET /{NAME} HTTP/1.1\r\nHost: 192.168.0.2:8080\r\nAccept: */*\r\n\r\n");
        for end in 0..text.len() {
            assert_eq!(parse(&text.as_bytes()[..end]), None, "{end} bytes");
        }
        let request = Request { name: NAME.into(), head_only: false };
        assert_eq!(parse(text.as_bytes()), Some(Ok(request.clone())));
        let head = text.replace("GET", "HEAD");
        assert_eq!(parse(head.as_bytes()), Some(Ok(Request { head_only: true, ..request })));
    }

    #[test]
    fn only_the_exact_path_leads_to_a_picture() {
        for path in [
            "/",
            "/..",
            "/../",
            "/../../etc/passwd",
            "/%2e%2e/%2e%2e/etc/passwd",
            "/etc/passwd",
            "//etc/passwd",
            "/C:/Windows/win.ini",
            "/..\\..\\secret",
            &format!("//{NAME}"),
            &format!("/./{NAME}"),
            &format!("/{NAME}/"),
            &format!("/{NAME}/../{NAME}"),
            &format!("/{NAME}?a=b"),
            &format!("/{NAME}%00"),
            &format!("/{NAME}.png"),
            &format!("/{}", NAME.to_uppercase()),
            &format!("/%30{}", &NAME[1..]),
            &format!("http://localhost/{NAME}"),
            NAME,
            "*",
        ] {
            let text = format!("GET {path} HTTP/1.1\r\n\r\n");
            assert_eq!(parse(text.as_bytes()), Some(Err(Refusal::NotFound)), "{path}");
        }
    }

    #[test]
    fn other_methods_and_other_texts_are_refused() {
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get", "PROPFIND"] {
            let text = format!("{method} /{NAME} HTTP/1.1\r\n\r\n");
            assert_eq!(parse(text.as_bytes()), Some(Err(Refusal::MethodNotAllowed)), "{method}");
        }
        for text in [
            &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
            b"GET / HTTP/9.9\r\n\r\n",
            b"GET /\0 HTTP/1.1\r\n\r\n",
            b"GET /a b HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
            b"GET / HTTP/1.1\r\nA: \0\r\n\r\n",
            b"\r\n\r\n\r\nGET\r\n\r\n",
        ] {
            let text_shown = String::from_utf8_lossy(text).into_owned();
            assert_eq!(parse(text), Some(Err(Refusal::BadRequest)), "{text_shown}");
        }
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(FIELDS + 1));
        assert_eq!(parse(many.as_bytes()), Some(Err(Refusal::HeadTooLarge)));
    }
}
