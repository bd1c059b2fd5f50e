//! The server's side of cameras that send Motion JPEG over HTTP.

use std::{
    thread,
    time::{Duration, Instant},
};

use crossbeam_channel::{Receiver, unbounded};
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder};

use crate::server::{Connection, Server, read_head, wait_for_end};

pub const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=frame\r\n\r\n";

/// Different images of 64x48, which are bluer the larger their number is.
pub fn jpeg(number: u8) -> Vec<u8> {
    let pixels = RgbImage::from_fn(64, 48, |x, y| Rgb([(x * 4) as u8, (y * 5) as u8, number * 60]));
    let mut bytes = vec![];
    JpegEncoder::new_with_quality(&mut bytes, 95)
        .write_image(&pixels, 64, 48, ExtendedColorType::Rgb8)
        .expect("an encoder that writes to memory");
    bytes
}

pub fn jpegs() -> [Vec<u8>; 3] {
    [1, 2, 3].map(jpeg)
}

/// A part as most cameras send it.
pub fn part(jpeg: &[u8]) -> Vec<u8> {
    let head = format!("--frame\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", jpeg.len());
    [head.as_bytes(), jpeg, b"\r\n"].concat()
}

/// Sends bytes. Returns whether the connection is still there.
pub fn send(connection: &mut dyn Connection, bytes: &[u8]) -> bool {
    connection.write_all(bytes).and_then(|()| connection.flush()).is_ok()
}

/// Sends images until the client closes the connection.
pub fn send_images(connection: &mut dyn Connection, head: &str, part: impl Fn(&[u8]) -> Vec<u8>) {
    let mut goes_on = send(connection, head.as_bytes());
    for jpeg in jpegs().iter().cycle() {
        goes_on = goes_on && send(connection, &part(jpeg));
        if !goes_on {
            return;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// A server that answers each request with this text and then waits.
pub fn answering(text: impl AsRef<[u8]> + Send + Sync + 'static) -> Server {
    Server::raw(move |connection| {
        read_head(connection);
        send(connection, text.as_ref());
        wait_for_end(connection);
    })
}

/// A server that answers each request with this text and closes the connection.
pub fn closing(text: impl AsRef<[u8]> + Send + Sync + 'static) -> Server {
    Server::raw(move |connection| {
        read_head(connection);
        send(connection, text.as_ref());
    })
}

/// A server that answers as [`answering`] does, and the times at which clients close their connections.
pub fn stalling(text: Vec<u8>) -> (Server, Receiver<Instant>) {
    let (closed, closes) = unbounded();
    let server = Server::raw(move |connection| {
        read_head(connection);
        send(connection, &text);
        wait_for_end(connection);
        let _ = closed.send(Instant::now());
    });
    (server, closes)
}

/// Answers that break off: in the header, before the first image, in it, and in the second one.
pub fn unfinished_answers() -> [Vec<u8>; 5] {
    let (first, second) = (part(&jpeg(1)), part(&jpeg(2)));
    let whole = [HEAD.as_bytes(), &first, &second[..500]].concat();
    [0, 20, HEAD.len(), HEAD.len() + 300, whole.len()].map(|length| whole[..length].to_vec())
}
