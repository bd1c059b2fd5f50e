//! The steps of the transform: columns, then rows.

use super::register::{Register, Wide};

/// Eight rows, or eight columns.
type Lanes<R> = [R; 8];

/// Fractional bits of the constants.
const CONSTANT_BITS: u32 = 13;

/// Fractional bits after the first pass.
const BETWEEN_BITS: u32 = 2;

/// The bits by which a transform in two dimensions is too large.
const SCALE_BITS: u32 = 3;

/// The samples of dequantized coefficients, both in rows, two rows in each register.
#[inline(always)]
pub(super) fn inverse<R: Register>(rows: Lanes<R>) -> [R; 4] {
    let between = transposed(pass::<R, { CONSTANT_BITS - BETWEEN_BITS }>(rows));
    samples(pass::<R, { CONSTANT_BITS + BETWEEN_BITS + SCALE_BITS }>(between))
}

/// One dimension, rounded by `SHIFT` bits.
#[inline(always)]
fn pass<R: Register, const SHIFT: u32>([in0, in1, in2, in3, in4, in5, in6, in7]: Lanes<R>) -> Lanes<R> {
    let half = in0.sums(1 << (SHIFT - 1));
    let one = 1 << CONSTANT_BITS;
    let sum = in0.products(in4, [one, one]) + Wide(half, half);
    let difference = in0.products(in4, [one, -one]) + Wide(half, half);
    let near = in2.products(in6, [fix(0.541_196_100) + fix(0.765_366_865), fix(0.541_196_100)]);
    let far = in2.products(in6, [fix(0.541_196_100), fix(0.541_196_100) - fix(1.847_759_065)]);
    let even = [sum + near, difference + far, difference - far, sum - near];

    let (sum37, sum15) = (in3.add(in7), in1.add(in5));
    let wide37 = sum37.products(sum15, [fix(1.175_875_602) - fix(1.961_570_560), fix(1.175_875_602)]);
    let wide15 = sum37.products(sum15, [fix(1.175_875_602), fix(1.175_875_602) - fix(0.390_180_644)]);
    let odd = [
        in7.products(in1, [-fix(0.899_976_223), fix(1.501_321_110) - fix(0.899_976_223)]) + wide15,
        in5.products(in3, [-fix(2.562_915_447), fix(3.072_711_026) - fix(2.562_915_447)]) + wide37,
        in5.products(in3, [fix(2.053_119_869) - fix(2.562_915_447), -fix(2.562_915_447)]) + wide15,
        in7.products(in1, [fix(0.298_631_336) - fix(0.899_976_223), -fix(0.899_976_223)]) + wide37,
    ];

    let mut output = [in0; 8];
    for index in 0..4 {
        output[index] = R::narrow::<SHIFT>(even[index] + odd[index]);
        output[7 - index] = R::narrow::<SHIFT>(even[index] - odd[index]);
    }
    output
}

/// A constant with [`CONSTANT_BITS`] fractional bits. It has 16 bits, because processors multiply pairs of those and
/// add the products in one instruction.
const fn fix(value: f64) -> i16 {
    (value * (1 << CONSTANT_BITS) as f64 + 0.5) as i16
}

/// Columns from rows.
#[inline(always)]
fn transposed<R: Register>([row0, row1, row2, row3, row4, row5, row6, row7]: Lanes<R>) -> Lanes<R> {
    // The upper, then the lower four values of each column.
    let upper = four_rows([row0, row1, row2, row3]);
    let lower = four_rows([row4, row5, row6, row7]);
    let mut columns = [row0; 8];
    for index in 0..4 {
        [columns[index * 2], columns[index * 2 + 1]] = upper[index].zip64(lower[index]);
    }
    columns
}

/// Four values of each of eight columns, two columns in each register.
#[inline(always)]
fn four_rows<R: Register>([row0, row1, row2, row3]: [R; 4]) -> [R; 4] {
    let [left01, right01] = row0.zip16(row1);
    let [left23, right23] = row2.zip16(row3);
    let [columns01, columns23] = left01.zip32(left23);
    let [columns45, columns67] = right01.zip32(right23);
    [columns01, columns23, columns45, columns67]
}

/// Rows of samples from columns of values, two rows in each register.
#[inline(always)]
fn samples<R: Register>(columns: Lanes<R>) -> [R; 4] {
    let [column0, column1, column2, column3, column4, column5, column6, column7] = columns;
    let [left01, right45] = column0.samples(column4).zip8(column1.samples(column5));
    let [left23, right67] = column2.samples(column6).zip8(column3.samples(column7));
    // The upper and the lower four rows, four columns of them.
    let [upper_left, lower_left] = left01.zip16(left23);
    let [upper_right, lower_right] = right45.zip16(right67);
    let [rows01, rows23] = upper_left.zip32(upper_right);
    let [rows45, rows67] = lower_left.zip32(lower_right);
    [rows01, rows23, rows45, rows67]
}
