//! YUV4MPEG2: a header line, then raw frames, each after a line of its own.

use bevy::math::UVec2;

use super::{
    clip::{Clip, choose_rate},
    input::{Input, cut_short},
};
use crate::{
    device::NativeMode,
    error::{ErrorName, MediaError},
    frame::{
        ChromaLocation, ColorRange, ColorSpace, Frame, FramePool, MAX_FRAME_SIDE, MatrixCoefficients,
        PixelFormat,
    },
};

/// The start of a frame's line.
const MAGIC: &[u8; 5] = b"FRAME";

/// The largest length of a line, in bytes.
const LONGEST_LINE: u64 = 4096;

#[derive(Debug)]
pub(super) struct Y4m {
    input: Input,
    mode: NativeMode,
    color: ColorSpace,
    chroma_location: ChromaLocation,
    frame_len: usize,
    /// The offset of the first frame's line.
    first: u64,
    /// The offset of the current frame's bytes.
    frame: Option<Result<u64, MediaError>>,
    /// The frame after a damaged place.
    after_damage: Option<u64>,
    /// The expected offset of the next frame's line.
    next: u64,
}

impl Y4m {
    pub(super) fn open(mut input: Input, frame_rate: Option<f64>) -> Result<Self, MediaError> {
        let line = input.read_line(LONGEST_LINE)?.unwrap_or_default();
        let Header { size, rate, format, range, chroma_location } = Header::parse(line)?;
        // A believable size can still be wrong. The file's length limits it before memory is allocated.
        let frame_len = format.packed_len(size);
        if frame_len as u64 > input.left() {
            return Err(cut_short());
        }
        let first = input.position();
        Ok(Self {
            first,
            input,
            mode: NativeMode { size, frame_rate: choose_rate(frame_rate, rate), format },
            // The format has no field for the matrix. ffmpeg and others assume this one.
            color: ColorSpace { matrix: MatrixCoefficients::Bt601, range },
            chroma_location,
            frame_len,
            frame: None,
            after_damage: None,
            next: first,
        })
    }

    /// The offset of a frame's bytes, after its line at this offset. `None` if there is no such line.
    fn frame_at(&mut self, place: u64) -> Result<Option<u64>, MediaError> {
        self.input.seek(place)?;
        let is_frame = match self.input.read_line(LONGEST_LINE) {
            Ok(line) => line.is_some_and(|line| line.starts_with(MAGIC)),
            Err(error) if error.name == ErrorName::Data => false,
            Err(error) => return Err(error),
        };
        Ok(is_frame.then(|| self.input.position()))
    }

    /// Finds the first whole frame from this offset on, after lost or surplus bytes.
    fn search(&mut self, from: u64) -> Result<Option<u64>, MediaError> {
        self.input.seek(from)?;
        while self.input.skip_to(MAGIC[0])? {
            let place = self.input.position();
            let mut start = [0; MAGIC.len()];
            self.input.read_up_to(&mut start)?;
            if start == *MAGIC
                && let Some(frame) = self.frame_at(place)?
            {
                let end = frame + self.frame_len as u64;
                // The word alone can occur in a frame's bytes.
                if end == self.input.len() || self.frame_at(end)?.is_some() {
                    return Ok(Some(frame));
                }
            }
            self.input.seek(place + 1)?;
        }
        Ok(None)
    }
}

#[derive(Debug, PartialEq)]
struct Header {
    size: UVec2,
    /// NaN or infinite if the file has no valid rate.
    rate: f64,
    format: PixelFormat,
    range: ColorRange,
    chroma_location: ChromaLocation,
}

impl Header {
    fn parse(line: &[u8]) -> Result<Self, MediaError> {
        let text = String::from_utf8_lossy(line);
        let mut size = UVec2::ZERO;
        let (mut color_space, mut subsampling) = (None, None);
        let mut header = Self {
            size,
            rate: f64::NAN,
            format: PixelFormat::I420,
            range: ColorRange::Limited,
            chroma_location: ChromaLocation::Left,
        };
        for word in text.split_ascii_whitespace().skip(1) {
            let (tag, value) = word.split_at_checked(1).unwrap_or((word, ""));
            match tag {
                "W" => size.x = value.parse().unwrap_or(0),
                "H" => size.y = value.parse().unwrap_or(0),
                "F" => header.rate = ratio(value).unwrap_or(f64::NAN),
                "C" => color_space = Some(value),
                // Older programs write it instead of C, newer ones in addition.
                "X" if value.starts_with("YSCSS=") => subsampling = value.strip_prefix("YSCSS="),
                "X" if value == "COLORRANGE=FULL" => header.range = ColorRange::Full,
                "X" if value == "COLORRANGE=LIMITED" => header.range = ColorRange::Limited,
                // Interlacing, pixel aspect ratio, comments.
                _ => {}
            }
        }
        if size.min_element() == 0 || size.max_element() > MAX_FRAME_SIDE {
            return Err(MediaError::data(format!(
                "the Y4M header has an impossible size of {} pixels: each side must be 1 to {MAX_FRAME_SIDE}",
                text.split_ascii_whitespace().filter(|word| word.starts_with(['W', 'H'])).collect::<String>()
            )));
        }
        header.chroma_location = chroma_location(color_space.or(subsampling));
        let format = match (color_space, subsampling) {
            (Some(name), _) => format(name)?,
            (None, Some(name)) => format_of_subsampling(name)?,
            (None, None) => PixelFormat::I420,
        };
        Ok(Self { size, format, ..header })
    }
}

fn ratio(text: &str) -> Option<f64> {
    let (numerator, denominator) = text.split_once(':')?;
    Some(f64::from(numerator.parse::<u32>().ok()?) / f64::from(denominator.parse::<u32>().ok()?))
}

fn format(name: &str) -> Result<PixelFormat, MediaError> {
    match name {
        // They differ in [`chroma_location`] alone.
        "420" | "420jpeg" | "420mpeg2" | "420paldv" => Ok(PixelFormat::I420),
        "422" => Ok(PixelFormat::I422),
        "444" => Ok(PixelFormat::I444),
        "411" => Ok(PixelFormat::I411),
        "mono" => Ok(PixelFormat::Gray),
        "mono10" => Ok(PixelFormat::Gray10),
        "mono12" => Ok(PixelFormat::Gray12),
        "mono16" => Ok(PixelFormat::Gray16),
        other => Err(unsupported(other)),
    }
}

/// The chroma location of a color space, by its name after `C` or `XYSCSS=`. Plain `420` is `420jpeg`, as in
/// mjpegtools.
fn chroma_location(name: Option<&str>) -> ChromaLocation {
    match name.map(str::to_ascii_lowercase).as_deref() {
        // Approximately: in PAL DV, Cb lies on the first of two rows and Cr on the second.
        Some("420paldv") => ChromaLocation::TopLeft,
        Some("420mpeg2" | "422" | "411" | "444") => ChromaLocation::Left,
        _ => ChromaLocation::Center,
    }
}

/// The format of an `XYSCSS` field in the absence of a `C`. Unknown values are ignored, as in ffmpeg, except those of
/// more than 8 bits, which would be read as noise.
fn format_of_subsampling(name: &str) -> Result<PixelFormat, MediaError> {
    let is_deep = name
        .get(3..)
        .and_then(|rest| rest.strip_prefix('P'))
        .is_some_and(|bits| !bits.is_empty() && bits.bytes().all(|digit| digit.is_ascii_digit()));
    match name.get(..3) {
        _ if is_deep => Err(unsupported(name)),
        Some("422") => Ok(PixelFormat::I422),
        Some("444") => Ok(PixelFormat::I444),
        Some("411") => Ok(PixelFormat::I411),
        _ => Ok(PixelFormat::I420),
    }
}

fn unsupported(name: &str) -> MediaError {
    MediaError::not_supported(format!(
        "the Y4M's color space is {name:?}; only those of 8 bits without alpha and mono of up to 16 are supported: convert it, for example \
         with ffmpeg -pix_fmt yuv420p"
    ))
}

impl Clip for Y4m {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn advance(&mut self) -> Result<bool, MediaError> {
        let len = self.frame_len as u64;
        let frame = match self.after_damage.take() {
            Some(frame) => Some(frame),
            None if self.next >= self.input.len() => return Ok(false),
            None => self.frame_at(self.next)?,
        };
        if let Some(frame) = frame {
            self.frame = Some(Ok(frame));
            self.next = frame + len;
            return Ok(true);
        }
        let damaged = |what| {
            MediaError::data(format!("the Y4M is corrupt: no frame starts at byte {}{what}", self.next))
        };
        let (lost, end) = (damaged("; playback continues after the damage"), damaged(""));
        // The offset is wrong by the bytes that the previous frame lost.
        self.after_damage = self.search(self.next.saturating_sub(len).max(self.first))?;
        if self.after_damage.is_none() {
            return Err(end);
        }
        self.frame = Some(Err(lost));
        Ok(true)
    }

    fn load(&mut self, pool: &FramePool) -> Result<Option<Frame>, MediaError> {
        let Some(frame) = self.frame.take() else { return Ok(None) };
        self.input.seek(frame?)?;
        let buffer = self.input.read_frame(self.frame_len, pool)?;
        let frame = Frame::packed(self.mode.format, self.mode.size, buffer);
        Ok(Some(Frame { color: self.color, chroma_location: self.chroma_location, ..frame }))
    }

    fn rewind(&mut self) -> Result<(), MediaError> {
        self.frame = None;
        self.after_damage = None;
        self.next = self.first;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn headers_say_what_the_format_says() {
        let header = |line: &str| Header::parse(line.as_bytes());
        let plain = header("YUV4MPEG2 W352 H288 F30000:1001 Ip A128:117").expect("a good header");
        assert_eq!((plain.size, plain.format), (UVec2::new(352, 288), PixelFormat::I420));
        assert_eq!((plain.rate, plain.range), (30_000.0 / 1001.0, ColorRange::Limited));
        let full =
            header("YUV4MPEG2 C422 W3 H5 XYSCSS=422 XCOLORRANGE=FULL XCOMMENT").expect("a good header");
        assert_eq!(
            (full.size, full.format, full.range),
            (UVec2::new(3, 5), PixelFormat::I422, ColorRange::Full)
        );
        for (name, format) in
            [("420paldv", PixelFormat::I420), ("411", PixelFormat::I411), ("mono", PixelFormat::Gray)]
        {
            let header = header(&format!("YUV4MPEG2 W1 H1 C{name}")).expect("a good header");
            assert_eq!(header.format, format);
        }
    }

    #[test]
    fn the_chroma_location_is_that_of_the_color_space() {
        for (tags, expected) in [
            ("", ChromaLocation::Center),
            ("C420", ChromaLocation::Center),
            ("C420jpeg", ChromaLocation::Center),
            ("C420mpeg2", ChromaLocation::Left),
            ("C420paldv", ChromaLocation::TopLeft),
            ("XYSCSS=420MPEG2", ChromaLocation::Left),
            ("C420jpeg XYSCSS=420MPEG2", ChromaLocation::Center),
            ("C422", ChromaLocation::Left),
        ] {
            let header = Header::parse(format!("YUV4MPEG2 W4 H4 {tags}").as_bytes()).expect("a good header");
            assert_eq!(header.chroma_location, expected, "{tags}");
        }
    }

    #[test]
    fn headers_that_lie_or_ask_too_much_are_errors() {
        let name = |line: &str| Header::parse(line.as_bytes()).err().map(|error| error.name);
        for line in [
            "YUV4MPEG2",
            "YUV4MPEG2 W10",
            "YUV4MPEG2 W0 H10",
            "YUV4MPEG2 W-1 H10",
            "YUV4MPEG2 W10 H99999999999999999999",
            "YUV4MPEG2 W40000 H10",
            "YUV4MPEG2 W\u{fffd} H10",
        ] {
            assert_eq!(name(line), Some(ErrorName::Data), "{line}");
        }
        for colors in ["420p10", "444p16", "mono14", "444alpha", "rgb"] {
            assert_eq!(
                name(&format!("YUV4MPEG2 W4 H4 C{colors}")),
                Some(ErrorName::NotSupported),
                "{colors}"
            );
        }
    }

    #[test]
    fn rates_that_make_no_sense_are_not_believed() {
        for rate in ["0:0", "0:1", "1:0", "x", "-5:1", ""] {
            let header = Header::parse(format!("YUV4MPEG2 W4 H4 F{rate}").as_bytes()).expect("a good header");
            assert_eq!(choose_rate(None, header.rate), 25.0, "{rate}");
        }
    }

    #[test]
    fn subsampling_stands_in_for_a_color_space_that_is_not_there() {
        let format = |tags: &str| {
            Header::parse(format!("YUV4MPEG2 W4 H4 {tags}").as_bytes())
                .map(|header| header.format)
                .map_err(|error| error.name)
        };
        for (tags, expected) in [
            ("", PixelFormat::I420),
            ("XYSCSS=420JPEG", PixelFormat::I420),
            ("XYSCSS=420MPEG2", PixelFormat::I420),
            ("XYSCSS=420PALDV", PixelFormat::I420),
            ("XYSCSS=411", PixelFormat::I411),
            ("XYSCSS=422", PixelFormat::I422),
            ("XYSCSS=444", PixelFormat::I444),
            ("XYSCSS=UNKNOWN", PixelFormat::I420),
            ("XYSCSS=", PixelFormat::I420),
            ("XYSCSS=444 C422", PixelFormat::I422),
            ("C422 XYSCSS=444", PixelFormat::I422),
        ] {
            assert_eq!(format(tags), Ok(expected), "{tags}");
        }
        for tags in ["XYSCSS=420P10", "XYSCSS=444P16"] {
            assert_eq!(format(tags), Err(ErrorName::NotSupported), "{tags}");
        }
    }

    #[test]
    fn the_last_color_range_holds() {
        let range = |tags: &str| {
            Header::parse(format!("YUV4MPEG2 W4 H4 {tags}").as_bytes()).map(|header| header.range)
        };
        assert_eq!(range("XCOLORRANGE=FULL"), Ok(ColorRange::Full));
        assert_eq!(range("XCOLORRANGE=FULL XCOLORRANGE=LIMITED"), Ok(ColorRange::Limited));
        assert_eq!(range("XCOLORRANGE=OTHER"), Ok(ColorRange::Limited));
    }

    #[test]
    fn behind_damage_the_next_frame_is_found_and_the_damage_counts_as_one() {
        let frame = |shade: u8| [&b"FRAME\n"[..], &[shade; 24]].concat();
        let play = |parts: &[&[u8]]| {
            let file = tempfile::NamedTempFile::new().expect("a temporary file");
            std::fs::write(file.path(), [b"YUV4MPEG2 W4 H4\n", &parts.concat()[..]].concat())
                .expect("a temporary file");
            let input = Input::open(file.path()).expect("it was just written");
            let mut clip = Y4m::open(input, None).expect("a good header");
            let mut shades = vec![];
            while clip.advance().expect("more frames follow") {
                let loaded = clip.load(&FramePool::default()).map_err(|error| error.name);
                shades.push(loaded.map(|frame| frame.map(|frame| frame.buffer[0])));
            }
            shades
        };
        let good = |shade| Ok(Some(shade));
        let lost = Err(ErrorName::Data);
        // Surplus bytes, and missing bytes.
        assert_eq!(play(&[&frame(1), b"noise FRAME\n", &frame(2)]), [good(1), lost, good(2)]);
        assert_eq!(play(&[&frame(1), &frame(2)[..20], &frame(3)]), [good(1), good(2), lost, good(3)]);
    }
}
