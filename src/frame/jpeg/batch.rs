//! Blocks that wait for their transform.
//!
//! Blocks with a DC coefficient only and blocks with more follow each other by chance, which processors predict badly.
//! So decoded blocks are collected by their kind, and each kind is transformed in a loop of its own.

use super::{
    idct::{self, Block, Inverse, Pair},
    tables::NATURAL_ORDER,
};

/// The number of blocks of a kind. Their coefficients, 8 KiB, stay in the first-level cache.
const CAPACITY: usize = 64;

/// The place of a block in the planes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// The index of the plane. The batch doesn't interpret it.
    pub part: u8,
    /// The column of blocks.
    pub column: u16,
    /// The row of blocks.
    pub row: u16,
}

/// Collected blocks.
#[derive(Debug)]
pub(super) struct Batch {
    pairs: Pairs,
    places: [Place; CAPACITY],
    count: usize,
    /// The places and the coefficients of blocks with a DC coefficient only.
    flat: [(Place, i16); CAPACITY],
    flat_count: usize,
}

/// The coefficients of blocks with more than the DC coefficient. Those of unused blocks are 0, but the first one can
/// have any value. They are aligned to cache lines, because whole registers are read from them.
#[derive(Debug)]
#[repr(align(64))]
struct Pairs([Pair; CAPACITY / 2]);

impl Default for Batch {
    fn default() -> Self {
        Self {
            pairs: Pairs([[0; 128]; CAPACITY / 2]),
            places: [Place::default(); CAPACITY],
            count: 0,
            flat: [(Place::default(), 0); CAPACITY],
            flat_count: 0,
        }
    }
}

impl Batch {
    /// Removes all blocks.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// The coefficients of the next block. The first one must be set. The others are 0.
    #[inline(always)]
    pub fn next(&mut self) -> Coefficients<'_> {
        let index = self.count % CAPACITY;
        Coefficients { pair: &mut self.pairs.0[index / 2], order: &ORDERS[index % 2] }
    }

    /// Adds the [`next`](Self::next) block, with its first coefficient, and the index of the last coefficient that can
    /// differ from 0. The batch must not be full.
    #[inline(always)]
    pub fn push(&mut self, place: Place, dc: i16, last: usize) {
        // Adds it to both kinds, and then counts it as one of them: this needs no branch.
        self.places[self.count % CAPACITY] = place;
        self.flat[self.flat_count % CAPACITY] = (place, dc);
        let is_flat = last == 0;
        self.count += usize::from(!is_flat);
        self.flat_count += usize::from(is_flat);
    }

    /// Whether there is no room for another block of one of the kinds.
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.count >= CAPACITY || self.flat_count >= CAPACITY
    }

    /// Removes all blocks, and calls a function with the samples of each.
    #[inline(always)]
    pub fn flush(&mut self, inverse: impl Inverse, mut write: impl FnMut(Place, &Block)) {
        for (place, dc) in &self.flat[..self.flat_count] {
            write(*place, &[[idct::flat(*dc); 8]; 8]);
        }
        for (pair, places) in self.pairs.0.iter_mut().zip(self.places[..self.count].chunks(2)) {
            let blocks = inverse.inverse(pair);
            *pair = [0; 128];
            places.iter().zip(&blocks).for_each(|(place, block)| write(*place, block));
        }
        (self.count, self.flat_count) = (0, 0);
    }
}

/// The coefficients of a block.
#[derive(Debug)]
pub(super) struct Coefficients<'a> {
    pair: &'a mut Pair,
    order: &'static [u8; 64],
}

impl Coefficients<'_> {
    /// Sets the dequantized coefficient of this index, 0 to 63 in the order of the data.
    #[inline(always)]
    pub fn set(&mut self, index: usize, value: i16) {
        // The mask changes nothing. It makes the check of the bounds unnecessary.
        self.pair[usize::from(self.order[index] & 127)] = value;
    }
}

/// For the first and the second block of a [`Pair`], the places of coefficients in the order of the data.
static ORDERS: [[u8; 64]; 2] = [order(0), order(1)];

const fn order(block: u8) -> [u8; 64] {
    let mut order = NATURAL_ORDER;
    let mut index = 0;
    while index < 64 {
        let (row, column) = (order[index] / 8, order[index] % 8);
        order[index] = row * 16 + block * 8 + column;
        index += 1;
    }
    order
}
