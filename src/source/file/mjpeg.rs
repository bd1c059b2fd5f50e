//! Raw Motion JPEG: a sequence of JPEGs without a container.

use std::ops::Range;

use bevy::math::UVec2;

use super::{
    clip::{Clip, DEFAULT_RATE, choose_rate},
    input::{Input, cut_short},
};
use crate::{
    device::NativeMode,
    error::MediaError,
    frame::{
        Frame, FramePool, MAX_FRAME_SIDE, PixelFormat,
        jpeg::{EOI, SOI, SOS, is_bare, is_frame_header, may_follow_scan},
    },
};

/// The largest size of a JPEG, in bytes.
const LONGEST_JPEG: u64 = 256 << 20;

#[derive(Debug)]
pub(super) struct Mjpeg {
    input: Input,
    mode: NativeMode,
    /// The current frame.
    picture: Option<Result<Range<u64>, MediaError>>,
}

impl Mjpeg {
    pub(super) fn open(mut input: Input, frame_rate: Option<f64>) -> Result<Self, MediaError> {
        // The first JPEG may be corrupt, or the file may start within it.
        let size = loop {
            match scan(&mut input)? {
                Some(Scanned { size: Some(size), extent: Ok(_) }) => break size,
                Some(_) => {}
                None => return Err(MediaError::data("the file has no valid JPEG; choose another")),
            }
        };
        input.seek(0)?;
        let frame_rate = choose_rate(frame_rate, DEFAULT_RATE);
        Ok(Self { input, mode: NativeMode { size, frame_rate, format: PixelFormat::Mjpeg }, picture: None })
    }
}

/// Whether another JPEG follows the first. Goes back to the start.
pub(super) fn is_stream(input: &mut Input) -> Result<bool, MediaError> {
    scan(input)?;
    let more = find_start(input)?;
    input.seek(0)?;
    Ok(more)
}

/// Whether a file starts like an HTTP camera's response: with a multipart boundary, or with the headers before it. Goes
/// back to the start.
pub(super) fn is_multipart(input: &mut Input) -> Result<bool, MediaError> {
    let mut start = [0; 1024];
    let known = input.read_up_to(&mut start)?;
    input.seek(0)?;
    let text = String::from_utf8_lossy(&start[..known]).to_ascii_lowercase();
    let text = text.trim_start();
    let begins = ["--", "http/", "content-type:"].iter().any(|known| text.starts_with(known));
    Ok(begins && (text.contains("image/jpeg") || text.contains("multipart/x-mixed-replace")))
}

impl Clip for Mjpeg {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn advance(&mut self) -> Result<bool, MediaError> {
        self.picture = scan(&mut self.input)?.map(|scanned| scanned.extent);
        Ok(self.picture.is_some())
    }

    fn load(&mut self, pool: &FramePool) -> Result<Option<Frame>, MediaError> {
        let Some(picture) = self.picture.take() else { return Ok(None) };
        let Range { start, end } = picture?;
        let behind = self.input.position();
        self.input.seek(start)?;
        let buffer = self.input.read_frame((end - start) as usize, pool)?;
        self.input.seek(behind)?;
        Ok(Some(Frame::packed(PixelFormat::Mjpeg, self.mode.size, buffer)))
    }

    fn rewind(&mut self) -> Result<(), MediaError> {
        self.picture = None;
        self.input.seek(0)
    }
}

/// The result of a search for a JPEG.
#[derive(Debug)]
struct Scanned {
    /// Its range in the file, or its defect.
    extent: Result<Range<u64>, MediaError>,
    /// Width and height from its frame header, in pixels.
    size: Option<UVec2>,
}

/// Finds the next JPEG by its markers, so that images within its segments (thumbnails) are skipped. `None` if none
/// starts before the file's end.
///
/// A JPEG without an end, but with image data, extends to the next JPEG or to the file's end: only a decoder can tell
/// whether its data is complete.
fn scan(input: &mut Input) -> Result<Option<Scanned>, MediaError> {
    if !find_start(input)? {
        return Ok(None);
    }
    let start = input.position() - 2;
    let mut size = None;
    let mut has_data = false;
    let extent = loop {
        if input.position() - start > LONGEST_JPEG {
            break Err(MediaError::data("a JPEG in the file has no end"));
        }
        let Some(marker) = marker(input)? else {
            break if has_data { Ok(start..input.position()) } else { Err(cut_short()) };
        };
        match marker {
            Marker::Code(EOI) => break Ok(start..input.position()),
            // The next one starts before this one ends: its end is lost.
            Marker::Code(SOI) => {
                let end = input.position() - 2;
                input.seek(end)?;
                break if has_data {
                    Ok(start..end)
                } else {
                    Err(MediaError::data(
                        "a JPEG in the file is cut short: the next one starts within its headers",
                    ))
                };
            }
            Marker::Code(code) if is_bare(code) => {}
            // Damaged data: no such segment follows a scan. Its length is meaningless.
            Marker::Code(code) if has_data && !may_follow_scan(code) => skip_scan(input)?,
            Marker::Code(code) => {
                let segment = input.position();
                let Some(length) = length(input)? else { break Err(cut_short()) };
                // A scan of four components, the maximum, has the longest header.
                if length < 2 || code == SOS && length > 14 {
                    // The next JPEG may start here.
                    input.seek(segment)?;
                    break Err(MediaError::data(
                        "a JPEG in the file is corrupt: a segment has an impossible length",
                    ));
                }
                if is_frame_header(code) && length >= 7 {
                    let Ok([_, h1, h0, w1, w0]) = input.read::<5>() else { break Err(cut_short()) };
                    let [width, height] =
                        [[w1, w0], [h1, h0]].map(|side| u32::from(u16::from_be_bytes(side)));
                    let believable = |side| (1..=MAX_FRAME_SIDE).contains(&side);
                    size = (believable(width) && believable(height)).then_some(UVec2::new(width, height));
                }
                input.seek(segment + length)?;
                if code == SOS {
                    has_data = true;
                    skip_scan(input)?;
                }
            }
            // Stray bytes: decoders skip them.
            Marker::None => _ = input.skip_to(0xff)?,
        }
    };
    Ok(Some(Scanned { extent, size }))
}

#[derive(Debug)]
enum Marker {
    Code(u8),
    /// The bytes here aren't a marker.
    None,
}

/// Reads a marker with any number of fill bytes (0xff). `None` at the file's end.
fn marker(input: &mut Input) -> Result<Option<Marker>, MediaError> {
    match input.byte()? {
        None => return Ok(None),
        Some(0xff) => {}
        Some(_) => return Ok(Some(Marker::None)),
    }
    loop {
        match input.byte()? {
            None => return Ok(None),
            Some(0xff) => {}
            Some(0) => return Ok(Some(Marker::None)),
            Some(code) => return Ok(Some(Marker::Code(code))),
        }
    }
}

/// Reads a segment's length, which includes its own two bytes. `None` at the file's end.
fn length(input: &mut Input) -> Result<Option<u64>, MediaError> {
    let (high, low) = (input.byte()?, input.byte()?);
    Ok(high.zip(low).map(|(high, low)| u64::from(u16::from_be_bytes([high, low]))))
}

/// Skips entropy-coded data, to just before the next marker or to the file's end.
fn skip_scan(input: &mut Input) -> Result<(), MediaError> {
    while input.find(0xff)? {
        loop {
            match input.byte()? {
                None => return Ok(()),
                // Fill bytes before a marker.
                Some(0xff) => {}
                // A stuffed 0xff, or a restart marker: the data continues.
                Some(0) => break,
                Some(code) if is_bare(code) => break,
                Some(_) => return input.seek(input.position() - 2),
            }
        }
    }
    Ok(())
}

/// Seeks to just after the next SOI that another marker follows. Returns `false` if there is none.
fn find_start(input: &mut Input) -> Result<bool, MediaError> {
    while input.find(0xff)? {
        loop {
            match input.byte()? {
                Some(SOI) if matches!(input.peek()?, Some(0xff) | None) => return Ok(true),
                Some(0xff) => {}
                _ => break,
            }
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    /// The bytes of a JPEG without an image, with everything that can mislead a search for its end.
    fn tricky(width: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, SOI];
        let mut segment = |code: u8, data: &[u8]| {
            bytes.extend([0xff, 0xff, code]);
            bytes.extend((data.len() as u16 + 2).to_be_bytes());
            bytes.extend(data);
        };
        // A thumbnail with its own start and end.
        segment(0xe1, &[0xff, SOI, 0xff, EOI, 0xff, SOI]);
        let [high, low] = width.to_be_bytes();
        segment(0xc0, &[8, 0, 16, high, low, 1, 1, 0x11, 0]);
        segment(SOS, &[1, 1, 0, 0, 63, 0]);
        bytes.extend([1, 0xff, 0, 0xd8, 0xff, 0xd0, 2, 0xff, 0xd7, 3]);
        // A second scan, as in progressive JPEGs, after tables.
        bytes.extend([0xff, 0xc4, 0, 4, 0xff, EOI, 0xff, SOS, 0, 2, 7, 0xff, 0, 0xff, 0xff, EOI]);
        bytes
    }

    fn input(bytes: &[u8]) -> (Input, tempfile::NamedTempFile) {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), bytes).expect("a temporary file");
        (Input::open(file.path()).expect("a file that was just written"), file)
    }

    #[test]
    fn pictures_are_split_at_their_real_ends() {
        let pictures = [tricky(320), tricky(640), tricky(32)];
        let bytes = [&pictures[0][..], b"\0junk\xff", &pictures[1], &pictures[2], b"\n"].concat();
        let (input, _file) = input(&bytes);
        let mut clip = Mjpeg::open(input, None).expect("a stream of three");
        assert_eq!(clip.mode().size, UVec2::new(320, 16));
        let pool = FramePool::default();
        for _ in 0..2 {
            for picture in &pictures {
                assert_eq!(clip.advance(), Ok(true));
                let frame = clip.load(&pool).expect("a good frame").expect("a new frame");
                assert_eq!(*frame.buffer, **picture);
            }
            assert_eq!(clip.advance(), Ok(false));
            clip.rewind().expect("a file");
        }
    }

    #[test]
    fn skipped_pictures_are_counted_as_well() {
        let bytes = [tricky(1), tricky(2), tricky(3)].concat();
        let (input, _file) = input(&bytes);
        let mut clip = Mjpeg::open(input, Some(10.0)).expect("a stream of three");
        assert_eq!((clip.advance(), clip.advance(), clip.advance()), (Ok(true), Ok(true), Ok(true)));
        let frame = clip.load(&FramePool::default()).expect("a good frame").expect("a new frame");
        assert_eq!(*frame.buffer, *tricky(3));
        assert_eq!(clip.mode().frame_rate, 10.0);
    }

    #[test]
    fn one_that_is_broken_does_not_hide_the_next() {
        let good = tricky(8);
        for cut in 3..good.len() - 1 {
            let (input, _file) = input(&[&good[..], &good[..cut], &good].concat());
            let mut clip = Mjpeg::open(input, None).expect("a stream that begins well");
            let pool = FramePool::default();
            let mut loaded = vec![];
            while clip.advance().expect("a file that can be read") {
                loaded.push(clip.load(&pool).map(|frame| frame.map(|frame| frame.buffer.to_vec())));
            }
            assert_eq!(loaded[0], Ok(Some(good.clone())), "cut at {cut}");
            // If it is cut within a segment, it swallows the start of the next, which is lost too.
            assert!(loaded.len() >= 2, "cut at {cut}");
            for result in &loaded[1..] {
                match result {
                    // A decoder detects that its data is truncated.
                    Ok(frame) => assert!(frame.as_ref().is_some_and(|frame| {
                        frame.ends_with(&[0xff, EOI]) || frame.starts_with(&good[..cut])
                    })),
                    Err(error) => assert_eq!(error.name, ErrorName::Data),
                }
            }
        }
    }

    #[test]
    fn a_thumbnail_makes_no_stream_of_a_picture() {
        let (mut one, _file) = input(&tricky(8));
        assert_eq!(is_stream(&mut one), Ok(false));
        let (mut two, _file) = input(&[tricky(8), tricky(8)].concat());
        assert_eq!((is_stream(&mut two), two.position()), (Ok(true), 0));
    }

    /// All JPEGs that can be decoded.
    fn good(bytes: &[u8]) -> Vec<Vec<u8>> {
        let (input, _file) = input(bytes);
        let mut clip = Mjpeg::open(input, None).expect("a stream with a good JPEG");
        let pool = FramePool::default();
        let mut good = vec![];
        while clip.advance().expect("a file that can be read") {
            good.extend(clip.load(&pool).ok().flatten().map(|frame| frame.buffer.to_vec()));
        }
        good
    }

    #[test]
    fn a_broken_first_one_does_not_decide_the_size() {
        let (broken, next) = (&tricky(320)[..27], tricky(640));
        let (input, _file) = input(&[broken, &next].concat());
        let clip = Mjpeg::open(input, None).expect("the second is good");
        assert_eq!(clip.mode().size, UVec2::new(640, 16));
        assert_eq!(good(&[broken, &next].concat()), [next]);
    }

    #[test]
    fn a_stream_may_begin_within_a_jpeg() {
        let (before, next) = (tricky(320), tricky(640));
        for begin in before.len() - 30..before.len() {
            assert_eq!(
                good(&[&before[begin..], &next, &next].concat()),
                [next.clone(), next.clone()],
                "{begin}"
            );
        }
    }

    #[test]
    fn one_without_its_end_reaches_to_the_next_or_to_the_files_end() {
        let whole = tricky(320);
        let endless = &whole[..whole.len() - 2];
        assert_eq!(good(&[endless, &whole, endless].concat()), [endless, &whole, endless]);
    }

    #[test]
    fn stray_bytes_between_segments_and_damaged_data_lose_no_more_than_one() {
        let whole = tricky(320);
        let stray = [&whole[..13], &[0, 0, 7], &whole[13..]].concat();
        assert_eq!(good(&[&stray[..], &whole].concat()), [stray, whole.clone()]);
        // A marker that is invalid here, with a length that points past the next JPEG.
        let data = whole.len() - 3;
        let damaged = [&whole[..data], &[0xff, 0x3c, 0x01, 0x00], &whole[data..]].concat();
        assert_eq!(good(&[&damaged[..], &whole].concat()), [damaged, whole]);
    }

    #[test]
    fn multipart_streams_are_those_of_http_cameras() {
        let head = "Content-Type: image/jpeg\r\nContent-Length: 75\r\n\r\n";
        let stream = |boundary: &str| {
            let part = [format!("{boundary}\r\n{head}").as_bytes(), &tricky(320), b"\r\n"].concat();
            [&part[..], &part, format!("{boundary}--\r\n").as_bytes()].concat()
        };
        let answer = b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace;boundary=x\r\n\r\n";
        for bytes in [stream("--x"), stream("\r\n--myboundary"), [&answer[..], &stream("--x")].concat()] {
            let (mut input, _file) = input(&bytes);
            assert_eq!((is_multipart(&mut input), input.position()), (Ok(true), 0));
            assert_eq!(good(&bytes), [tricky(320), tricky(320)]);
        }
        for other in
            [&b"-- a comment in a text\n"[..], b"an image/jpeg", b"", b"--x\r\nContent-Type: text/plain"]
        {
            let (mut input, _file) = input(other);
            assert_eq!(is_multipart(&mut input), Ok(false));
        }
    }
}
