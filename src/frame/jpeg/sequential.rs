//! Scans of baseline and extended sequential JPEGs, decoded to samples block by block.

use super::{
    PlaneMut,
    bits::BitReader,
    huffman::{END_OF_BLOCK, Invalid, Table},
    idct,
    scan::Units,
    tables::{NATURAL_ORDER, Quantization},
};

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

/// The components of a scan, followed by `None`.
pub(super) type Parts<'t, 'p> = [Option<Part<'t, 'p>>; 4];

impl Units for Parts<'_, '_> {
    fn restart(&mut self) {
        self.iter_mut().flatten().for_each(|part| part.prediction = 0);
    }

    #[inline(always)]
    fn unit(&mut self, reader: &mut BitReader<'_>, column: usize, row: usize) -> Result<(), Invalid> {
        for part in self {
            let Some(part) = part else { break };
            for down in 0..part.down {
                for across in 0..part.across {
                    part.block(reader, column * part.across + across, row * part.down + down)?;
                }
            }
        }
        Ok(())
    }
}

impl Part<'_, '_> {
    #[inline(always)]
    fn block(&mut self, reader: &mut BitReader<'_>, column: usize, row: usize) -> Result<(), Invalid> {
        let mut coefficients = [0; 64];
        let last = self.coefficients(reader, &mut coefficients)?;
        if last == 0 {
            self.plane.put(column, row, &idct::inverse::<1>(&coefficients));
        } else if last < 10 {
            // The first ten coefficients are in the first four rows and columns.
            self.plane.put(column, row, &idct::inverse::<4>(&coefficients));
        } else {
            self.plane.put(column, row, &idct::inverse::<8>(&coefficients));
        }
        Ok(())
    }

    /// Reads and dequantizes a block's coefficients. Returns an upper bound of the index of the last one that isn't 0,
    /// in the order of the data.
    #[inline(always)]
    fn coefficients(
        &mut self,
        reader: &mut BitReader<'_>,
        coefficients: &mut [i16; 64],
    ) -> Result<usize, Invalid> {
        let difference = self.dc.value(reader)?.ok_or(Invalid)?.value();
        self.prediction = self.prediction.wrapping_add(difference);
        coefficients[0] = self.prediction.wrapping_mul(i32::from(self.quantization[0])) as i16;
        let mut last = 0;
        let mut place = 1;
        while place < 64 {
            let Some(value) = self.ac.value(reader)? else {
                place += 16;
                continue;
            };
            place += value.run();
            if place >= 64 {
                break;
            }
            let factor = i32::from(self.quantization[place]);
            coefficients[usize::from(NATURAL_ORDER[place] & 63)] = value.value().wrapping_mul(factor) as i16;
            last = place;
            place += 1;
        }
        // A run of zeros beyond the block.
        if place > 64 && place < END_OF_BLOCK { Err(Invalid) } else { Ok(last) }
    }
}
