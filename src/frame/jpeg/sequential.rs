//! Scans of baseline and extended sequential JPEGs, decoded to samples block by block.

use super::{
    PlaneMut,
    batch::{Batch, Coefficients, Place},
    bits::{BitReader, Segments},
    huffman::{Invalid, Table},
    idct::{Inverse, Task},
    scan::{self, Scan, Units},
    tables::Quantization,
};
use crate::error::MediaError;

/// The decoding of a scan to planes.
#[derive(Debug)]
pub(super) struct SequentialScan<'t, 'j, 'p> {
    pub scan: &'t Scan,
    /// Units between two restart markers, 0 for no markers.
    pub interval: usize,
    pub segments: &'t mut Segments<'j>,
    pub parts: Parts<'t, 'p>,
    pub batch: &'t mut Batch,
}

/// The components of a scan, followed by `None`.
pub(super) type Parts<'t, 'p> = [Option<Part<'t, 'p>>; 4];

/// A component of a scan.
#[derive(Debug)]
pub(super) struct Part<'t, 'p> {
    pub plane: &'t mut PlaneMut<'p>,
    pub dc: &'t Table,
    pub ac: &'t Table,
    pub quantization: &'t Quantization,
    /// Blocks in a unit, across.
    pub across: usize,
    /// Blocks in a unit, down.
    pub down: usize,
    /// The DC coefficient of the previous block.
    pub prediction: i32,
}

impl Task for SequentialScan<'_, '_, '_> {
    type Output = Result<(), MediaError>;

    #[inline(always)]
    fn run(self, inverse: impl Inverse) -> Result<(), MediaError> {
        let Self { scan, interval, segments, parts, batch } = self;
        batch.clear();
        let mut units = SequentialUnits { parts, batch, inverse };
        scan::decode(scan, interval, segments, &mut units)?;
        units.flush();
        Ok(())
    }
}

/// Decodes the units of a scan.
struct SequentialUnits<'t, 'p, I> {
    parts: Parts<'t, 'p>,
    batch: &'t mut Batch,
    inverse: I,
}

impl<I: Inverse> Units for SequentialUnits<'_, '_, I> {
    fn restart(&mut self) {
        self.parts.iter_mut().flatten().for_each(|part| part.prediction = 0);
    }

    #[inline(always)]
    fn unit(&mut self, reader: &mut BitReader<'_>, column: usize, row: usize) -> Result<(), Invalid> {
        for index in 0..self.parts.len() {
            let Some(part) = &self.parts[index] else { break };
            let (across, down) = (part.across, part.down);
            for y in row * down..(row + 1) * down {
                for x in column * across..(column + 1) * across {
                    let place = Place { part: index as u8, column: x as u16, row: y as u16 };
                    self.block(reader, place)?;
                }
            }
        }
        Ok(())
    }
}

impl<I: Inverse> SequentialUnits<'_, '_, I> {
    #[inline(always)]
    fn block(&mut self, reader: &mut BitReader<'_>, place: Place) -> Result<(), Invalid> {
        let Some(part) = &mut self.parts[usize::from(place.part)] else { return Ok(()) };
        let (dc, last) = part.coefficients(reader, self.batch.next())?;
        self.batch.push(place, dc, last);
        if self.batch.is_full() {
            self.flush();
        }
        Ok(())
    }

    /// Writes the samples of the collected blocks.
    #[inline(always)]
    fn flush(&mut self) {
        self.batch.flush(self.inverse, |Place { part, column, row }, samples| {
            if let Some(part) = &mut self.parts[usize::from(part)] {
                part.plane.put(column.into(), row.into(), samples);
            }
        });
    }
}

impl Part<'_, '_> {
    /// Reads and dequantizes a block's coefficients. Returns the first one, and an upper bound of the index of the last
    /// one that isn't 0, in the order of the data.
    #[inline(always)]
    fn coefficients(
        &mut self,
        reader: &mut BitReader<'_>,
        mut coefficients: Coefficients<'_>,
    ) -> Result<(i16, usize), Invalid> {
        self.prediction = self.prediction.wrapping_add(self.dc.value(reader)?.value());
        let dc = dequantized(self.prediction, self.quantization[0]);
        coefficients.set(0, dc);
        let mut index = 1;
        while index < 64 {
            let value = self.ac.value(reader)?;
            index += value.run();
            // A run beyond the block.
            let factor = *self.quantization.get(index).ok_or(Invalid)?;
            coefficients.set(index, dequantized(value.value(), factor));
            if value.end_length() > 0 {
                let is_end_only = value.value() == 0;
                // A block with its last coefficient has no end: the bits after it are those of the next block.
                if is_end_only || index < 63 {
                    reader.skip(value.end_length());
                }
                return Ok((dc, index - usize::from(is_end_only)));
            }
            index += 1;
        }
        Ok((dc, 63))
    }
}

#[inline(always)]
fn dequantized(value: i32, factor: u16) -> i16 {
    value.wrapping_mul(i32::from(factor)) as i16
}
