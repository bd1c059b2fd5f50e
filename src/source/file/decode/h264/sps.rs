//! Sequence parameter sets of H.264 (ITU-T H.264, 7.3.2.1 and E.1.1).

use crate::{
    error::MediaError,
    frame::{ChromaLocation, ColorRange},
    source::file::demux::{DeclaredColor, matrix_of},
};

/// The most luma blocks of 16x16 pixels in a picture that OpenH264 decodes: those of level 5.1.
const MOST_BLOCKS: u64 = 36_864;

/// The profiles whose parameter sets have the fields of High.
const HIGH_PROFILES: [u32; 13] = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135];

/// The properties of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sps {
    pub color: DeclaredColor,
}

impl Sps {
    /// Reads a NAL unit of type 7.
    ///
    /// # Errors
    /// `Data` if it is damaged, `NotSupported` for formats that OpenH264 can't decode.
    pub fn read(unit: &[u8]) -> Result<Self, MediaError> {
        let unsupported = |what: &str| {
            MediaError::not_supported(format!(
                "the H.264 video is {what}, which isn't supported; convert it, for example with ffmpeg -pix_fmt yuv420p"
            ))
        };
        let damaged = || MediaError::data("the H.264 video's parameters are corrupt; choose another file");
        let mut bits = Bits::new(unit.get(1..).unwrap_or_default());
        let fields = Fields::read(&mut bits).ok_or_else(damaged)?;
        if fields.chroma_format != 1 && fields.chroma_format != 0 {
            return Err(unsupported("not 4:2:0"));
        }
        if fields.depths != [0, 0] {
            return Err(unsupported("of more than 8 bits"));
        }
        if !fields.is_progressive {
            return Err(unsupported("interlaced"));
        }
        if fields.blocks > MOST_BLOCKS {
            return Err(unsupported("larger than 4096x2304 pixels"));
        }
        Ok(Self { color: fields.color })
    }
}

/// The fields of a set.
#[derive(Debug, Default)]
struct Fields {
    chroma_format: u32,
    /// The bits above 8 of luma and chroma.
    depths: [u32; 2],
    /// The number of blocks of 16x16 pixels.
    blocks: u64,
    is_progressive: bool,
    color: DeclaredColor,
}

impl Fields {
    fn read(bits: &mut Bits) -> Option<Self> {
        let mut fields = Self { chroma_format: 1, ..Default::default() };
        let profile = bits.read(8)?;
        bits.read(16)?;
        bits.unsigned()?;
        if HIGH_PROFILES.contains(&profile) {
            fields.chroma_format = bits.unsigned()?;
            if fields.chroma_format == 3 {
                bits.flag()?;
            }
            fields.depths = [bits.unsigned()?, bits.unsigned()?];
            bits.flag()?;
            if bits.flag()? {
                let lists = if fields.chroma_format == 3 { 12 } else { 8 };
                for list in 0..lists {
                    if bits.flag()? {
                        skip_scaling_list(bits, if list < 6 { 16 } else { 64 })?;
                    }
                }
            }
        }
        bits.unsigned()?;
        match bits.unsigned()? {
            0 => _ = bits.unsigned()?,
            1 => {
                bits.flag()?;
                bits.signed()?;
                bits.signed()?;
                let offsets = bits.unsigned()?;
                if offsets > 255 {
                    return None;
                }
                for _ in 0..offsets {
                    bits.signed()?;
                }
            }
            _ => {}
        }
        bits.unsigned()?;
        bits.flag()?;
        let [across, down] = [bits.unsigned()?, bits.unsigned()?].map(|blocks| u64::from(blocks) + 1);
        fields.blocks = across.saturating_mul(down);
        fields.is_progressive = bits.flag()?;
        if !fields.is_progressive {
            bits.flag()?;
        }
        bits.flag()?;
        if bits.flag()? {
            for _ in 0..4 {
                bits.unsigned()?;
            }
        }
        // Some streams end within the rest, which isn't needed.
        if bits.flag() == Some(true) {
            fields.read_usability(bits);
        }
        Some(fields)
    }

    /// Reads the start of the video usability information, as far as it goes.
    fn read_usability(&mut self, bits: &mut Bits) -> Option<()> {
        const EXTENDED_ASPECT_RATIO: u32 = 255;
        if bits.flag()? && bits.read(8)? == EXTENDED_ASPECT_RATIO {
            bits.read(32)?;
        }
        if bits.flag()? {
            bits.flag()?;
        }
        if bits.flag()? {
            bits.read(3)?;
            let is_full = bits.flag()?;
            self.color.range = Some(if is_full { ColorRange::Full } else { ColorRange::Limited });
            if bits.flag()? {
                bits.read(16)?;
                self.color.matrix = matrix_of(bits.read(8)?.into());
            }
        }
        if bits.flag()? {
            self.color.chroma_location = match bits.unsigned()? {
                0 => Some(ChromaLocation::Left),
                1 => Some(ChromaLocation::Center),
                2 => Some(ChromaLocation::TopLeft),
                _ => None,
            };
        }
        Some(())
    }
}

/// Skips a scaling list (7.3.2.1.1.1).
fn skip_scaling_list(bits: &mut Bits, len: usize) -> Option<()> {
    let (mut last, mut next) = (8, 8);
    for _ in 0..len {
        if next != 0 {
            next = (last + bits.signed()?).rem_euclid(256);
        }
        if next != 0 {
            last = next;
        }
    }
    Some(())
}

/// The bits of a NAL unit, without the bytes that prevent start codes in it.
#[derive(Debug)]
struct Bits {
    bytes: Vec<u8>,
    position: usize,
}

impl Bits {
    fn new(unit: &[u8]) -> Self {
        let mut bytes: Vec<u8> = Vec::with_capacity(unit.len());
        let mut zeros = 0;
        for byte in unit {
            if zeros >= 2 && *byte == 3 {
                zeros = 0;
                continue;
            }
            zeros = if *byte == 0 { zeros + 1 } else { 0 };
            bytes.push(*byte);
        }
        Self { bytes, position: 0 }
    }

    fn flag(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.position / 8)?;
        let bit = byte >> (7 - self.position % 8) & 1;
        self.position += 1;
        Some(bit == 1)
    }

    /// Reads a number of up to 32 bits.
    fn read(&mut self, count: u32) -> Option<u32> {
        (0..count).try_fold(0, |value, _| Some(value << 1 | u32::from(self.flag()?)))
    }

    /// Reads an Exp-Golomb code.
    fn unsigned(&mut self) -> Option<u32> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
        }
        if zeros > 31 {
            return None;
        }
        Some((1 << zeros) - 1 + self.read(zeros)?)
    }

    /// Reads a signed Exp-Golomb code.
    fn signed(&mut self) -> Option<i32> {
        let code = self.unsigned()?;
        let magnitude = i32::try_from(code.div_ceil(2)).ok()?;
        Some(if code % 2 == 1 { magnitude } else { -magnitude })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn exp_golomb_codes_are_read() {
        // 1, 010, 011, 00100, 00101 and filling.
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let codes: Vec<_> = (0..5).map(|_| bits.unsigned()).collect();
        assert_eq!(codes, [0, 1, 2, 3, 4].map(Some));
        let mut bits = Bits::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let codes: Vec<_> = (0..6).map(|_| bits.signed()).collect();
        assert_eq!(codes, [Some(0), Some(1), Some(-1), Some(2), Some(-2), None]);
        assert_eq!(Bits::new(&[0, 0, 3, 1, 0, 0, 3]).bytes, [0, 0, 1, 0, 0]);
        assert_eq!(Bits::new(&[0; 9]).unsigned(), None);
        assert_eq!(Bits::new(&[0, 0, 0, 1, 255, 255, 255, 255]).unsigned(), Some(u32::MAX - 1));
    }

    #[test]
    fn a_set_of_any_bytes_is_no_panic() {
        let mut state = 7_u32;
        for _ in 0..20_000 {
            let mut unit = [0_u8; 24];
            for byte in &mut unit {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = (state >> 24) as u8;
            }
            unit[1] = if state & 1 == 0 { 66 } else { 100 };
            if let Err(error) = Sps::read(&unit) {
                assert!(matches!(error.name, ErrorName::Data | ErrorName::NotSupported), "{error}");
            }
        }
    }
}
