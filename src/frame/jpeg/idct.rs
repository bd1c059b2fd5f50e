//! The inverse discrete cosine transform of a block.
//!
//! It uses the integer arithmetic of libjpeg's `jidctint` (Loeffler, Ligtenberg and Moschytz, constants of 13 bits), so
//! samples are equal to libjpeg's to the bit. Eight columns, then eight rows, are transformed together: compilers turn
//! the loops over eight lanes into SIMD instructions.

/// A block of eight rows, or of eight columns.
type Lanes = [[i16; 8]; 8];

/// Fractional bits of the constants.
const CONSTANT_BITS: u32 = 13;

/// Fractional bits after the first pass.
const BETWEEN_BITS: u32 = 2;

/// Samples from dequantized coefficients, both in rows. Coefficients outside the first `N` rows and columns (1 to 8)
/// are treated as 0.
#[inline(always)]
pub(super) fn inverse<const N: usize>(coefficients: &[i16; 64]) -> [[u8; 8]; 8] {
    if N == 1 {
        return [[flat(coefficients[0]); 8]; 8];
    }
    let mut input = [[0; 8]; 8];
    for y in 0..N {
        input[y].copy_from_slice(&coefficients[y * 8..y * 8 + 8]);
    }
    let between = transposed(&pass::<N, { CONSTANT_BITS - BETWEEN_BITS }>(&input));
    let output = pass::<N, { CONSTANT_BITS + BETWEEN_BITS + 3 }>(&between);
    let mut samples = [[0; 8]; 8];
    for (samples, values) in samples.iter_mut().zip(&output) {
        for (sample, value) in samples.iter_mut().zip(values) {
            *sample = self::sample(*value);
        }
    }
    transposed(&samples)
}

/// The value of all samples of a block with a DC coefficient only, as both passes round it.
#[inline(always)]
fn flat(dc: i16) -> u8 {
    let between = i32::from(dc << BETWEEN_BITS);
    sample(((between + (1 << (BETWEEN_BITS + 2))) >> (BETWEEN_BITS + 3)) as i16)
}

#[inline(always)]
fn sample(value: i16) -> u8 {
    value.saturating_add(128).clamp(0, 255) as u8
}

/// One dimension. Lanes from `N` on are 0. The result is rounded by `SHIFT` bits. All factors have 16 bits, of which
/// processors multiply eight at a time.
#[inline(always)]
fn pass<const N: usize, const SHIFT: u32>(input: &Lanes) -> Lanes {
    let mut output = [[0; 8]; 8];
    for lane in 0..8 {
        let value = |index: usize| if index < N { input[index][lane] } else { 0 };
        let product = |value: i16, by: i16| i32::from(value) * i32::from(by);

        let (in0, in4) = (i32::from(value(0)) << CONSTANT_BITS, i32::from(value(4)) << CONSTANT_BITS);
        let (in2, in6) = (value(2), value(6));
        let (sum, difference) = (in0.wrapping_add(in4), in0.wrapping_sub(in4));
        let near = product(in2, fix(0.541_196_100) + fix(0.765_366_865))
            .wrapping_add(product(in6, fix(0.541_196_100)));
        let far = product(in2, fix(0.541_196_100))
            .wrapping_add(product(in6, fix(0.541_196_100) - fix(1.847_759_065)));
        let even = [
            sum.wrapping_add(near),
            difference.wrapping_add(far),
            difference.wrapping_sub(far),
            sum.wrapping_sub(near),
        ];

        let [in1, in3, in5, in7] = [value(1), value(3), value(5), value(7)];
        let (sum37, sum15) = (in3.wrapping_add(in7), in1.wrapping_add(in5));
        let wide37 = product(sum37, fix(1.175_875_602) - fix(1.961_570_560))
            .wrapping_add(product(sum15, fix(1.175_875_602)));
        let wide15 = product(sum37, fix(1.175_875_602))
            .wrapping_add(product(sum15, fix(1.175_875_602) - fix(0.390_180_644)));
        let odd = [
            product(in7, -fix(0.899_976_223))
                .wrapping_add(product(in1, fix(1.501_321_110) - fix(0.899_976_223)))
                .wrapping_add(wide15),
            product(in5, -fix(2.562_915_447))
                .wrapping_add(product(in3, fix(3.072_711_026) - fix(2.562_915_447)))
                .wrapping_add(wide37),
            product(in5, fix(2.053_119_869) - fix(2.562_915_447))
                .wrapping_add(product(in3, -fix(2.562_915_447)))
                .wrapping_add(wide15),
            product(in7, fix(0.298_631_336) - fix(0.899_976_223))
                .wrapping_add(product(in1, -fix(0.899_976_223)))
                .wrapping_add(wide37),
        ];

        for index in 0..4 {
            let half = 1 << (SHIFT - 1);
            let rounded = |value: i32| (value.wrapping_add(half) >> SHIFT) as i16;
            output[index][lane] = rounded(even[index].wrapping_add(odd[index]));
            output[7 - index][lane] = rounded(even[index].wrapping_sub(odd[index]));
        }
    }
    output
}

/// A constant with [`CONSTANT_BITS`] fractional bits.
const fn fix(value: f64) -> i16 {
    (value * (1 << CONSTANT_BITS) as f64 + 0.5) as i16
}

#[inline(always)]
fn transposed<T: Copy + Default>(rows: &[[T; 8]; 8]) -> [[T; 8]; 8] {
    let mut columns = [[T::default(); 8]; 8];
    for y in 0..8 {
        for x in 0..8 {
            columns[x][y] = rows[y][x];
        }
    }
    columns
}
