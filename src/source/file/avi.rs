//! AVI, as far as Motion JPEG needs it: RIFF chunks, of which some are lists of others.

use bevy::math::UVec2;

use super::{
    clip::{Clip, choose_rate},
    input::{Input, cut_short},
};
use crate::{
    device::NativeMode,
    error::MediaError,
    frame::{Frame, FramePool, MAX_FRAME_SIDE, PixelFormat},
};

/// No picture's chunk is longer, in bytes.
const LONGEST_CHUNK: u32 = 256 << 20;

/// What makers of cameras and programs have called Motion JPEG.
const MOTION_JPEG: [&[u8; 4]; 6] = [b"MJPG", b"AVRN", b"DMB1", b"JPEG", b"IJPG", b"ADJV"];

#[derive(Debug)]
pub(super) struct Avi {
    input: Input,
    mode: NativeMode,
    /// The first two letters of the video's chunks: the number of its stream.
    stream: [u8; 2],
    /// Where the first list of pictures begins.
    first: u64,
    /// The length of the picture that is at this place in the file.
    picture: Option<u32>,
}

/// The head of a chunk; its data is what comes next in the file.
#[derive(Debug, Clone, Copy)]
struct Chunk {
    id: [u8; 4],
    len: u32,
}

/// What the headers say of the video.
#[derive(Debug)]
struct Video {
    stream: usize,
    size: UVec2,
    rate: f64,
}

impl Avi {
    pub(super) fn open(mut input: Input, frame_rate: Option<f64>) -> Result<Self, MediaError> {
        let video = read_headers(&mut input)?;
        let UVec2 { x: width, y: height } = video.size;
        if video.size.min_element() == 0 || video.size.max_element() > MAX_FRAME_SIDE {
            return Err(MediaError::data(format!(
                "the AVI says {width}x{height} pixels, which can't be: each side must be 1 to {MAX_FRAME_SIDE}"
            )));
        }
        let [tens, ones] = [video.stream / 10, video.stream % 10].map(|digit| b'0' + digit as u8);
        Ok(Self {
            first: input.position(),
            input,
            mode: NativeMode {
                size: video.size,
                frame_rate: choose_rate(frame_rate, video.rate),
                format: PixelFormat::Mjpeg,
            },
            stream: [tens, ones],
            picture: None,
        })
    }

    /// Goes over the rest of a chunk. Chunks begin at even places.
    fn skip(&mut self, len: u32) -> Result<(), MediaError> {
        self.input.skip(u64::from(len) + u64::from(len % 2))
    }
}

/// Reads the head of the next chunk and goes into it if it is a list that has others in it. The lengths of lists are
/// not needed for that, which is as well: those of recordings that were broken off are wrong.
fn next_chunk(input: &mut Input) -> Result<Option<Chunk>, MediaError> {
    loop {
        if input.left() < 8 {
            return Ok(None);
        }
        let id = input.read::<4>()?;
        let len = u32::from_le_bytes(input.read::<4>()?);
        if id == *b"RIFF" || id == *b"LIST" {
            let kind = input.read::<4>()?;
            if kind == *b"movi" {
                return Ok(Some(Chunk { id: kind, len }));
            }
            continue;
        }
        // Nothing but padding, as some recorders leave behind the last chunk.
        if id == [0; 4] {
            return Ok(None);
        }
        // Names are letters, digits and blanks. Anything else says that this isn't where a chunk begins.
        if !id.iter().all(|byte| (b' '..=b'~').contains(byte)) {
            return Err(MediaError::data("the AVI is broken: no chunk begins where one should"));
        }
        return Ok(Some(Chunk { id, len }));
    }
}

/// Reads up to where the pictures begin.
fn read_headers(input: &mut Input) -> Result<Video, MediaError> {
    let mut streams = 0;
    let mut microseconds_per_frame = 0;
    // The rate of the stream whose header was read last, if it is a video.
    let mut rate = None;
    let mut found = None;
    let mut other = None;
    while let Some(Chunk { id, len }) = next_chunk(input)? {
        let data = input.position();
        match &id {
            b"movi" => {
                let mut video: Video = found.ok_or_else(|| match other {
                    Some(name) => MediaError::not_supported(format!(
                        "the AVI's video is {name:?}; only Motion JPEG can be read: convert it, for instance with \
                         ffmpeg -c:v mjpeg"
                    )),
                    None => MediaError::not_supported("the AVI has no video in it"),
                })?;
                if !video.rate.is_normal() {
                    video.rate = 1e6 / f64::from(microseconds_per_frame);
                }
                return Ok(video);
            }
            b"avih" => microseconds_per_frame = read_word(input)?,
            b"strh" => {
                let kind = input.read::<4>()?;
                input.skip(16)?;
                let (scale, frames) = (read_word(input)?, read_word(input)?);
                rate = (kind == *b"vids").then(|| f64::from(frames) / f64::from(scale));
                streams += 1;
            }
            b"strf" => {
                if let Some(rate) = rate.take() {
                    input.skip(4)?;
                    let [width, height] = [read_word(input)?, read_word(input)?];
                    input.skip(4)?;
                    let codec = input.read::<4>()?.map(|letter| letter.to_ascii_uppercase());
                    // A height below zero says that rows go from the top; for a JPEG it says nothing.
                    let size = UVec2::new(width, (height as i32).unsigned_abs());
                    if !MOTION_JPEG.contains(&&codec) {
                        other = Some(String::from_utf8_lossy(&codec).into_owned());
                    } else if found.is_none() && (1..=100).contains(&streams) {
                        found = Some(Video { stream: streams - 1, size, rate });
                    }
                }
            }
            _ => {}
        }
        input.seek(data + u64::from(len) + u64::from(len % 2))?;
    }
    Err(cut_short())
}

fn read_word(input: &mut Input) -> Result<u32, MediaError> {
    Ok(u32::from_le_bytes(input.read::<4>()?))
}

impl Clip for Avi {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn advance(&mut self) -> Result<bool, MediaError> {
        if let Some(len) = self.picture.take() {
            self.skip(len)?;
        }
        while let Some(Chunk { id, len }) = next_chunk(&mut self.input)? {
            let [tens, ones, kind @ ..] = id;
            if id == *b"movi" {
                continue;
            }
            if [tens, ones] == self.stream && (kind == *b"dc" || kind == *b"db") {
                self.picture = Some(len);
                return Ok(true);
            }
            self.skip(len)?;
        }
        Ok(false)
    }

    fn load(&mut self, pool: &FramePool) -> Result<Option<Frame>, MediaError> {
        // An empty chunk is a frame that was dropped in recording: the last one stays.
        let Some(len) = self.picture.take().filter(|len| *len > 0) else { return Ok(None) };
        if len > LONGEST_CHUNK {
            self.skip(len)?;
            return Err(MediaError::data(format!("a picture in the AVI says that it has {len} bytes")));
        }
        let buffer = self.input.read_frame(len as usize, pool)?;
        self.input.skip(u64::from(len % 2))?;
        Ok(Some(Frame::packed(PixelFormat::Mjpeg, self.mode.size, buffer)))
    }

    fn rewind(&mut self) -> Result<(), MediaError> {
        self.picture = None;
        self.input.seek(self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    fn chunk(id: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let mut bytes = [&id[..], &(data.len() as u32).to_le_bytes(), data].concat();
        bytes.resize(bytes.len().next_multiple_of(2), 0);
        bytes
    }

    fn list(id: &[u8; 4], kind: &[u8; 4], children: &[Vec<u8>]) -> Vec<u8> {
        chunk(id, &[&kind[..], &children.concat()].concat())
    }

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    }

    fn stream(kind: &[u8; 4], codec: &[u8; 4], (width, height): (i32, i32), rate: [u32; 2]) -> Vec<u8> {
        let header = [kind.to_vec(), words(&[0, 0, 0, 0, rate[1], rate[0], 0, 0, 0, 0, 0, 0, 0])].concat();
        let mut format = words(&[40, width as u32, height as u32, 1 | 24 << 16]);
        format.extend(codec);
        format.extend(words(&[0; 5]));
        list(b"LIST", b"strl", &[chunk(b"strh", &header), chunk(b"strf", &format)])
    }

    fn avi(streams: &[Vec<u8>], pictures: &[Vec<u8>]) -> Vec<u8> {
        let main = chunk(b"avih", &words(&[50_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        let headers = list(b"LIST", b"hdrl", &[&[main][..], streams].concat());
        let info = list(b"LIST", b"INFO", &[chunk(b"ISFT", b"odd")]);
        let movie = list(b"LIST", b"movi", pictures);
        list(b"RIFF", b"AVI ", &[headers, info, movie, chunk(b"idx1", b"01dc....01dc....")])
    }

    fn open(bytes: &[u8]) -> Result<Avi, MediaError> {
        let file = tempfile::NamedTempFile::new().expect("a temporary file");
        std::fs::write(file.path(), bytes).expect("a temporary file");
        Avi::open(Input::open(file.path())?, None)
    }

    fn pictures(clip: &mut Avi) -> Vec<Option<Vec<u8>>> {
        let pool = FramePool::default();
        let mut pictures = vec![];
        while clip.advance().expect("a whole file") {
            let frame = clip.load(&pool).expect("a whole picture");
            pictures.push(frame.map(|frame| frame.buffer.to_vec()));
        }
        pictures
    }

    #[test]
    fn the_video_is_found_among_other_streams_and_in_lists_of_records() {
        let audio = stream(b"auds", &[0; 4], (0, 0), [1, 1]);
        let video = stream(b"vids", b"mjpg", (320, -240), [30_000, 1001]);
        let record = list(b"LIST", b"rec ", &[chunk(b"00wb", b"sound"), chunk(b"01dc", b"two")]);
        let movie = [
            chunk(b"01dc", b"one!"),
            record,
            chunk(b"01dc", b""),
            chunk(b"ix01", b"x"),
            chunk(b"01db", b"4"),
        ];
        let mut bytes = avi(&[audio, video], &movie);
        // OpenDML: large files go on in a second RIFF.
        let more = list(b"LIST", b"movi", &[chunk(b"01dc", b"five")]);
        bytes.extend(list(b"RIFF", b"AVIX", &[more]));
        bytes.extend([0; 1000]);
        let mut clip = open(&bytes).expect("a good file");
        assert_eq!(clip.mode().size, UVec2::new(320, 240));
        assert_eq!(clip.mode().frame_rate, 30_000.0 / 1001.0);
        let expected = [Some("one!"), Some("two"), None, Some("4"), Some("five")]
            .map(|text| text.map(|text| text.into()));
        for _ in 0..2 {
            assert_eq!(pictures(&mut clip), expected);
            clip.rewind().expect("a file");
        }
        assert_eq!((clip.advance(), clip.advance()), (Ok(true), Ok(true)));
        let second = clip.load(&FramePool::default()).expect("a whole picture").expect("a new picture");
        assert_eq!(*second.buffer, *b"two");
    }

    #[test]
    fn a_recording_that_was_broken_off_plays_as_far_as_it_goes() {
        let video = stream(b"vids", b"MJPG", (16, 16), [0, 0]);
        let mut bytes = avi(&[video], &[chunk(b"00dc", b"one"), chunk(b"00dc", b"second")]);
        let end = bytes.len() - 24 - 2;
        bytes.truncate(end);
        // Lengths that were never filled in.
        bytes[4..8].fill(0);
        let mut clip = open(&bytes).expect("headers are whole");
        assert_eq!(clip.mode().frame_rate, 20.0, "from the main header, where the stream's says nothing");
        let pool = FramePool::default();
        assert_eq!(clip.advance(), Ok(true));
        assert_eq!(clip.load(&pool).ok().flatten().map(|frame| frame.buffer.to_vec()), Some(b"one".to_vec()));
        assert_eq!(clip.advance(), Ok(true));
        assert_eq!(clip.load(&pool).err().map(|error| error.name), Some(ErrorName::Data));
        assert_eq!(clip.advance(), Ok(false));
    }

    #[test]
    fn what_cannot_be_played_says_why() {
        let name = |bytes: &[u8]| open(bytes).err().map(|error| (error.name, error.message));
        let with = |video| avi(&[video], &[chunk(b"00dc", b"one")]);
        let (kind, message) =
            name(&with(stream(b"vids", b"H264", (16, 16), [25, 1]))).expect("not Motion JPEG");
        assert!(kind == ErrorName::NotSupported && message.contains("H264"), "{message}");
        let (kind, message) = name(&with(stream(b"auds", b"MJPG", (16, 16), [25, 1]))).expect("no video");
        assert!(kind == ErrorName::NotSupported && message.contains("no video"), "{message}");
        for size in [(0, 16), (16, 0), (-1, 16), (40_000, 16), (16, i32::MIN)] {
            let (kind, message) =
                name(&with(stream(b"vids", b"MJPG", size, [25, 1]))).expect("an absurd size");
            assert_eq!(kind, ErrorName::Data, "{message}");
        }
        let whole = with(stream(b"vids", b"MJPG", (16, 16), [25, 1]));
        let headers = whole.len() - 24 - 12 - 12;
        for cut in 12..headers {
            assert_eq!(name(&whole[..cut]).map(|(name, _)| name), Some(ErrorName::Data), "cut at {cut}");
        }
    }
}
