//! Scans of progressive JPEGs: coefficients are collected from all scans, and transformed at the end.

use super::{
    PlaneMut,
    batch::{self, Batch, Place},
    bits::BitReader,
    header::Header,
    huffman::{Invalid, Table},
    idct::{Inverse, Task},
    scan::{Scan, Units},
    tables::{NATURAL_ORDER, Quantization, Tables},
};
use crate::error::MediaError;

/// The coefficients of a block, in rows.
type Block = [i16; 64];

/// The bit position of coefficients that no scan has sent.
const NOTHING: u8 = u8::MAX;

/// The coefficients of all components.
#[derive(Debug, Default)]
pub(super) struct Coefficients {
    /// Memory that is reused for the next JPEG.
    blocks: Vec<Block>,
    components: [Component; 4],
}

/// The coefficients of a component.
#[derive(Debug, Clone, Copy)]
struct Component {
    /// The index of the first block, and the number of blocks in a row.
    first: usize,
    across: usize,
    /// For each coefficient in the order of the data, the lowest known bit.
    known: [u8; 64],
    /// The quantization table at its first scan.
    quantization: Option<Quantization>,
}

impl Default for Component {
    fn default() -> Self {
        Self { first: 0, across: 0, known: [NOTHING; 64], quantization: None }
    }
}

impl Coefficients {
    /// Allocates memory for a JPEG. `Header::read` has checked the size.
    pub fn begin(&mut self, header: &Header) {
        let (units_across, units_down) = (header.units_across() as usize, header.units_down() as usize);
        self.components = Default::default();
        let mut first = 0;
        for (component, described) in self.components.iter_mut().zip(header.components()) {
            let across = units_across * described.across as usize;
            *component = Component { first, across, ..Default::default() };
            first += across * units_down * described.down as usize;
        }
        self.blocks.clear();
        self.blocks.resize(first, [0; 64]);
    }

    /// The decoder of a scan.
    pub fn units<'t>(
        &'t mut self,
        header: &Header,
        scan: &'t Scan,
        tables: &'t Tables,
    ) -> Result<ProgressiveUnits<'t>, MediaError> {
        let (first, last) = scan.band;
        for part in scan.parts() {
            let component = &mut self.components[part.component];
            if component.quantization.is_none() {
                let number = header.components()[part.component].quantization;
                component.quantization = Some(*tables.quantization(number)?);
            }
            component.known[first..=last].fill(scan.low as u8);
        }
        Ok(ProgressiveUnits { coefficients: self, scan, tables, predictions: [0; 4], blocks_to_end: 0 })
    }

    /// Whether all coefficients are complete.
    pub fn are_whole(&self, header: &Header) -> bool {
        let components = &self.components[..header.components().len()];
        components.iter().all(|component| component.known == [0; 64])
    }

    /// Whether each component has at least one scan.
    pub fn have_all_components(&self, header: &Header) -> bool {
        let components = &self.components[..header.components().len()];
        components.iter().all(|component| component.known[0] != NOTHING)
    }
}

/// The transform of all coefficients to samples.
#[derive(Debug)]
pub(super) struct Finish<'t, 'p> {
    pub coefficients: &'t Coefficients,
    pub header: &'t Header,
    pub planes: &'t mut [PlaneMut<'p>],
    pub batch: &'t mut Batch,
}

impl Task for Finish<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self, inverse: impl Inverse) {
        let Self { coefficients, header, planes, batch } = self;
        batch.clear();
        for ((plane, component), described) in
            planes.iter_mut().zip(&coefficients.components).zip(header.components())
        {
            let mut write = |Place { column, row, .. }: Place, samples: &_| {
                plane.put(column.into(), row.into(), samples);
            };
            let factors = component.quantization.unwrap_or([0; 64]);
            for row in 0..described.height.div_ceil(8) as usize {
                for column in 0..described.width.div_ceil(8) as usize {
                    let block = &coefficients.blocks[component.first + row * component.across + column];
                    let (dc, last) = dequantize(block, &factors, batch.next());
                    batch.push(Place { part: 0, column: column as u16, row: row as u16 }, dc, last);
                    if batch.is_full() {
                        batch.flush(inverse, &mut write);
                    }
                }
            }
            batch.flush(inverse, write);
        }
    }
}

/// Returns the first coefficient, and the index of the last one that isn't 0.
#[inline(always)]
fn dequantize(block: &Block, factors: &Quantization, mut target: batch::Coefficients<'_>) -> (i16, usize) {
    let mut last = 0;
    for (index, (natural, factor)) in NATURAL_ORDER.iter().zip(factors).enumerate() {
        let value = i32::from(block[usize::from(*natural)]).wrapping_mul(i32::from(*factor)) as i16;
        target.set(index, value);
        if value != 0 {
            last = index;
        }
    }
    (block[0].wrapping_mul(factors[0] as i16), last)
}

/// Decodes the units of a scan.
#[derive(Debug)]
pub(super) struct ProgressiveUnits<'t> {
    coefficients: &'t mut Coefficients,
    scan: &'t Scan,
    tables: &'t Tables,
    /// For each component in the scan, the DC coefficient of the previous block.
    predictions: [i32; 4],
    /// The number of following blocks without data in this scan (EOBRUN).
    blocks_to_end: u32,
}

impl Units for ProgressiveUnits<'_> {
    fn restart(&mut self) {
        self.predictions = [0; 4];
        self.blocks_to_end = 0;
    }

    fn unit(&mut self, reader: &mut BitReader<'_>, column: usize, row: usize) -> Result<(), Invalid> {
        let scan = self.scan;
        for (part, prediction) in scan.parts().iter().zip(&mut self.predictions) {
            let Component { first, across, .. } = self.coefficients.components[part.component];
            for down in 0..part.down {
                for column in column * part.across..(column + 1) * part.across {
                    let index = first + (row * part.down + down) * across + column;
                    let block = self.coefficients.blocks.get_mut(index).ok_or(Invalid)?;
                    match scan.band {
                        (0, _) => dc(reader, block, scan, self.tables.dc(part.dc), prediction)?,
                        _ => ac(reader, block, scan, self.tables.ac(part.ac), &mut self.blocks_to_end)?,
                    }
                }
            }
        }
        Ok(())
    }
}

/// Decodes a DC coefficient (T.81, G.1.2.1).
fn dc(
    reader: &mut BitReader<'_>,
    block: &mut Block,
    scan: &Scan,
    table: &Table,
    prediction: &mut i32,
) -> Result<(), Invalid> {
    if scan.high == 0 {
        let difference = table.value(reader)?.value();
        *prediction = prediction.wrapping_add(difference);
        block[0] = (*prediction << scan.low) as i16;
    } else if reader.bit() {
        block[0] |= 1 << scan.low;
    }
    Ok(())
}

fn ac(
    reader: &mut BitReader<'_>,
    block: &mut Block,
    scan: &Scan,
    table: &Table,
    blocks_to_end: &mut u32,
) -> Result<(), Invalid> {
    if scan.high == 0 {
        ac_first(reader, block, scan, table, blocks_to_end)
    } else {
        ac_refinement(reader, block, scan, table, blocks_to_end)
    }
}

/// Decodes the first scan of AC coefficients (T.81, G.1.2.2).
fn ac_first(
    reader: &mut BitReader<'_>,
    block: &mut Block,
    scan: &Scan,
    table: &Table,
    blocks_to_end: &mut u32,
) -> Result<(), Invalid> {
    if *blocks_to_end > 0 {
        *blocks_to_end -= 1;
        return Ok(());
    }
    let (mut place, last) = scan.band;
    while place <= last {
        let symbol = table.symbol(reader)?;
        let (run, size) = (symbol >> 4, u32::from(symbol & 15));
        if size > 0 {
            place += usize::from(run);
            if place > last {
                return Err(Invalid);
            }
            block[usize::from(NATURAL_ORDER[place])] = (reader.take_signed(size) << scan.low) as i16;
            place += 1;
        } else if run == 15 {
            place += 16;
        } else {
            *blocks_to_end = run_of_ends(reader, run) - 1;
            break;
        }
    }
    Ok(())
}

/// Refines AC coefficients (T.81, G.1.2.3). Each coefficient that isn't 0 has a bit, also within a run of zeros.
fn ac_refinement(
    reader: &mut BitReader<'_>,
    block: &mut Block,
    scan: &Scan,
    table: &Table,
    blocks_to_end: &mut u32,
) -> Result<(), Invalid> {
    let (mut place, last) = scan.band;
    let one = 1_i16 << scan.low;
    while *blocks_to_end == 0 && place <= last {
        let symbol = table.symbol(reader)?;
        let (mut zeros, size) = (symbol >> 4, symbol & 15);
        let mut new = 0;
        if size > 0 {
            new = if reader.bit() { one } else { -one };
        } else if zeros < 15 {
            *blocks_to_end = run_of_ends(reader, zeros);
            break;
        }
        while place <= last {
            let coefficient = &mut block[usize::from(NATURAL_ORDER[place])];
            if *coefficient != 0 {
                refine(reader, coefficient, one);
            } else if zeros == 0 {
                *coefficient = new;
                break;
            } else {
                zeros -= 1;
            }
            place += 1;
        }
        place += 1;
    }
    if *blocks_to_end > 0 {
        for natural in &NATURAL_ORDER[place.min(64)..=last] {
            let coefficient = &mut block[usize::from(*natural)];
            if *coefficient != 0 {
                refine(reader, coefficient, one);
            }
        }
        *blocks_to_end -= 1;
    }
    Ok(())
}

#[inline(always)]
fn refine(reader: &mut BitReader<'_>, coefficient: &mut i16, one: i16) {
    if reader.bit() && *coefficient & one == 0 {
        *coefficient = coefficient.wrapping_add(if *coefficient > 0 { one } else { -one });
    }
}

/// The number of blocks that end, including this one.
fn run_of_ends(reader: &mut BitReader<'_>, bits: u8) -> u32 {
    let more = if bits > 0 { reader.take(u32::from(bits)) as u32 } else { 0 };
    (1 << bits) + more
}
