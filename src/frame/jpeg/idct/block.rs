//! Blocks, before and after the transform.

/// The dequantized coefficients of two blocks: a row of the first block, the same row of the second one, and so on.
pub(in super::super) type Pair = [i16; 128];

/// The samples of a block, in rows.
pub(in super::super) type Block = [[u8; 8]; 8];

/// An implementation of the transform.
pub(in super::super) trait Inverse: Copy {
    /// The samples of two blocks.
    fn inverse(self, coefficients: &Pair) -> [Block; 2];
}

/// The value of all samples of a block that has no coefficients but this one. Its two passes are one.
#[inline(always)]
pub(in super::super) fn flat(dc: i16) -> u8 {
    (((i32::from(dc) + 4) >> 3) + 128).clamp(0, 255) as u8
}
