//! The conversion of RGBA frames to I420: planes of luma and of two chroma components with half the resolution.
//!
//! The conversion takes sixteen columns of two rows at a time, in loops that the compiler vectorizes. A chroma sample
//! is the mean of 2x2 pixels. It is thus centered between them, as in JPEG. Video usually has it at the left pixels, a
//! quarter of a chroma sample away. Browsers and FFmpeg's scaler ignore this difference and display all video as
//! centered.

use bevy::math::UVec2;

use super::{ColorRange, ColorSpace, MatrixCoefficients, rgba::RgbaFrame};

/// The pixels of a row that are converted at a time.
const BLOCK: usize = 16;
/// Their bytes.
const BLOCK_BYTES: usize = BLOCK * 4;

/// A frame of three planes. The chroma planes have half the width and height, rounded up. There are no gaps between
/// the rows.
#[derive(Debug)]
pub(crate) struct I420 {
    size: UVec2,
    y: Vec<u8>,
    u: Vec<u8>,
    v: Vec<u8>,
}

impl I420 {
    /// A frame of this size, to be filled by [`I420::convert`].
    pub(crate) fn new(size: UVec2) -> Self {
        let area = |size: UVec2| size.x as usize * size.y as usize;
        let chroma = chroma_size(size);
        Self { size, y: vec![0; area(size)], u: vec![0; area(chroma)], v: vec![0; area(chroma)] }
    }

    /// The size in pixels.
    pub(crate) fn size(&self) -> UVec2 {
        self.size
    }

    /// The planes: luma (Y), then the chroma components of blue (U) and red (V).
    pub(crate) fn planes(&self) -> [&[u8]; 3] {
        [&self.y, &self.u, &self.v]
    }

    /// The bytes from row to row of the planes.
    #[cfg_attr(not(feature = "recorder"), expect(dead_code, reason = "encoders read them"))]
    pub(crate) fn strides(&self) -> [usize; 3] {
        let chroma = chroma_size(self.size).x as usize;
        [self.size.x as usize, chroma, chroma]
    }

    /// Replaces the contents by the top left part of an RGBA frame that is at least as large: by BT.709 in limited
    /// range, or else by BT.601.
    pub(crate) fn convert(&mut self, frame: RgbaFrame<'_>, color: ColorSpace) {
        debug_assert!(frame.size().cmpge(self.size).all());
        let frame = frame.cropped(self.size);
        // One copy of the loop for each color space, with constants in place of the coefficients.
        match (color.matrix, color.range) {
            (MatrixCoefficients::Bt709, _) => {
                self.convert_rows(frame, const { Coefficients::new(0.2126, 0.0722, false) })
            }
            (_, ColorRange::Limited) => {
                self.convert_rows(frame, const { Coefficients::new(0.299, 0.114, false) })
            }
            (_, ColorRange::Full) => {
                self.convert_rows(frame, const { Coefficients::new(0.299, 0.114, true) })
            }
        }
    }

    #[inline(always)]
    fn convert_rows(&mut self, frame: RgbaFrame<'_>, coefficients: Coefficients) {
        let width = self.size.x as usize;
        let chroma_width = width.div_ceil(2);
        let luma = self.y.chunks_mut(2 * width);
        let chroma = self.u.chunks_exact_mut(chroma_width).zip(self.v.chunks_exact_mut(chroma_width));
        for (i, (luma, (u, v))) in luma.zip(chroma).enumerate() {
            let top = frame.row(2 * i);
            let (y_top, y_bottom) = luma.split_at_mut(width);
            if y_bottom.is_empty() {
                // The last of an odd number of rows counts twice.
                convert_two_rows([top, top], [y_top, &mut vec![0; width]], u, v, &coefficients);
            } else {
                convert_two_rows([top, frame.row(2 * i + 1)], [y_top, y_bottom], u, v, &coefficients);
            }
        }
    }
}

/// The size of a chroma plane.
fn chroma_size(size: UVec2) -> UVec2 {
    UVec2::new(size.x.div_ceil(2), size.y.div_ceil(2))
}

/// Converts two rows of pixels to two rows of luma and one of chroma.
#[inline(always)]
fn convert_two_rows(
    rgba: [&[u8]; 2],
    [y_top, y_bottom]: [&mut [u8]; 2],
    u: &mut [u8],
    v: &mut [u8],
    coefficients: &Coefficients,
) {
    let [(top, top_rest), (bottom, bottom_rest)] = rgba.map(|row| row.as_chunks::<BLOCK_BYTES>());
    let (y_top, y_top_rest) = y_top.as_chunks_mut::<BLOCK>();
    let (y_bottom, y_bottom_rest) = y_bottom.as_chunks_mut::<BLOCK>();
    let (u, u_rest) = u.as_chunks_mut::<{ BLOCK / 2 }>();
    let (v, v_rest) = v.as_chunks_mut::<{ BLOCK / 2 }>();
    for (((top, bottom), (y_top, y_bottom)), (u, v)) in
        top.iter().zip(bottom).zip(y_top.iter_mut().zip(y_bottom)).zip(u.iter_mut().zip(v))
    {
        convert_block([top, bottom], [y_top, y_bottom], u, v, coefficients);
    }
    if !top_rest.is_empty() {
        let [mut y_top, mut y_bottom] = [[0; BLOCK]; 2];
        let [mut u, mut v] = [[0; BLOCK / 2]; 2];
        convert_block(
            [&padded(top_rest), &padded(bottom_rest)],
            [&mut y_top, &mut y_bottom],
            &mut u,
            &mut v,
            coefficients,
        );
        y_top_rest.copy_from_slice(&y_top[..y_top_rest.len()]);
        y_bottom_rest.copy_from_slice(&y_bottom[..y_bottom_rest.len()]);
        u_rest.copy_from_slice(&u[..u_rest.len()]);
        v_rest.copy_from_slice(&v[..v_rest.len()]);
    }
}

/// A block that begins with these pixels and repeats the last one.
fn padded(pixels: &[u8]) -> [u8; BLOCK_BYTES] {
    let mut block = [0; BLOCK_BYTES];
    block[..pixels.len()].copy_from_slice(pixels);
    if let Some(last) = pixels.as_chunks::<4>().0.last() {
        block[pixels.len()..].as_chunks_mut::<4>().0.fill(*last);
    }
    block
}

#[inline(always)]
fn convert_block(
    rgba: [&[u8; BLOCK_BYTES]; 2],
    y: [&mut [u8; BLOCK]; 2],
    u: &mut [u8; BLOCK / 2],
    v: &mut [u8; BLOCK / 2],
    coefficients: &Coefficients,
) {
    let rows =
        if rgba.iter().all(|row| is_opaque(row)) { rgba.map(split) } else { rgba.map(split_over_black) };
    for ([r, g, b], y) in rows.iter().zip(y) {
        for i in 0..BLOCK {
            y[i] = coefficients.y.apply([r[i] << 7, g[i] << 7, b[i] << 7]);
        }
    }
    let [top, bottom] = rows;
    for i in 0..BLOCK / 2 {
        let sum = |channel: usize| {
            let (top, bottom) = (&top[channel], &bottom[channel]);
            (top[2 * i] + top[2 * i + 1] + bottom[2 * i] + bottom[2 * i + 1]) << 5
        };
        let mean = [sum(0), sum(1), sum(2)];
        u[i] = coefficients.u.apply(mean);
        v[i] = coefficients.v.apply(mean);
    }
}

/// The values of red, green and blue in a row.
type Channels = [[i16; BLOCK]; 3];

#[inline(always)]
fn is_opaque(rgba: &[u8; BLOCK_BYTES]) -> bool {
    rgba.as_chunks::<4>().0.iter().fold(u32::MAX, |all, pixel| all & u32::from_le_bytes(*pixel)) >> 24 == 255
}

#[inline(always)]
fn split(rgba: &[u8; BLOCK_BYTES]) -> Channels {
    let mut channels = [[0; BLOCK]; 3];
    for (i, pixel) in rgba.as_chunks::<4>().0.iter().enumerate() {
        // Shifts of whole pixels are vectorized, single bytes aren't.
        let pixel = u32::from_le_bytes(*pixel);
        for (shift, channel) in [0, 8, 16].into_iter().zip(&mut channels) {
            channel[i] = (pixel >> shift & 0xff) as i16;
        }
    }
    channels
}

/// The values of the pixels composed over black.
#[inline(never)]
fn split_over_black(rgba: &[u8; BLOCK_BYTES]) -> Channels {
    let mut channels = split(rgba);
    let mut alpha = [0; BLOCK];
    for (pixel, alpha) in rgba.as_chunks::<4>().0.iter().zip(&mut alpha) {
        *alpha = (u32::from_le_bytes(*pixel) >> 24) as u16;
    }
    for channel in &mut channels {
        for (value, alpha) in channel.iter_mut().zip(&alpha) {
            // The rounded quotient by 255.
            let product = *value as u16 * alpha + 128;
            *value = ((product + (product >> 8)) >> 8) as i16;
        }
    }
    channels
}

/// The coefficients of a conversion.
#[derive(Debug, Clone, Copy)]
struct Coefficients {
    y: Weights,
    u: Weights,
    v: Weights,
}

impl Coefficients {
    /// The coefficients for a matrix by the shares of red and blue in luma, and a range.
    const fn new(red: f64, blue: f64, full_range: bool) -> Self {
        let green = 1.0 - red - blue;
        let (luma, chroma, black) =
            if full_range { (1.0, 1.0, 0) } else { (219.0 / 255.0, 224.0 / 255.0, 16) };
        let u = chroma / (2.0 * (1.0 - blue));
        let v = chroma / (2.0 * (1.0 - red));
        Self {
            y: Weights::new([luma * red, luma * green, luma * blue], black),
            u: Weights::new([-u * red, -u * green, u * (1.0 - blue)], 128),
            v: Weights::new([v * (1.0 - red), -v * green, -v * blue], 128),
        }
    }
}

/// The weights of red, green and blue in one component.
#[derive(Debug, Clone, Copy)]
struct Weights {
    /// In units of 1/32768.
    rgb: [i16; 3],
    /// The offset with rounding, in units of 1/64.
    offset: i16,
}

impl Weights {
    const fn new(rgb: [f64; 3], offset: i16) -> Self {
        const fn fixed(weight: f64) -> i16 {
            (weight * 32768.0).round() as i16
        }
        // One more than a half for the three products, which are rounded down.
        Self { rgb: [fixed(rgb[0]), fixed(rgb[1]), fixed(rgb[2])], offset: offset * 64 + 33 }
    }

    /// The component, from values of red, green and blue in units of 1/128.
    #[inline(always)]
    fn apply(&self, rgb: [i16; 3]) -> u8 {
        // The high half of a product of 16 bits: one instruction for eight pixels.
        let product = |i: usize| ((i32::from(rgb[i]) * i32::from(self.rgb[i])) >> 16) as i16;
        ((product(0) + product(1) + product(2) + self.offset) >> 6).clamp(0, 255) as u8
    }
}

#[cfg(test)]
mod tests {
    use bevy::math::uvec2;

    use super::*;

    const BT709: ColorSpace = ColorSpace { matrix: MatrixCoefficients::Bt709, range: ColorRange::Limited };
    const BT601: ColorSpace = ColorSpace { matrix: MatrixCoefficients::Bt601, range: ColorRange::Limited };
    const FORMATS: [(ColorSpace, f64, f64); 3] =
        [(BT709, 0.2126, 0.0722), (BT601, 0.299, 0.114), (ColorSpace::JPEG, 0.299, 0.114)];

    /// Luma and chroma of a color between 0 and 255, by the definition in ITU-T H.273.
    fn reference(color: ColorSpace, red: f64, blue: f64, [r, g, b]: [f64; 3]) -> [f64; 3] {
        let luma = red * r + (1.0 - red - blue) * g + blue * b;
        let [u, v] = [(b - luma) / (2.0 * (1.0 - blue)), (r - luma) / (2.0 * (1.0 - red))];
        if color.range == ColorRange::Full {
            [luma, u + 128.0, v + 128.0]
        } else {
            [luma * 219.0 / 255.0 + 16.0, u * 224.0 / 255.0 + 128.0, v * 224.0 / 255.0 + 128.0]
        }
    }

    /// Noise. Blocks are opaque, translucent or both.
    fn noise(len: usize) -> Vec<u8> {
        let mut seed = 1u32;
        (0..len)
            .map(|i| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if i % 4 == 3 && i / 200 % 2 == 0 { 255 } else { (seed >> 24) as u8 }
            })
            .collect()
    }

    #[test]
    fn the_conversion_is_that_of_the_definition() {
        for size in [
            uvec2(1, 1),
            uvec2(2, 2),
            uvec2(16, 1),
            uvec2(1, 17),
            uvec2(17, 3),
            uvec2(33, 16),
            uvec2(100, 51),
        ] {
            let stride = size.x as usize * 4;
            let bytes = noise(stride * size.y as usize);
            let frame = RgbaFrame::new(&bytes, size).expect("bytes of this size");
            let pixel = |x: u32, y: u32| {
                let (x, y) = (x.min(size.x - 1) as usize, y.min(size.y - 1) as usize);
                let pixel = &bytes[y * stride + x * 4..][..4];
                [0, 1, 2].map(|i| f64::from(pixel[i]) * f64::from(pixel[3]) / 255.0)
            };
            for (color, red, blue) in FORMATS {
                let mut i420 = I420::new(size);
                i420.convert(frame, color);
                let [y_plane, u_plane, v_plane] = i420.planes();
                let (mut luma_values, mut chroma_values) = (y_plane.iter(), u_plane.iter().zip(v_plane));
                for y in 0..size.y {
                    for x in 0..size.x {
                        let [expected, ..] = reference(color, red, blue, pixel(x, y));
                        let luma = f64::from(*luma_values.next().expect("a value for each pixel"));
                        assert!((luma - expected).abs() < 1.1, "{color:?}: {luma} instead of {expected}");
                    }
                }
                let chroma = chroma_size(size);
                for y in 0..chroma.y {
                    for x in 0..chroma.x {
                        let (x, y) = (2 * x, 2 * y);
                        let pixels = [pixel(x, y), pixel(x + 1, y), pixel(x, y + 1), pixel(x + 1, y + 1)];
                        let mean = [0, 1, 2].map(|i| pixels.iter().map(|pixel| pixel[i]).sum::<f64>() / 4.0);
                        let [_, expected_u, expected_v] = reference(color, red, blue, mean);
                        let (u, v) = chroma_values.next().expect("a value for four pixels");
                        assert!(
                            (f64::from(*u) - expected_u).abs() < 1.1,
                            "{color:?}: {u} instead of {expected_u}"
                        );
                        assert!(
                            (f64::from(*v) - expected_v).abs() < 1.1,
                            "{color:?}: {v} instead of {expected_v}"
                        );
                    }
                }
                assert_eq!((luma_values.next(), chroma_values.next()), (None, None));
            }
        }
    }

    #[test]
    fn opaque_colors_are_rounded_to_the_nearest_value() {
        let levels = [0, 1, 64, 127, 128, 200, 254, 255];
        for (r, g, b) in
            levels.iter().flat_map(|r| levels.iter().flat_map(move |g| levels.map(|b| (*r, *g, b))))
        {
            let bytes = [r, g, b, 255].repeat(4);
            for (color, red, blue) in FORMATS {
                let mut i420 = I420::new(uvec2(2, 2));
                i420.convert(RgbaFrame::new(&bytes, uvec2(2, 2)).expect("its size"), color);
                let expected = reference(color, red, blue, [r, g, b].map(f64::from));
                for (plane, expected) in i420.planes().iter().zip(expected) {
                    // Pure blue and red are 255.5 in full range.
                    let error = (f64::from(plane[0]) - expected.min(255.0)).abs();
                    assert!(error < 0.6, "{color:?}, {:?}: {} instead of {expected}", (r, g, b), plane[0]);
                }
                if r == g && g == b {
                    assert_eq!((i420.u[0], i420.v[0]), (128, 128));
                }
            }
        }
    }
}
