//! What all scans have in common: their headers, the order of their units, and restarts.

use super::{
    bits::BitReader,
    header::{Component, Header},
    huffman::Invalid,
};
use crate::error::MediaError;

/// The header of a scan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan {
    parts: [Part; 4],
    count: usize,
    /// The first and the last coefficient, in the order of the data. Progressive scans only.
    pub band: (usize, usize),
    /// The bit that the coefficients had been sent down to, 0 in the first scan of them. Progressive scans only.
    pub high: u32,
    /// The bit that they are sent down to. Progressive scans only.
    pub low: u32,
    /// Units in a row.
    pub units_across: usize,
    /// Rows of units.
    pub units_down: usize,
}

/// A component in a scan.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    /// Its place among the components of the frame.
    pub component: usize,
    pub dc: usize,
    pub ac: usize,
    /// Blocks in a unit, across.
    pub across: usize,
    /// Blocks in a unit, down.
    pub down: usize,
}

impl Scan {
    pub fn read(header: &Header, data: &[u8]) -> Result<Self, MediaError> {
        let broken = || MediaError::data("the JPEG is broken: the header of a scan makes no sense");
        let (count, rest) = data.split_first().ok_or_else(broken)?;
        let count = usize::from(*count);
        let (described, rest) = rest.split_at_checked(count * 2).ok_or_else(broken)?;
        let [first, last, bits] = *rest.first_chunk().ok_or_else(broken)?;
        if !(1..=header.components().len()).contains(&count) {
            return Err(broken());
        }
        let mut parts = [Part::default(); 4];
        let mut taken = [false; 4];
        let (pairs, _) = described.as_chunks::<2>();
        for (part, [id, tables]) in parts.iter_mut().zip(pairs) {
            let is_next = |(index, component): &(usize, &Component)| component.id == *id && !taken[*index];
            let (index, component) =
                header.components().iter().enumerate().find(is_next).ok_or_else(broken)?;
            taken[index] = true;
            let (dc, ac) = (usize::from(tables >> 4), usize::from(tables & 15));
            if dc > 3 || ac > 3 {
                return Err(broken());
            }
            let (across, down) = (component.across as usize, component.down as usize);
            *part = Part { component: index, dc, ac, across, down };
        }
        let (mut across, mut down) = (header.units_across() as usize, header.units_down() as usize);
        if let [part] = &mut parts[..count] {
            // A component that is alone isn't interleaved, whatever its sampling factors.
            let component = header.components()[part.component];
            (part.across, part.down) = (1, 1);
            (across, down) = (component.width.div_ceil(8) as usize, component.height.div_ceil(8) as usize);
        }
        let scan = Self {
            parts,
            count,
            band: (usize::from(first), usize::from(last)),
            high: u32::from(bits >> 4),
            low: u32::from(bits & 15),
            units_across: across,
            units_down: down,
        };
        if header.progressive {
            let one_kind = if first == 0 { last == 0 } else { count == 1 };
            let one_bit = scan.high == 0 || scan.high == scan.low + 1;
            if first > last || last > 63 || !one_kind || !one_bit || scan.low > 13 {
                return Err(broken());
            }
        }
        Ok(scan)
    }

    pub fn parts(&self) -> &[Part] {
        &self.parts[..self.count]
    }
}

/// Decodes the units of a scan.
pub(super) trait Units {
    /// Forgets what came before.
    fn restart(&mut self);

    /// Decodes one unit: its column and row among the units.
    fn unit(&mut self, reader: &mut BitReader<'_>, column: usize, row: usize) -> Result<(), Invalid>;
}

/// Decodes all units of a scan. A restart marker is expected after each `interval` of them, 0 for none.
///
/// # Errors
/// [`ErrorName::Data`](crate::error::ErrorName::Data) where units are missing or broken.
#[inline(always)]
pub(super) fn decode(
    scan: &Scan,
    interval: usize,
    reader: &mut BitReader<'_>,
    units: &mut impl Units,
) -> Result<(), MediaError> {
    let cut_short = || MediaError::data("the JPEG is cut short: a part of its picture is missing");
    let mut left = interval;
    let mut number = 0;
    for row in 0..scan.units_down {
        for column in 0..scan.units_across {
            if interval > 0 {
                if left == 0 {
                    if reader.overran() {
                        return Err(cut_short());
                    }
                    if !reader.restart(number) {
                        return Err(MediaError::data(
                            "the JPEG is broken: a restart marker is missing in its picture",
                        ));
                    }
                    units.restart();
                    number = (number + 1) % 8;
                    left = interval;
                }
                left -= 1;
            }
            if units.unit(reader, column, row).is_err() {
                return Err(if reader.overran() {
                    cut_short()
                } else {
                    MediaError::data("the JPEG is broken: its picture has a code that makes no sense")
                });
            }
        }
        if reader.overran() {
            return Err(cut_short());
        }
    }
    Ok(())
}
