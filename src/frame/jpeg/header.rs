//! The headers of a JPEG, up to its first scan.

use super::markers::{APP0, APP14, DHT, EOI, Marker, Markers, SOI, SOS};
use crate::error::MediaError;

/// The largest supported width and height, in pixels.
const MAX_SIDE: u32 = 32_768;

/// The largest number of pixels of a progressive JPEG, whose coefficients stay in memory until the last scan.
const MAX_PROGRESSIVE_PIXELS: u64 = 1 << 26;

/// The color model of a JPEG's components.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Color {
    Gray,
    /// BT.601, full range.
    YCbCr,
    Rgb,
    /// Cyan, magenta, yellow and black as Adobe stores them: 255 means no ink.
    Cmyk,
    /// Cyan, magenta and yellow as luma and chroma, plus black.
    Ycck,
}

/// A component of a JPEG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Component {
    pub id: u8,
    /// The horizontal sampling factor.
    pub across: u32,
    /// The vertical sampling factor.
    pub down: u32,
    /// The number of its quantization table, 0 to 3.
    pub quantization: usize,
    /// Samples in a row.
    pub width: u32,
    /// Rows of samples.
    pub height: u32,
}

/// The properties of a JPEG.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Header {
    /// Pixels in a row.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    pub color: Color,
    /// The first [`Self::count`] are used, 1 to 4.
    components: [Component; 4],
    count: usize,
    /// The largest horizontal sampling factor.
    pub across: u32,
    /// The largest vertical sampling factor.
    pub down: u32,
    pub progressive: bool,
    /// The field of an interlaced frame, from an `AVI1` segment (APP0).
    pub field: Option<Field>,
}

/// Half of the lines of an interlaced frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// The first line and every second after it.
    Top,
    /// The second line and every second after it.
    Bottom,
}

impl Field {
    pub fn opposite(self) -> Self {
        match self {
            Self::Top => Self::Bottom,
            Self::Bottom => Self::Top,
        }
    }
}

/// The hints that determine the color model, by libjpeg's rules.
#[derive(Debug, Default)]
struct Hints {
    jfif: bool,
    /// The color transform of Adobe's segment.
    adobe: Option<u8>,
}

impl Header {
    /// Reads the headers up to the first scan. The size has been checked against the length of the data, so memory for
    /// it may be allocated.
    ///
    /// # Errors
    /// [`ErrorName::Data`](crate::error::ErrorName::Data) if the bytes aren't a JPEG, are truncated, or are too few for
    /// the size of the image, [`ErrorName::NotSupported`](crate::error::ErrorName::NotSupported) for lossless,
    /// hierarchical and arithmetic coding, and for more than 8 bits per sample.
    pub fn read(jpeg: &[u8]) -> Result<Self, MediaError> {
        if !jpeg.starts_with(&[0xff, SOI]) {
            return Err(MediaError::data("this is not a JPEG: it doesn't start with an SOI marker"));
        }
        let mut hints = Hints::default();
        let mut field = None;
        let mut frame = None;
        for Marker { code, data, end } in Markers::new(jpeg).skip(1) {
            match code {
                APP0 if data.starts_with(b"JFIF\0") => hints.jfif = true,
                APP0 if data.starts_with(b"AVI1") => {
                    field = match data.get(4) {
                        Some(1) => Some(Field::Top),
                        Some(2) => Some(Field::Bottom),
                        _ => None,
                    };
                }
                APP14 if data.starts_with(b"Adobe") => hints.adobe = data.get(11).copied(),
                DHT => {}
                0xc0..=0xcf if frame.is_some() => {
                    return Err(MediaError::data("the JPEG is corrupt: it has two frame headers"));
                }
                0xc0..=0xc2 => frame = Some((code, data)),
                0xc3 | 0xc5..=0xcf => return Err(unsupported(code)),
                SOS => {
                    let (code, data) = frame.ok_or_else(no_picture)?;
                    let header = Self { field, ..Self::of_frame(code == 0xc2, data, &hints)? };
                    header.check_length(jpeg.len() - end)?;
                    return Ok(header);
                }
                SOI | EOI => return Err(no_picture()),
                _ => {}
            }
        }
        Err(MediaError::data("the JPEG is cut short: it ends before its first scan"))
    }

    pub fn components(&self) -> &[Component] {
        &self.components[..self.count]
    }

    /// Whether both can be fields of the same frame: they are equal except for one line of height.
    pub fn is_like(&self, other: &Self) -> bool {
        let sampling = |header: &Self| header.components.map(|component| (component.across, component.down));
        self.width == other.width
            && self.height.abs_diff(other.height) <= 1
            && self.color == other.color
            && sampling(self) == sampling(other)
    }

    /// The number of columns of interleaved data units.
    pub fn units_across(&self) -> u32 {
        self.width.div_ceil(8 * self.across)
    }

    /// The number of rows of interleaved data units.
    pub fn units_down(&self) -> u32 {
        self.height.div_ceil(8 * self.down)
    }

    fn of_frame(progressive: bool, data: &[u8], hints: &Hints) -> Result<Self, MediaError> {
        let broken = || MediaError::data("the JPEG is corrupt: its frame header is invalid");
        let Some(([precision, h1, h0, w1, w0, count], rest)) = data.split_first_chunk() else {
            return Err(broken());
        };
        if *precision != 8 {
            return Err(MediaError::not_supported(format!(
                "the JPEG has {precision} bits per sample; save it with 8"
            )));
        }
        let [height, width] = [[h1, h0], [w1, w0]].map(|[high, low]| u32::from(*high) << 8 | u32::from(*low));
        if height == 0 {
            return Err(MediaError::not_supported(
                "the JPEG has its height after its first scan (DNL), which is not supported; save it with another program",
            ));
        }
        if width == 0 || width > MAX_SIDE || height > MAX_SIDE {
            return Err(MediaError::data(format!(
                "the JPEG has {width}x{height} pixels: each side must be 1 to {MAX_SIDE}"
            )));
        }
        let (described, _) = rest.as_chunks::<3>();
        let count = usize::from(*count);
        let Some(described) = described.get(..count) else { return Err(broken()) };
        let mut components = [Component::default(); 4];
        if !matches!(count, 1 | 3 | 4) {
            return Err(MediaError::not_supported(format!(
                "the JPEG has {count} components; only 1, 3 and 4 are supported"
            )));
        }
        for (component, [id, sampling, quantization]) in components.iter_mut().zip(described) {
            let (across, down) = (u32::from(sampling >> 4), u32::from(sampling & 15));
            if !(1..=4).contains(&across) || !(1..=4).contains(&down) || *quantization > 3 {
                return Err(broken());
            }
            let quantization = usize::from(*quantization);
            *component = Component { id: *id, across, down, quantization, ..Default::default() };
        }
        let across = components.iter().map(|component| component.across).max().unwrap_or(1);
        let down = components.iter().map(|component| component.down).max().unwrap_or(1);
        for component in &mut components[..count] {
            component.width = (width * component.across).div_ceil(across);
            component.height = (height * component.down).div_ceil(down);
        }
        let color = hints.color(count, [components[0].id, components[1].id, components[2].id]);
        Ok(Self { width, height, color, components, count, across, down, progressive, field: None })
    }

    /// Rejects a size that this many bytes can't hold: each block takes at least two bits, or one in a progressive
    /// JPEG.
    fn check_length(&self, bytes: usize) -> Result<(), MediaError> {
        let Self { width, height, .. } = *self;
        if self.progressive && u64::from(width) * u64::from(height) > MAX_PROGRESSIVE_PIXELS {
            return Err(MediaError::not_supported(format!(
                "a progressive JPEG of {width}x{height} pixels is too large: the limit is \
                 {MAX_PROGRESSIVE_PIXELS}; save it as baseline JPEG"
            )));
        }
        let blocks = |component: &Component| {
            u64::from(component.width.div_ceil(8)) * u64::from(component.height.div_ceil(8))
        };
        let blocks: u64 = self.components().iter().map(blocks).sum();
        let bits = if self.progressive { blocks } else { blocks * 2 };
        if bits / 8 > bytes as u64 {
            return Err(MediaError::data(format!(
                "the JPEG is cut short: {bytes} bytes can't hold {width}x{height} pixels"
            )));
        }
        Ok(())
    }
}

impl Hints {
    fn color(&self, count: usize, ids: [u8; 3]) -> Color {
        match (count, self.adobe) {
            (1, _) => Color::Gray,
            (3, _) if self.jfif => Color::YCbCr,
            (3, Some(0)) => Color::Rgb,
            (3, None) if ids == *b"RGB" => Color::Rgb,
            (3, _) => Color::YCbCr,
            (_, Some(2)) => Color::Ycck,
            _ => Color::Cmyk,
        }
    }
}

fn no_picture() -> MediaError {
    MediaError::data("the JPEG is corrupt: it has no image")
}

fn unsupported(code: u8) -> MediaError {
    let coding = match code {
        0xc3 => "lossless",
        0xc5..=0xc7 => "hierarchical",
        0xc9..=0xcf => "arithmetic",
        _ => "unknown",
    };
    MediaError::not_supported(format!("the JPEG has {coding} coding; save it as baseline JPEG"))
}
