//! The parts of an endless answer (`multipart/x-mixed-replace`), read as cameras really write them.
//!
//! The format is that of [RFC 2046](https://www.rfc-editor.org/rfc/rfc2046#section-5.1), but cameras take liberties: the
//! boundary has its dashes in the header already, lines end with LF alone, lengths are missing or wrong. So a part ends
//! where its length says if a JPEG ends there, else at the next boundary, or without a length where its JPEG ends.

use std::ops::Range;

use crate::{
    error::MediaError,
    frame::jpeg::{EOI, Markers},
};

/// The longest part, in bytes.
const LONGEST_PART: usize = 64 << 20;
/// The longest text before the first boundary, and the longest headers of a part, in bytes.
const LONGEST_HEADERS: usize = 16 << 10;
/// The longest rest of a boundary's line, and the longest padding after a JPEG, in bytes.
const LONGEST_PADDING: usize = 4 << 10;

/// Splits an answer into its parts, as its bytes arrive.
#[derive(Debug)]
pub(super) struct Multipart {
    /// The boundary in the header of the answer, without dashes around it. Empty if there is none.
    boundary: String,
    /// The line before each part, as the server writes it. Empty before the first.
    delimiter: Vec<u8>,
    /// The bytes that were not consumed yet.
    buffer: Vec<u8>,
    /// The number of bytes to drop from the buffer first: those of the last part.
    consumed: usize,
    state: State,
    search: Search,
    /// The number of bytes that were dropped since the last part.
    dropped: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The first boundary hasn't arrived.
    Preamble,
    /// After a part.
    Boundary,
    Headers,
    /// The declared length, and whether the part is an image.
    Body(Option<usize>, bool),
    Ended,
}

/// The progress of a search for the delimiter.
#[derive(Debug, Clone, Copy)]
struct Search {
    position: usize,
    /// Whether a line begins at the position.
    begins_line: bool,
}

impl Search {
    const START: Self = Self { position: 0, begins_line: true };
}

/// The next finding in an answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An image, at this place of [`Multipart::bytes`].
    Image(Range<usize>),
    /// A part was dropped for this reason.
    Flaw(MediaError),
    /// More bytes are needed.
    Nothing,
    /// The server says that this was the last part.
    End,
}

impl Multipart {
    /// `boundary` is that of the answer's header, which may be missing.
    pub(super) fn new(boundary: Option<&str>) -> Self {
        Self {
            boundary: boundary.unwrap_or_default().trim_matches('-').to_owned(),
            delimiter: Vec::new(),
            buffer: Vec::new(),
            consumed: 0,
            state: State::Preamble,
            search: Search::START,
            dropped: 0,
        }
    }

    /// Adds bytes that arrived.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.consume(0);
        self.buffer.extend_from_slice(bytes);
    }

    /// Whether a part has begun.
    pub(super) fn is_within_part(&self) -> bool {
        matches!(self.state, State::Body(..)) && self.buffer.len() > self.consumed
    }

    /// The bytes at a place that was found last.
    pub(super) fn bytes(&self, place: Range<usize>) -> &[u8] {
        self.buffer.get(place).unwrap_or_default()
    }

    /// Goes on to the next part.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if the answer isn't multipart.
    pub(super) fn find_next(&mut self) -> Result<Found, MediaError> {
        self.consume(0);
        loop {
            let goes_on = match self.state {
                State::Preamble => self.find_first_boundary()?,
                State::Boundary => self.find_boundary()?,
                State::Headers => self.read_headers()?,
                State::Body(length, is_image) => match self.find_end(length) {
                    Some((end, next)) => {
                        self.enter(State::Boundary);
                        self.consumed = next;
                        self.dropped = 0;
                        if is_image && end > 0 {
                            return Ok(Found::Image(0..end));
                        }
                        self.consume(0);
                        true
                    }
                    None if self.buffer.len() > LONGEST_PART => {
                        self.buffer = Vec::new();
                        self.enter(State::Boundary);
                        return Ok(Found::Flaw(MediaError::data(format!(
                            "a part of the answer has no end within {LONGEST_PART} bytes"
                        ))));
                    }
                    None => false,
                },
                State::Ended => return Ok(Found::End),
            };
            if !goes_on {
                return Ok(Found::Nothing);
            }
        }
    }

    /// Drops the bytes of the last part, and this many more.
    fn consume(&mut self, more: usize) {
        let count = std::mem::take(&mut self.consumed) + more;
        if count > 0 {
            self.buffer.drain(..count);
        }
    }

    fn enter(&mut self, state: State) {
        self.state = state;
        self.search = Search::START;
    }

    /// Takes the next line, without its end. `None` if it isn't complete.
    fn take_line(&mut self) -> Option<Vec<u8>> {
        let end = self.buffer.iter().position(|byte| *byte == b'\n')?;
        let line = self.buffer[..end].trim_ascii_end().to_vec();
        self.consume(end + 1);
        self.dropped += end + 1;
        Some(line)
    }

    /// Finds the first boundary: a line that begins with two dashes, or that is the boundary of the header.
    fn find_first_boundary(&mut self) -> Result<bool, MediaError> {
        while self.dropped <= LONGEST_HEADERS {
            let Some(line) = self.take_line() else {
                if self.buffer.len() > LONGEST_HEADERS {
                    break;
                }
                return Ok(false);
            };
            let is_named = !self.boundary.is_empty()
                && String::from_utf8_lossy(&line).trim_matches('-') == self.boundary;
            if is_named || (line.len() > 2 && line.starts_with(b"--")) {
                self.delimiter = line;
                self.enter(State::Headers);
                self.dropped = 0;
                return Ok(true);
            }
        }
        Err(MediaError::data("the answer has no boundary, so it isn't multipart"))
    }

    /// Finds the boundary after a part. Bytes before it are dropped.
    fn find_boundary(&mut self) -> Result<bool, MediaError> {
        let Some(at) = self.find_delimiter() else {
            let Search { position, begins_line } = self.search;
            self.consume(position);
            self.search = Search { position: 0, begins_line };
            self.dropped += position;
            if self.dropped > LONGEST_PART {
                return Err(MediaError::data("the answer has no boundaries any more"));
            }
            return Ok(false);
        };
        let rest = &self.buffer[at + self.delimiter.len()..];
        if rest.starts_with(b"--") {
            self.enter(State::Ended);
            return Ok(true);
        }
        match rest.iter().position(|byte| *byte == b'\n') {
            // It may become the mark of the end.
            _ if rest == b"-" => Ok(false),
            Some(end) => {
                self.consume(at + self.delimiter.len() + end + 1);
                self.enter(State::Headers);
                self.dropped = 0;
                Ok(true)
            }
            None if rest.len() > LONGEST_PADDING => {
                self.search = Search { position: at + 1, begins_line: false };
                Ok(true)
            }
            None => Ok(false),
        }
    }

    fn read_headers(&mut self) -> Result<bool, MediaError> {
        let mut rest = &self.buffer[..];
        let (mut length, mut is_image) = (None, true);
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let line = String::from_utf8_lossy(&rest[..end]);
            rest = &rest[end + 1..];
            if line.trim().is_empty() {
                let headers = self.buffer.len() - rest.len();
                self.consume(headers);
                self.enter(State::Body(length, is_image));
                return Ok(true);
            }
            let Some((name, value)) = line.split_once(':') else { continue };
            match name.trim().to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse::<usize>().ok().filter(|length| *length > 0),
                "content-type" => {
                    let media_type = value.trim().to_ascii_lowercase();
                    is_image = media_type.is_empty() || media_type.starts_with("image/");
                }
                _ => {}
            }
        }
        if self.buffer.len() > LONGEST_HEADERS {
            return Err(MediaError::data("the headers of a part of the answer have no end"));
        }
        Ok(false)
    }

    /// Finds the end of the body at the start of the buffer, and the place from which the next boundary is searched.
    fn find_end(&mut self, length: Option<usize>) -> Option<(usize, usize)> {
        if let Some(length) = length
            && let Some(end) = self.buffer.get(..length).and_then(jpeg_end)
        {
            return Some((end, length));
        }
        if let Some(at) = self.find_delimiter() {
            let body = &self.buffer[..at];
            let body = body.strip_suffix(b"\n").unwrap_or(body);
            let body = body.strip_suffix(b"\r").unwrap_or(body);
            return Some((body.len(), at));
        }
        // Waiting for the next boundary would delay the image until the next one comes.
        let has_length = length.is_some_and(|length| length >= self.buffer.len());
        let end = if has_length { None } else { jpeg_end(&self.buffer) };
        end.map(|end| (end, end))
    }

    /// Finds the next line that begins with the delimiter.
    fn find_delimiter(&mut self) -> Option<usize> {
        let Search { position, begins_line } = &mut self.search;
        loop {
            let rest = &self.buffer[*position..];
            if std::mem::take(begins_line) {
                let known = rest.len().min(self.delimiter.len());
                if rest[..known] == self.delimiter[..known] {
                    match rest.get(self.delimiter.len()) {
                        Some(b'\r' | b'\n' | b'-' | b' ' | b'\t') => {
                            *begins_line = true;
                            return Some(*position);
                        }
                        Some(_) => {}
                        // More bytes decide.
                        None => {
                            *begins_line = true;
                            return None;
                        }
                    }
                }
            }
            match rest.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    *position += end + 1;
                    *begins_line = true;
                }
                None => {
                    *position = self.buffer.len();
                    return None;
                }
            }
        }
    }
}

/// The end of the JPEG, or of the JPEGs of two fields, that these bytes are. Zeros and line breaks after it are
/// padding. `None` if they end otherwise: within a JPEG, or within an image in one of its segments (a thumbnail).
fn jpeg_end(bytes: &[u8]) -> Option<usize> {
    let is_padding = |byte: &u8| matches!(byte, 0 | b'\r' | b'\n');
    let padding = bytes.iter().rev().take(LONGEST_PADDING).take_while(|byte| is_padding(byte)).count();
    let end = bytes.len() - padding;
    // Most pieces of a JPEG end otherwise, and need no search for markers.
    if !bytes[..end].ends_with(&[0xff, EOI]) {
        return None;
    }
    let last = Markers::new(&bytes[..end]).last()?;
    (last.code == EOI && last.end == end).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    /// A JPEG with the mark of an end within a segment, and with line breaks.
    fn jpeg(number: u8) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1, 0, 8, 0xff, EOI, b'\r', b'\n', b'-', b'-'];
        bytes.extend([0xff, 0xda, 0, 3, 9, number, b'\n', b'-', b'-', b'x', 0xff, 0, 0xff, EOI]);
        bytes
    }

    /// All images of an answer that arrives in pieces of this length, until it ends.
    fn images_in_pieces(
        boundary: Option<&str>,
        answer: &[u8],
        piece: usize,
    ) -> Result<Vec<Vec<u8>>, MediaError> {
        let mut parts = Multipart::new(boundary);
        let mut images = vec![];
        for piece in answer.chunks(piece) {
            parts.push(piece);
            loop {
                match parts.find_next()? {
                    Found::Image(place) => images.push(parts.bytes(place).to_vec()),
                    Found::Nothing => break,
                    Found::End => return Ok(images),
                    Found::Flaw(error) => return Err(error),
                }
            }
        }
        Ok(images)
    }

    /// The images of an answer, which don't depend on the pieces that it arrives in.
    #[track_caller]
    fn images(boundary: Option<&str>, answer: &[u8]) -> Vec<Vec<u8>> {
        let whole = images_in_pieces(boundary, answer, answer.len()).expect("an answer of parts");
        for piece in [1, 2, 3, 7, 11] {
            let pieces = images_in_pieces(boundary, answer, piece).expect("an answer of parts");
            assert_eq!(pieces, whole, "in pieces of {piece}");
        }
        whole
    }

    /// An answer of three images, each with this text before it and after it.
    fn answer(before: impl Fn(&[u8]) -> String, after: &str) -> Vec<u8> {
        let part = |number| {
            let jpeg = jpeg(number);
            [before(&jpeg).as_bytes(), &jpeg, after.as_bytes()].concat()
        };
        [part(1), part(2), part(3)].concat()
    }

    fn three() -> Vec<Vec<u8>> {
        vec![jpeg(1), jpeg(2), jpeg(3)]
    }

    #[test]
    fn boundaries_have_their_dashes_in_the_header_or_not() {
        for (declared, written) in [
            (Some("frame"), "--frame"),
            (Some("--frame"), "--frame"),
            (Some("--frame"), "----frame"),
            (Some("frame--"), "--frame--"),
            (Some("frame"), "frame"),
            (Some("other"), "--frame"),
            (None, "--frame"),
        ] {
            for end in ["\r\n", "\n"] {
                let before = |jpeg: &[u8]| {
                    let length = jpeg.len();
                    format!("{written}{end}Content-Type: image/jpeg{end}Content-Length: {length}{end}{end}")
                };
                let bytes = answer(before, end);
                assert_eq!(images(declared, &bytes), three(), "{declared:?} {written} {end:?}");
                let before = |_: &[u8]| format!("{written}{end}content-type:image/jpeg{end}{end}");
                let bytes = answer(before, end);
                assert_eq!(
                    images(declared, &bytes),
                    three(),
                    "{declared:?} {written} {end:?} without lengths"
                );
            }
        }
    }

    #[test]
    fn lengths_that_are_wrong_lose_no_image() {
        for length in
            ["0", "1", "8", "25", "27", "1000", "18446744073709551615", "999999999999999999999999", "-3", "x"]
        {
            let before = |_: &[u8]| format!("--b\r\nContent-Length: {length}\r\n\r\n");
            let mut bytes = answer(before, "\r\n");
            bytes.extend(b"--b\r\n");
            assert_eq!(images(Some("b"), &bytes), three(), "{length}");
        }
    }

    #[test]
    fn an_image_is_there_as_soon_as_its_last_byte() {
        for header in ["", "Content-Length: 26\r\n", "Content-Length: 7\r\n"] {
            let mut parts = Multipart::new(Some("b"));
            let bytes = [format!("--b\r\n{header}\r\n").as_bytes(), &jpeg(7)].concat();
            for byte in &bytes[..bytes.len() - 1] {
                parts.push(&[*byte]);
                assert_eq!(parts.find_next(), Ok(Found::Nothing), "{header}");
            }
            assert!(parts.is_within_part());
            parts.push(&bytes[bytes.len() - 1..]);
            let Ok(Found::Image(place)) = parts.find_next() else { panic!("{header}") };
            assert_eq!(parts.bytes(place), jpeg(7), "{header}");
            assert!(!parts.is_within_part());
        }
    }

    #[test]
    fn fields_padding_and_a_missing_end_belong_to_the_image() {
        let fields = [jpeg(1), jpeg(2)].concat();
        let padded = [&jpeg(3)[..], &[0; 9]].concat();
        let endless = &jpeg(4)[..20];
        let part =
            |body: &[u8], header: &str| [format!("--b\r\n{header}\r\n").as_bytes(), body, b"\r\n"].concat();
        let bytes = [
            part(&fields, &format!("Content-Length: {}\r\n", fields.len())),
            part(&padded, &format!("Content-Length: {}\r\n", padded.len())),
            part(endless, ""),
            part(endless, &format!("Content-Length: {}\r\n", endless.len())),
            b"--b--\r\n".to_vec(),
        ]
        .concat();
        assert_eq!(images(Some("b"), &bytes), [&fields[..], &jpeg(3), endless, endless]);
    }

    #[test]
    fn other_parts_empty_parts_and_stray_bytes_are_skipped() {
        let bytes = [
            b"HTTP cameras greet\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nan image follows\r\n".to_vec(),
            b"--b\r\nContent-Type: image/jpeg\r\nContent-Length: 0\r\n\r\n\r\n".to_vec(),
            b"--b\r\nContent-Type: image/jpeg\r\n\r\n--b\r\nno header\r\ncontent-length : 26\r\n\r\n"
                .to_vec(),
            jpeg(1),
            b"stray\r\n--bb\r\n\xff\xd8--b\r\n\n--b \r\n\r\n".to_vec(),
            jpeg(2),
            b"\r\n--b--\r\n--b\r\n\r\n".to_vec(),
            jpeg(3),
        ]
        .concat();
        assert_eq!(images(Some("b"), &bytes), [jpeg(1), jpeg(2)], "the third comes after the end");
    }

    #[test]
    fn answers_that_are_no_parts_are_errors_within_a_limit() {
        for bytes in [&b"no boundary"[..], b"line\n", b"\xff\xd8", b"--b\r\nheader"] {
            let endless = if bytes.starts_with(b"--b") {
                [bytes, &[b'x'; LONGEST_HEADERS * 2]].concat()
            } else {
                bytes.repeat(LONGEST_HEADERS)
            };
            let error = images_in_pieces(Some("b"), &endless, 1000).expect_err("it has no end");
            assert_eq!(error.name, ErrorName::Data, "{error}");
        }
    }

    #[test]
    fn a_part_without_end_is_dropped_and_the_next_is_found() {
        let mut parts = Multipart::new(Some("b"));
        parts.push(b"--b\r\nContent-Length: 99999999999\r\n\r\n");
        let junk = vec![7; 1 << 20];
        let mut found = Found::Nothing;
        for _ in 0..=LONGEST_PART / junk.len() {
            assert_eq!(found, Found::Nothing);
            parts.push(&junk);
            found = parts.find_next().expect("a part");
        }
        assert!(matches!(found, Found::Flaw(error) if error.name == ErrorName::Data));
        assert!(parts.buffer.is_empty(), "its memory is free");
        parts.push(&[&b"\r\n--b\r\n\r\n"[..], &jpeg(5)].concat());
        let Ok(Found::Image(place)) = parts.find_next() else { panic!("the next image") };
        assert_eq!(parts.bytes(place), jpeg(5));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic() {
        let good = answer(|jpeg| format!("--b\r\nContent-Length: {}\r\n\r\n", jpeg.len()), "\r\n");
        for position in 0..good.len() {
            for byte in [0, b'\n', b'-', 0xff] {
                let mut bytes = good.clone();
                bytes[position] = byte;
                let _ = images_in_pieces(Some("b"), &bytes, 5);
            }
            let _ = images_in_pieces(Some("b"), &good[position..], 64);
        }
    }
}
