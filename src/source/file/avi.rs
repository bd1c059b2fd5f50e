//! AVI files with Motion JPEG.

mod chunks;

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
use chunks::{Chunk, Chunks};

/// The largest size of a frame's chunk, in bytes.
const LONGEST_CHUNK: u32 = 256 << 20;

/// The codec names that cameras and programs use for Motion JPEG.
const MOTION_JPEG: [&[u8; 4]; 6] = [b"MJPG", b"AVRN", b"DMB1", b"JPEG", b"IJPG", b"ADJV"];

#[derive(Debug)]
pub(super) struct Avi {
    chunks: Chunks,
    mode: NativeMode,
    /// The first two characters of the video's chunk names: the stream number.
    stream: [u8; 2],
    /// The offset of the first chunk after the headers.
    first: u64,
    /// The current frame.
    frame: Option<Result<Chunk, MediaError>>,
    /// The frame after a damaged place.
    after_damage: Option<Chunk>,
}

/// The video's properties from the headers.
#[derive(Debug)]
struct Video {
    stream: usize,
    size: UVec2,
    rate: f64,
}

impl Avi {
    pub(super) fn open(input: Input, frame_rate: Option<f64>) -> Result<Self, MediaError> {
        let mut chunks = Chunks::new(input);
        let (video, first) = read_headers(&mut chunks)?;
        let UVec2 { x: width, y: height } = video.size;
        if video.size.min_element() == 0 || video.size.max_element() > MAX_FRAME_SIDE {
            return Err(MediaError::data(format!(
                "the AVI has an impossible size of {width}x{height} pixels: each side must be 1 to {MAX_FRAME_SIDE}"
            )));
        }
        let [tens, ones] = [video.stream / 10, video.stream % 10].map(|digit| b'0' + digit as u8);
        chunks.go_to(first);
        Ok(Self {
            chunks,
            mode: NativeMode {
                size: video.size,
                frame_rate: choose_rate(frame_rate, video.rate),
                format: PixelFormat::Mjpeg,
            },
            stream: [tens, ones],
            first,
            frame: None,
            after_damage: None,
        })
    }
}

/// Reads the headers. Returns the offset of the frames too.
fn read_headers(chunks: &mut Chunks) -> Result<(Video, u64), MediaError> {
    let mut streams = 0;
    let mut microseconds_per_frame = 0;
    // The frame rate of the last stream header, if it is of a video.
    let mut rate = None;
    let mut found: Option<Video> = None;
    let mut other = None;
    while let Some(chunk) = chunks.next()? {
        // A list of frames, or a frame if the start of the list is lost.
        let first = match &chunk.id {
            b"movi" => Some(chunk.data + 4),
            _ if chunk.is_video() && found.is_some() => Some(chunk.start()),
            _ => None,
        };
        if let Some(first) = first {
            let mut video = found.ok_or_else(|| match other {
                Some(name) => MediaError::not_supported(format!(
                    "the AVI's video is {name:?}; only Motion JPEG is supported: convert it, for example with \
                     ffmpeg -c:v mjpeg"
                )),
                None => MediaError::not_supported("the AVI has no video; choose another file"),
            })?;
            if !video.rate.is_normal() {
                video.rate = 1e6 / f64::from(microseconds_per_frame);
            }
            return Ok((video, first));
        }
        let input = &mut chunks.input;
        input.seek(chunk.data)?;
        match &chunk.id {
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
                    // A negative height means rows from the top. It has no meaning for a JPEG.
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
        self.frame = self.after_damage.take().map(Ok);
        while self.frame.is_none() {
            let Some(chunk) = self.chunks.next()? else { return Ok(false) };
            let is_frame = chunk.is_video() && chunk.id.starts_with(&self.stream);
            if chunk.after_damage {
                self.after_damage = is_frame.then_some(chunk);
                self.frame = Some(Err(MediaError::data(format!(
                    "the AVI is damaged: bytes before {} belong to no chunk, and frames are lost there; playback \
                     continues after them",
                    chunk.start()
                ))));
            } else if is_frame {
                self.frame = Some(Ok(chunk));
            }
        }
        Ok(true)
    }

    fn load(&mut self, pool: &FramePool) -> Result<Option<Frame>, MediaError> {
        let Some(frame) = self.frame.take() else { return Ok(None) };
        let Chunk { data, len, .. } = frame?;
        // An empty chunk is a frame that was dropped during recording: the previous one stays.
        if len == 0 {
            return Ok(None);
        }
        if len > LONGEST_CHUNK {
            return Err(MediaError::data(format!(
                "a frame in the AVI has an impossible length of {len} bytes"
            )));
        }
        self.chunks.input.seek(data)?;
        // The whole chunk: two JPEGs in it are the fields of a frame.
        let buffer = self.chunks.input.read_frame(len as usize, pool)?;
        Ok(Some(Frame::packed(PixelFormat::Mjpeg, self.mode.size, buffer)))
    }

    fn rewind(&mut self) -> Result<(), MediaError> {
        self.frame = None;
        self.after_damage = None;
        self.chunks.go_to(self.first);
        Ok(())
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
        let whole = |result: Result<_, _>| result.expect("a whole frame");
        all(clip).into_iter().map(whole).collect()
    }

    /// All frames, and the places of missing frames.
    fn all(clip: &mut Avi) -> Vec<Result<Option<Vec<u8>>, ErrorName>> {
        let pool = FramePool::default();
        let mut all = vec![];
        while clip.advance().expect("a file that can be read") {
            let loaded = clip.load(&pool).map_err(|error| error.name);
            all.push(loaded.map(|frame| frame.map(|frame| frame.buffer.to_vec())));
        }
        all
    }

    /// Bytes that start like a JPEG.
    fn jpeg(number: u8, len: usize) -> Vec<u8> {
        let mut bytes = vec![0xff, 0xd8, 0xff, number];
        bytes.resize(len, number);
        bytes
    }

    fn headers() -> Vec<u8> {
        let main = chunk(b"avih", &words(&[50_000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        let video = stream(b"vids", b"MJPG", (16, 16), [25, 1]);
        list(b"LIST", b"hdrl", &[main, video])
    }

    /// A file with these parts after its headers.
    fn file(parts: &[&[u8]]) -> Vec<u8> {
        [&chunk(b"RIFF", b"AVI ")[..], &headers(), &parts.concat()].concat()
    }

    fn movie(parts: &[&[u8]]) -> Vec<u8> {
        list(b"LIST", b"movi", &[parts.concat()])
    }

    /// A chunk without its padding byte.
    fn unpadded(id: &[u8; 4], data: &[u8]) -> Vec<u8> {
        [&id[..], &(data.len() as u32).to_le_bytes(), data].concat()
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
        // OpenDML: large files continue in a second RIFF.
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
        let second = clip.load(&FramePool::default()).expect("a whole frame").expect("a new picture");
        assert_eq!(*second.buffer, *b"two");
    }

    #[test]
    fn a_recording_that_was_broken_off_plays_as_far_as_it_goes() {
        let video = stream(b"vids", b"MJPG", (16, 16), [0, 0]);
        let mut bytes = avi(&[video], &[chunk(b"00dc", b"one"), chunk(b"00dc", b"second")]);
        let end = bytes.len() - 24 - 2;
        bytes.truncate(end);
        // Lengths that the recorder never filled in.
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

    #[test]
    fn padding_that_is_missing_or_too_much_loses_nothing() {
        let frames = [jpeg(1, 21), jpeg(2, 30), jpeg(3, 19)];
        let chunks = frames.each_ref().map(|frame| chunk(b"00dc", frame));
        let bare = frames.each_ref().map(|frame| unpadded(b"00dc", frame));
        let [one, two, three] = &chunks;
        let info = [&b"LIST"[..], &17_u32.to_le_bytes(), b"INFO", &unpadded(b"ICMT", b"hello")].concat();
        let endless = [&b"LIST"[..], &u32::MAX.to_le_bytes(), b"movi", one, two, three].concat();
        let never_finished = [&b"LIST"[..], &[0; 4], b"movi", one, two, three].concat();
        let index = chunk(b"idx1", &[&b"00dc"[..], &words(&[16, 4, 21])].concat().repeat(3));
        for (name, bytes) in [
            ("zeros before the frames", file(&[&[0; 4], &movie(&[one, two, three])])),
            ("a list of odd length", file(&[&info, &movie(&[one, two, three])])),
            ("no padding", file(&[&movie(&[&bare.concat()]), &index])),
            ("zeros behind each chunk", file(&[&movie(&[one, &[0; 8], two, &[0; 501], three]), &[0; 3]])),
            ("lists without a length", file(&[&never_finished])),
            ("lists without an end", file(&[&endless])),
            ("frames without a list", file(&[one, two, three, &index])),
            (
                "several RIFFs",
                file(&[
                    &movie(&[one]),
                    &list(b"RIFF", b"AVIX", &[movie(&[two]), index.clone()]),
                    &[0; 100],
                    &list(b"RIFF", b"AVIX", &[movie(&[three])]),
                ]),
            ),
            (
                "records and junk",
                file(&[&movie(&[
                    &list(b"LIST", b"rec ", &[one.clone(), chunk(b"JUNK", b"LIST....movi00dc")]),
                    &list(b"LIST", b"rec ", &[two.clone(), chunk(b"01wb", b"sound")]),
                    three,
                ])]),
            ),
        ] {
            let mut clip = open(&bytes).expect(name);
            for _ in 0..2 {
                let expected = frames.each_ref().map(|frame| Some(frame.clone()));
                assert_eq!(pictures(&mut clip), expected, "{name}");
                clip.rewind().expect("a file");
            }
        }
    }

    #[test]
    fn behind_damage_the_next_frame_is_found_and_the_damage_counts_as_one() {
        let frames: Vec<Vec<u8>> = (1..=4).map(|number| jpeg(number, 40)).collect();
        let chunks: Vec<Vec<u8>> = frames.iter().map(|frame| chunk(b"00dc", frame)).collect();
        let [one, two, three, four] = &chunks[..] else { panic!("there are four") };
        let good = |index: usize| Ok(Some(frames[index].clone()));
        let lost = Err(ErrorName::Data);

        // A frame's name and length were overwritten.
        let overwritten = [&[0xaa; 8][..], &two[8..]].concat();
        let mut clip = open(&file(&[&movie(&[one, &overwritten, three, four])])).expect("good headers");
        assert_eq!(all(&mut clip), [good(0), lost.clone(), good(2), good(3)]);
        clip.rewind().expect("a file");
        // A damaged place is skipped like a frame.
        assert_eq!((clip.advance(), clip.advance(), clip.advance()), (Ok(true), Ok(true), Ok(true)));
        assert_eq!(
            clip.load(&FramePool::default()).ok().flatten().map(|frame| frame.buffer.to_vec()),
            Some(frames[2].clone())
        );

        // A length points into a later frame, or past the end of the file.
        for wrong in [70, 4_000_000_000_u32] {
            let too_long = [&b"00dc"[..], &wrong.to_le_bytes(), &frames[1]].concat();
            let mut clip = open(&file(&[&movie(&[one, &too_long, three, four])])).expect("good headers");
            let found = all(&mut clip);
            assert_eq!(found.len(), 4, "{wrong}: {found:?}");
            assert_eq!((&found[0], &found[2..]), (&good(0), &[good(2), good(3)][..]), "{wrong}");
        }

        // The same letters within a frame are no chunk.
        let mut tricky = jpeg(9, 200);
        tricky[50..58].copy_from_slice(b"00dc\x08\0\0\0");
        tricky[100..108].copy_from_slice(b"LIST\x08\0\0\0");
        let broken = [&chunk(b"00dc", &tricky)[..], &[0xaa; 20]].concat();
        let mut clip = open(&file(&[&movie(&[&broken, four])])).expect("good headers");
        assert_eq!(all(&mut clip), [Ok(Some(tricky)), lost, good(3)]);
    }

    #[test]
    fn two_fields_in_a_chunk_are_one_frame_of_the_containers_size() {
        let fields = [jpeg(1, 30), jpeg(2, 34)].concat();
        let mut clip = open(&file(&[&movie(&[&chunk(b"00dc", &fields)])])).expect("a good file");
        assert_eq!(clip.advance(), Ok(true));
        let frame = clip.load(&FramePool::default()).expect("a good frame").expect("a new frame");
        assert_eq!((&*frame.buffer, frame.size), (&fields[..], UVec2::splat(16)));
        assert_eq!(clip.advance(), Ok(false));
    }
}
