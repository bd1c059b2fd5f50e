//! The common part of all scans: headers, the order of data units, and restarts.

use std::ops::Range;

use super::{
    bits::{BitReader, Segments},
    header::{Component, Header},
    huffman::Invalid,
};
use crate::error::MediaError;

/// The header of a scan.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scan {
    parts: [Part; 4],
    count: usize,
    /// The first and the last coefficient, in the order of the data. For progressive scans only.
    pub band: (usize, usize),
    /// The lowest bit of earlier scans of these coefficients, 0 in the first. For progressive scans only.
    pub high: u32,
    /// The lowest bit of this scan. For progressive scans only.
    pub low: u32,
    /// Data units in a row.
    pub units_across: usize,
    /// Rows of data units.
    pub units_down: usize,
}

/// A component in a scan.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part {
    /// The index of the component in the frame header.
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
        let broken = || MediaError::data("the JPEG is corrupt: the header of a scan is invalid");
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
            // A scan of one component isn't interleaved. Its sampling factors don't matter.
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

/// A decoder of the data units of a scan.
pub(super) trait Units {
    /// Resets the predictions.
    fn restart(&mut self);

    /// Decodes the data unit at this column and row.
    fn unit(&mut self, reader: &mut BitReader<'_>, column: usize, row: usize) -> Result<(), Invalid>;
}

/// Decodes all data units of a scan. A restart marker follows each `interval` of them, 0 for none.
///
/// # Errors
/// [`ErrorName::Data`](crate::error::ErrorName::Data) for missing or corrupt units.
#[inline(always)]
pub(super) fn decode(
    scan: &Scan,
    interval: usize,
    segments: &mut Segments<'_>,
    units: &mut impl Units,
) -> Result<(), MediaError> {
    let count = scan.units_across * scan.units_down;
    let interval = if interval == 0 { count } else { interval };
    for (index, start) in (0..count).step_by(interval).enumerate() {
        if index > 0 {
            if !segments.restart((index - 1) as u8 % 8) {
                return Err(MediaError::data("the JPEG is corrupt: a restart marker is missing"));
            }
            units.restart();
        }
        let end = count.min(start + interval);
        segment(scan, start..end, segments.reader(), units)?;
    }
    Ok(())
}

/// Decodes the data units of a segment, by their indices in the scan.
#[inline(always)]
fn segment(
    scan: &Scan,
    range: Range<usize>,
    mut reader: BitReader<'_>,
    units: &mut impl Units,
) -> Result<(), MediaError> {
    let cut_short = || MediaError::data("the JPEG is cut short: a part of a scan is missing");
    let mut next = range.start;
    while next < range.end {
        let (row, first) = (next / scan.units_across, next % scan.units_across);
        let end = scan.units_across.min(first + range.end - next);
        for column in first..end {
            if units.unit(&mut reader, column, row).is_err() {
                return Err(if reader.overran() {
                    cut_short()
                } else {
                    MediaError::data("the JPEG is corrupt: a scan has an undefined code")
                });
            }
        }
        if reader.overran() {
            return Err(cut_short());
        }
        next += end - first;
    }
    Ok(())
}
