//! Motion JPEG with nothing around it: one JPEG behind the other.

use std::ops::Range;

use bevy::math::UVec2;

use super::{
    clip::{Clip, DEFAULT_RATE, choose_rate},
    input::{Input, cut_short},
};
use crate::{
    device::NativeMode,
    error::MediaError,
    frame::{Frame, FramePool, MAX_FRAME_SIDE, PixelFormat},
};

/// No JPEG of a camera's is longer, in bytes.
const LONGEST_JPEG: u64 = 256 << 20;

// Markers of ITU-T T.81, table B.1: the byte behind 0xff.
const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const TEM: u8 = 0x01;

#[derive(Debug)]
pub(super) struct Mjpeg {
    input: Input,
    mode: NativeMode,
    /// The picture gone to.
    picture: Option<Result<Range<u64>, MediaError>>,
}

impl Mjpeg {
    pub(super) fn open(mut input: Input, frame_rate: Option<f64>) -> Result<Self, MediaError> {
        let size = match scan(&mut input)? {
            Some(Scanned { size: Some(size), .. }) => size,
            _ => return Err(MediaError::data("the first JPEG in it is broken: it has no size")),
        };
        input.seek(0)?;
        let frame_rate = choose_rate(frame_rate, DEFAULT_RATE);
        Ok(Self { input, mode: NativeMode { size, frame_rate, format: PixelFormat::Mjpeg }, picture: None })
    }
}

/// Whether a file that begins with a JPEG has another one behind it. Goes back to the beginning.
pub(super) fn is_stream(input: &mut Input) -> Result<bool, MediaError> {
    scan(input)?;
    let more = find_start(input)?;
    input.seek(0)?;
    Ok(more)
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

/// A JPEG that was found.
#[derive(Debug)]
struct Scanned {
    /// Where it lies in the file; or what is wrong with it.
    extent: Result<Range<u64>, MediaError>,
    /// Width and height, as its frame header says.
    size: Option<UVec2>,
}

/// Finds the next JPEG, from its first marker to its last, by going from marker to marker: pictures within its
/// segments (thumbnails) aren't taken for the next. [`None`] where none begins before the file's end.
fn scan(input: &mut Input) -> Result<Option<Scanned>, MediaError> {
    if !find_start(input)? {
        return Ok(None);
    }
    let start = input.position() - 2;
    let mut size = None;
    let extent = loop {
        if input.position() - start > LONGEST_JPEG {
            break Err(MediaError::data("a JPEG in it has no end"));
        }
        let Some(marker) = marker(input)? else { break Err(cut_short()) };
        match marker {
            Marker::Code(EOI) => break Ok(start..input.position()),
            // The next one begins before this has ended: the end was lost.
            Marker::Code(SOI) => {
                input.seek(input.position() - 2)?;
                break Err(MediaError::data("a JPEG in it has no end"));
            }
            Marker::Code(TEM | 0xd0..=0xd7) => {}
            Marker::Code(code) => {
                let segment = input.position();
                let Some(length) = length(input)? else { break Err(cut_short()) };
                if length < 2 {
                    break Err(MediaError::data(
                        "a JPEG in it is broken: a segment is shorter than its length",
                    ));
                }
                // Frame headers, but not DHT, JPG and DAC, which lie among them.
                if matches!(code, 0xc0..=0xcf) && !matches!(code, 0xc4 | 0xc8 | 0xcc) && length >= 7 {
                    let Ok([_, h1, h0, w1, w0]) = input.read::<5>() else { break Err(cut_short()) };
                    let [width, height] =
                        [[w1, w0], [h1, h0]].map(|side| u32::from(u16::from_be_bytes(side)));
                    let believable = |side| (1..=MAX_FRAME_SIDE).contains(&side);
                    size = (believable(width) && believable(height)).then_some(UVec2::new(width, height));
                }
                input.seek(segment + length)?;
                if code == SOS && !skip_scan(input)? {
                    break Err(cut_short());
                }
            }
            Marker::None => {
                break Err(MediaError::data("a JPEG in it is broken: no marker where one should be"));
            }
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

/// Reads a marker; any number of 0xff may stand before its code. [`None`] at the file's end.
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

/// Reads a segment's length, its own two bytes included. [`None`] at the file's end.
fn length(input: &mut Input) -> Result<Option<u64>, MediaError> {
    let (high, low) = (input.byte()?, input.byte()?);
    Ok(high.zip(low).map(|(high, low)| u64::from(u16::from_be_bytes([high, low]))))
}

/// Goes over entropy-coded data to just before the marker behind it. `false` where there is none.
fn skip_scan(input: &mut Input) -> Result<bool, MediaError> {
    loop {
        if !input.find(0xff)? {
            return Ok(false);
        }
        loop {
            match input.byte()? {
                None => return Ok(false),
                // Fill bytes before a marker.
                Some(0xff) => {}
                // A stuffed 0xff, or a restart: the data goes on.
                Some(0 | 0xd0..=0xd7) => break,
                Some(_) => {
                    input.seek(input.position() - 2)?;
                    return Ok(true);
                }
            }
        }
    }
}

/// Goes to just behind the next start of a JPEG. `false` where there is none.
fn find_start(input: &mut Input) -> Result<bool, MediaError> {
    while input.find(0xff)? {
        loop {
            match input.byte()? {
                Some(SOI) => return Ok(true),
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

    /// The bytes of a JPEG that has no picture, but all that can mislead whoever looks for its end.
    fn tricky(width: u16) -> Vec<u8> {
        let mut bytes = vec![0xff, SOI];
        let mut segment = |code: u8, data: &[u8]| {
            bytes.extend([0xff, 0xff, code]);
            bytes.extend((data.len() as u16 + 2).to_be_bytes());
            bytes.extend(data);
        };
        // A thumbnail with a start and an end of its own.
        segment(0xe1, &[0xff, SOI, 0xff, EOI, 0xff, SOI]);
        let [high, low] = width.to_be_bytes();
        segment(0xc0, &[8, 0, 16, high, low, 1, 1, 0x11, 0]);
        segment(SOS, &[1, 1, 0, 0, 63, 0]);
        bytes.extend([1, 0xff, 0, 0xd8, 0xff, 0xd0, 2, 0xff, 0xd7, 3]);
        // A second scan, as progressive ones have, with tables before it.
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
                let frame = clip.load(&pool).expect("a good picture").expect("a new picture");
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
        let frame = clip.load(&FramePool::default()).expect("a good picture").expect("a new picture");
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
            // A cut within a segment makes it swallow the beginning of the next, which is lost with it.
            assert!(loaded.len() >= 2, "cut at {cut}");
            for result in &loaded[1..] {
                match result {
                    Ok(frame) => assert!(frame.as_ref().is_some_and(|frame| frame.ends_with(&[0xff, EOI]))),
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
}
