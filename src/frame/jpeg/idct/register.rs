//! The instructions that the transform needs.

use std::ops::{Add, Sub};

/// A register with a row, or a column, of values of 16 bits. It can have those of several blocks: then each function
/// treats the parts of all blocks alike.
pub(super) trait Register: Copy {
    /// A register with half as many sums of 32 bits.
    type Sums: Copy + Add<Output = Self::Sums> + Sub<Output = Self::Sums>;

    /// The sums of two values, which wrap.
    fn add(self, other: Self) -> Self;

    /// The same sum everywhere.
    fn sums(self, value: i32) -> Self::Sums;

    /// The sums of two products, with a factor for the values of each register.
    fn products(self, other: Self, factors: [i16; 2]) -> Wide<Self::Sums>;

    /// Sums divided by `1 << SHIFT`, and saturated.
    fn narrow<const SHIFT: u32>(sums: Wide<Self::Sums>) -> Self;

    /// Samples of 8 bits: those of this column, then those of another one. Values from -128 to 127 become 0 to 255.
    fn samples(self, other: Self) -> Self;

    /// The first halves of both registers, in turns, and the second halves. A turn is 8 bits.
    fn zip8(self, other: Self) -> [Self; 2];

    /// As [`zip8`](Self::zip8), in turns of 16 bits.
    fn zip16(self, other: Self) -> [Self; 2];

    /// As [`zip8`](Self::zip8), in turns of 32 bits.
    fn zip32(self, other: Self) -> [Self; 2];

    /// As [`zip8`](Self::zip8), in turns of 64 bits.
    fn zip64(self, other: Self) -> [Self; 2];
}

/// Sums for a whole register of values: those of its first half, and those of its second half.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wide<T>(pub T, pub T);

impl<T: Add<Output = T>> Add for Wide<T> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0, self.1 + other.1)
    }
}

impl<T: Sub<Output = T>> Sub for Wide<T> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0, self.1 - other.1)
    }
}
