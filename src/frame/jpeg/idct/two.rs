//! The transform of two blocks at a time, in registers of 256 bits.
//!
//! A register has the same row, or column, of both blocks, that of the first block in its lower half. The functions of
//! `fearless_simd` treat a register as a whole. AVX2 has faster instructions, which treat the halves alike.

#[cfg(target_arch = "x86")]
use std::arch::x86::*;
#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

use fearless_simd::{Avx2, i8x32, i16x16, i32x8, kernel, prelude::*, u8x32};

use super::{
    block::{Block, Inverse, Pair},
    register::{Register, Wide},
    transform,
};

impl Inverse for Avx2 {
    #[inline(always)]
    fn inverse(self, coefficients: &Pair) -> [Block; 2] {
        let (rows, _) = coefficients.as_chunks::<16>();
        let mut lanes = [i16x16::splat(self, 0); 8];
        for (lane, row) in lanes.iter_mut().zip(rows) {
            *lane = i16x16::from_slice(self, row);
        }
        let mut blocks = [[[0; 8]; 8]; 2];
        let [first, second] = &mut blocks;
        let [rows01, rows23, rows45, rows67] = transform::inverse(lanes).map(Into::into);
        for (block, four_rows) in [
            (&mut *first, [lower_halves(self, rows01, rows23), lower_halves(self, rows45, rows67)]),
            (second, [upper_halves(self, rows01, rows23), upper_halves(self, rows45, rows67)]),
        ] {
            let (targets, _) = block.as_chunks_mut::<4>();
            for (target, samples) in targets.iter_mut().zip(four_rows) {
                let samples: u8x32<_> = samples.simd_into(self);
                samples.store_slice(target.as_flattened_mut());
            }
        }
        blocks
    }
}

impl Register for i16x16<Avx2> {
    type Sums = i32x8<Avx2>;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self + other
    }

    #[inline(always)]
    fn sums(self, value: i32) -> i32x8<Avx2> {
        i32x8::splat(self.simd, value)
    }

    #[inline(always)]
    fn products(self, other: Self, [own, others]: [i16; 2]) -> Wide<i32x8<Avx2>> {
        let factors = i16x16::splat(self.simd, own).zip16(i16x16::splat(self.simd, others))[0];
        let [first, second] = self.zip16(other);
        let products = |values| self.simd.pairwise_dot_product_i16x16(values, factors);
        Wide(products(first), products(second))
    }

    #[inline(always)]
    fn narrow<const SHIFT: u32>(Wide(first, second): Wide<i32x8<Avx2>>) -> Self {
        narrow32(first.simd, (first >> SHIFT).into(), (second >> SHIFT).into()).simd_into(first.simd)
    }

    #[inline(always)]
    fn samples(self, other: Self) -> Self {
        let values: i8x32<_> = narrow16(self.simd, self.into(), other.into()).simd_into(self.simd);
        (values ^ i8x32::splat(self.simd, i8::MIN)).bitcast()
    }

    #[inline(always)]
    fn zip8(self, other: Self) -> [Self; 2] {
        zipped(self, other, [first_of_8, second_of_8])
    }

    #[inline(always)]
    fn zip16(self, other: Self) -> [Self; 2] {
        zipped(self, other, [first_of_16, second_of_16])
    }

    #[inline(always)]
    fn zip32(self, other: Self) -> [Self; 2] {
        zipped(self, other, [first_of_32, second_of_32])
    }

    #[inline(always)]
    fn zip64(self, other: Self) -> [Self; 2] {
        zipped(self, other, [first_of_64, second_of_64])
    }
}

#[inline(always)]
fn zipped(
    first: i16x16<Avx2>,
    second: i16x16<Avx2>,
    instructions: [impl Fn(Avx2, __m256i, __m256i) -> __m256i; 2],
) -> [i16x16<Avx2>; 2] {
    instructions.map(|zip| zip(first.simd, first.into(), second.into()).simd_into(first.simd))
}

/// Safe functions of instructions with two operands.
macro_rules! functions {
    ($($(#[$attribute:meta])* $name:ident: $instruction:expr;)+) => {
        $(kernel!(
            $(#[$attribute])*
            #[inline(always)]
            fn $name(avx2: Avx2, first: __m256i, second: __m256i) -> __m256i {
                $instruction(first, second)
            }
        );)+
    };
}

functions! {
    first_of_8: _mm256_unpacklo_epi8;
    second_of_8: _mm256_unpackhi_epi8;
    first_of_16: _mm256_unpacklo_epi16;
    second_of_16: _mm256_unpackhi_epi16;
    first_of_32: _mm256_unpacklo_epi32;
    second_of_32: _mm256_unpackhi_epi32;
    first_of_64: _mm256_unpacklo_epi64;
    second_of_64: _mm256_unpackhi_epi64;
    /// From 32 to 16 bits, saturated.
    narrow32: _mm256_packs_epi32;
    /// From 16 to 8 bits, saturated.
    narrow16: _mm256_packs_epi16;
    lower_halves: _mm256_permute2x128_si256::<0x20>;
    upper_halves: _mm256_permute2x128_si256::<0x31>;
}
