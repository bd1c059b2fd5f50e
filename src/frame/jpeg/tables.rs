//! The Huffman and quantization tables of a JPEG.

use super::huffman::{Class, Definition, STANDARD, Table};
use crate::error::MediaError;

/// For each coefficient in the order of the data, its index in the rows of the block (T.81, figure A.6).
#[rustfmt::skip]
pub(super) const NATURAL_ORDER: [u8; 64] = [
     0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
    12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
    35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
    58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
];

/// A quantization table, in the order of the data.
pub(super) type Quantization = [u16; 64];

/// All tables, as defined before the next scan.
#[derive(Debug)]
pub(super) struct Tables {
    dc: [Table; 4],
    ac: [Table; 4],
    /// Whether the JPEG defines the tables of [`Class::Dc`] and [`Class::Ac`].
    defined: [[bool; 4]; 2],
    quantization: [Option<Quantization>; 4],
}

impl Default for Tables {
    fn default() -> Self {
        let [dc, ac] = [Class::Dc, Class::Ac].map(|class| std::array::from_fn(|_| Table::empty(class)));
        Self { dc, ac, defined: [[false; 4]; 2], quantization: [None; 4] }
    }
}

impl Tables {
    /// Forgets all definitions. Memory of tables is kept, because the next JPEG probably defines the same ones.
    pub fn reset(&mut self) {
        self.defined = [[false; 4]; 2];
        self.quantization = [None; 4];
    }

    /// Replaces missing tables of Huffman codes by the standard ones.
    pub fn complete(&mut self) {
        for (tables, (class, defined)) in
            [&mut self.dc, &mut self.ac].into_iter().zip((0..).zip(self.defined))
        {
            for (number, table) in tables.iter_mut().enumerate().filter(|(number, _)| !defined[*number]) {
                // Tables 2 and 3 have no standard: use those of luminance.
                let result = table.define(STANDARD[usize::from(number == 1)][class]);
                debug_assert_eq!(result, Ok(()));
            }
        }
    }

    /// Reads the definitions of a DHT segment.
    pub fn define_huffman(&mut self, mut data: &[u8]) -> Result<(), MediaError> {
        let broken = || MediaError::data("the JPEG is corrupt: a Huffman table is invalid");
        while let Some(([kind, counts @ ..], rest)) = data.split_first_chunk::<17>() {
            let length = counts.iter().map(|count| usize::from(*count)).sum();
            let (symbols, rest) = rest.split_at_checked(length).ok_or_else(broken)?;
            let (tables, class) = match kind >> 4 {
                0 => (&mut self.dc, Class::Dc),
                1 => (&mut self.ac, Class::Ac),
                _ => return Err(broken()),
            };
            let number = usize::from(kind & 15);
            let table = tables.get_mut(number).ok_or_else(broken)?;
            self.defined[usize::from(class == Class::Ac)][number] = true;
            table.define(Definition { class, counts, symbols }).map_err(|_| broken())?;
            data = rest;
        }
        Ok(())
    }

    /// Reads the definitions of a DQT segment, of 8 or 16 bits.
    pub fn define_quantization(&mut self, mut data: &[u8]) -> Result<(), MediaError> {
        let broken = || MediaError::data("the JPEG is corrupt: a quantization table is invalid");
        while let Some((kind, rest)) = data.split_first() {
            let table = self.quantization.get_mut(usize::from(kind & 15)).ok_or_else(broken)?;
            let (factors, rest) = match kind >> 4 {
                0 => {
                    let (factors, rest) = rest.split_first_chunk::<64>().ok_or_else(broken)?;
                    (factors.map(u16::from), rest)
                }
                1 => {
                    let (factors, rest) = rest.split_first_chunk::<128>().ok_or_else(broken)?;
                    let (pairs, _) = factors.as_chunks::<2>();
                    (std::array::from_fn(|index| u16::from_be_bytes(pairs[index])), rest)
                }
                _ => return Err(broken()),
            };
            *table = Some(factors);
            data = rest;
        }
        Ok(())
    }

    /// A DC table, 0 to 3.
    pub fn dc(&self, number: usize) -> &Table {
        &self.dc[number & 3]
    }

    /// An AC table, 0 to 3.
    pub fn ac(&self, number: usize) -> &Table {
        &self.ac[number & 3]
    }

    pub fn quantization(&self, number: usize) -> Result<&Quantization, MediaError> {
        let table = self.quantization.get(number).and_then(Option::as_ref);
        table.ok_or_else(|| MediaError::data("the JPEG is corrupt: a quantization table is missing"))
    }
}
