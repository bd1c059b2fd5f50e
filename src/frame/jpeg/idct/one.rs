//! The transform of one block after the other, in registers of 128 bits. `fearless_simd` has them for all processors.

use fearless_simd::{i8x16, i16x8, i32x4, i64x2, prelude::*, u8x16};

use super::{
    block::{Block, Inverse, Pair},
    register::{Register, Wide},
    transform,
};

/// The implementation for all processors.
#[derive(Debug, Clone, Copy)]
pub(super) struct OneByOne<S>(pub S);

impl<S: Simd> Inverse for OneByOne<S> {
    #[inline(always)]
    fn inverse(self, coefficients: &Pair) -> [Block; 2] {
        let Self(simd) = self;
        let (rows, _) = coefficients.as_chunks::<8>();
        let mut blocks = [[[0; 8]; 8]; 2];
        for (first, block) in blocks.iter_mut().enumerate() {
            let mut lanes = [i16x8::splat(simd, 0); 8];
            for (lane, row) in lanes.iter_mut().zip(rows[first..].iter().step_by(2)) {
                *lane = i16x8::from_slice(simd, row);
            }
            let (two_rows, _) = block.as_flattened_mut().as_chunks_mut::<16>();
            for (rows, samples) in two_rows.iter_mut().zip(transform::inverse(lanes)) {
                let samples: u8x16<S> = samples.bitcast();
                samples.store_slice(rows);
            }
        }
        blocks
    }
}

impl<S: Simd> Register for i16x8<S> {
    type Sums = i32x4<S>;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self + other
    }

    #[inline(always)]
    fn sums(self, value: i32) -> i32x4<S> {
        i32x4::splat(self.simd, value)
    }

    #[inline(always)]
    fn products(self, other: Self, [own, others]: [i16; 2]) -> Wide<i32x4<S>> {
        let factors = i16x8::splat(self.simd, own).zip16(i16x8::splat(self.simd, others))[0];
        let [first, second] = self.zip16(other);
        let products = |values| self.simd.pairwise_dot_product_i16x8(values, factors);
        Wide(products(first), products(second))
    }

    #[inline(always)]
    fn narrow<const SHIFT: u32>(Wide(first, second): Wide<i32x4<S>>) -> Self {
        first.simd.saturating_narrow_i32x4(first >> SHIFT, second >> SHIFT)
    }

    #[inline(always)]
    fn samples(self, other: Self) -> Self {
        let values = self.simd.saturating_narrow_i16x8(self, other);
        (values ^ i8x16::splat(self.simd, i8::MIN)).bitcast()
    }

    #[inline(always)]
    fn zip8(self, other: Self) -> [Self; 2] {
        let (first, second): (i8x16<S>, i8x16<S>) = (self.bitcast(), other.bitcast());
        let (first, second) = self.simd.interleave_i8x16(first, second);
        [first.bitcast(), second.bitcast()]
    }

    #[inline(always)]
    fn zip16(self, other: Self) -> [Self; 2] {
        self.simd.interleave_i16x8(self, other).into()
    }

    #[inline(always)]
    fn zip32(self, other: Self) -> [Self; 2] {
        let (first, second): (i32x4<S>, i32x4<S>) = (self.bitcast(), other.bitcast());
        let (first, second) = self.simd.interleave_i32x4(first, second);
        [first.bitcast(), second.bitcast()]
    }

    #[inline(always)]
    fn zip64(self, other: Self) -> [Self; 2] {
        let (first, second): (i64x2<S>, i64x2<S>) = (self.bitcast(), other.bitcast());
        let (first, second) = self.simd.interleave_i64x2(first, second);
        [first.bitcast(), second.bitcast()]
    }
}
