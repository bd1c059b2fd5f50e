//! YUV4MPEG2: a line of text, then raw frames, each behind a line of its own.

use bevy::math::UVec2;

use super::{
    clip::{Clip, choose_rate},
    input::{Input, cut_short},
};
use crate::{
    device::NativeMode,
    error::MediaError,
    frame::{ColorSpace, Frame, FramePool, MAX_FRAME_SIDE, Matrix, PixelFormat, Range},
};

/// Lines longer than this aren't lines.
const LONGEST_LINE: u64 = 4096;

#[derive(Debug)]
pub(super) struct Y4m {
    input: Input,
    mode: NativeMode,
    color: ColorSpace,
    frame_len: usize,
    /// Where the first frame's line begins.
    first: u64,
    /// Whether the place in the file is a frame's first byte.
    at_frame: bool,
}

impl Y4m {
    pub(super) fn open(mut input: Input, frame_rate: Option<f64>) -> Result<Self, MediaError> {
        let line = input.read_line(LONGEST_LINE)?.unwrap_or_default();
        let Header { size, rate, format, range } = Header::parse(line)?;
        // A believable size can still be a lie, which the file's length tells before anything is made for it.
        let frame_len = format.packed_len(size);
        if frame_len as u64 > input.left() {
            return Err(cut_short());
        }
        Ok(Self {
            first: input.position(),
            input,
            mode: NativeMode { size, frame_rate: choose_rate(frame_rate, rate), format },
            // The format has no way to say which matrix; ffmpeg and others mean this one.
            color: ColorSpace { matrix: Matrix::Bt601, range },
            frame_len,
            at_frame: false,
        })
    }
}

#[derive(Debug, PartialEq)]
struct Header {
    size: UVec2,
    /// NaN or infinite where the file says nothing that makes sense.
    rate: f64,
    format: PixelFormat,
    range: Range,
}

impl Header {
    fn parse(line: &[u8]) -> Result<Self, MediaError> {
        let text = String::from_utf8_lossy(line);
        let mut size = UVec2::ZERO;
        let mut header = Self { size, rate: f64::NAN, format: PixelFormat::I420, range: Range::Limited };
        for word in text.split_ascii_whitespace().skip(1) {
            let (tag, value) = word.split_at_checked(1).unwrap_or((word, ""));
            match tag {
                "W" => size.x = value.parse().unwrap_or(0),
                "H" => size.y = value.parse().unwrap_or(0),
                "F" => header.rate = ratio(value).unwrap_or(f64::NAN),
                "C" => header.format = format(value)?,
                "X" if value == "COLORRANGE=FULL" => header.range = Range::Full,
                // Interlacing, the shape of pixels, comments.
                _ => {}
            }
        }
        if size.min_element() == 0 || size.max_element() > MAX_FRAME_SIDE {
            return Err(MediaError::data(format!(
                "the Y4M header says {} pixels, which can't be: each side must be 1 to {MAX_FRAME_SIDE}",
                text.split_ascii_whitespace().filter(|word| word.starts_with(['W', 'H'])).collect::<String>()
            )));
        }
        Ok(Self { size, ..header })
    }
}

fn ratio(text: &str) -> Option<f64> {
    let (numerator, denominator) = text.split_once(':')?;
    Some(f64::from(numerator.parse::<u32>().ok()?) / f64::from(denominator.parse::<u32>().ok()?))
}

fn format(name: &str) -> Result<PixelFormat, MediaError> {
    match name {
        // They differ in where chroma samples lie, by half a pixel at most.
        "420" | "420jpeg" | "420mpeg2" | "420paldv" => Ok(PixelFormat::I420),
        "422" => Ok(PixelFormat::I422),
        "444" => Ok(PixelFormat::I444),
        "411" => Ok(PixelFormat::I411),
        "mono" => Ok(PixelFormat::Grey),
        other => Err(MediaError::not_supported(format!(
            "the Y4M's colour space is {other:?}; only those of 8 bits without alpha can be read: convert it, for \
             instance with ffmpeg -pix_fmt yuv420p"
        ))),
    }
}

impl Clip for Y4m {
    fn mode(&self) -> NativeMode {
        self.mode
    }

    fn advance(&mut self) -> Result<bool, MediaError> {
        if self.at_frame {
            self.input.skip(self.frame_len as u64)?;
            self.at_frame = false;
        }
        match self.input.read_line(LONGEST_LINE)? {
            None => Ok(false),
            Some(line) if line.starts_with(b"FRAME") => {
                self.at_frame = true;
                Ok(true)
            }
            Some(_) => Err(MediaError::data("the Y4M is broken: no frame begins where one should")),
        }
    }

    fn load(&mut self, pool: &FramePool) -> Result<Option<Frame>, MediaError> {
        self.at_frame = false;
        let buffer = self.input.read_frame(self.frame_len, pool)?;
        let frame = Frame::packed(self.mode.format, self.mode.size, buffer);
        Ok(Some(Frame { color: self.color, ..frame }))
    }

    fn rewind(&mut self) -> Result<(), MediaError> {
        self.at_frame = false;
        self.input.seek(self.first)
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
        assert_eq!((plain.rate, plain.range), (30_000.0 / 1001.0, Range::Limited));
        let full =
            header("YUV4MPEG2 C422 W3 H5 XYSCSS=422 XCOLORRANGE=FULL XCOMMENT").expect("a good header");
        assert_eq!((full.size, full.format, full.range), (UVec2::new(3, 5), PixelFormat::I422, Range::Full));
        for (name, format) in
            [("420paldv", PixelFormat::I420), ("411", PixelFormat::I411), ("mono", PixelFormat::Grey)]
        {
            let header = header(&format!("YUV4MPEG2 W1 H1 C{name}")).expect("a good header");
            assert_eq!(header.format, format);
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
        for colors in ["420p10", "444p16", "mono12", "444alpha", "rgb"] {
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
}
