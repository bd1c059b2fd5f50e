//! Conversion of decoded planes to RGB: for stills, and for color models that the GPU doesn't convert.
//!
//! Chroma is interpolated ("fancy upsampling") and colors are converted by libjpeg's default method, so pixels are
//! equal to libjpeg's to the bit.

use super::{Color, Component, Decode, Header, PlaneMut};
use crate::error::MediaError;

/// The planes of a JPEG, without padding, in memory that is reused for the next JPEG.
#[derive(Debug, Default)]
pub(crate) struct Planes {
    bytes: Vec<u8>,
    lines: [Vec<u8>; 4],
    pixels: Vec<[u8; 3]>,
}

impl Planes {
    /// Decodes the JPEG of this header.
    ///
    /// # Errors
    /// Those of [`Decode::decode`].
    pub fn decode(
        &mut self,
        decoder: &mut impl Decode,
        jpeg: &[u8],
        header: &Header,
    ) -> Result<(), MediaError> {
        let count = header.components().len();
        self.bytes.resize(header.components().iter().map(len).sum(), 0);
        let mut rest = &mut self.bytes[..];
        let mut planes = [(); 4].map(|()| PlaneMut::default());
        for (plane, component) in planes.iter_mut().zip(header.components()) {
            let (width, height) = (component.width as usize, component.height as usize);
            let (bytes, behind) = rest.split_at_mut(len(component));
            *plane = PlaneMut { bytes, stride: width, width, height };
            rest = behind;
        }
        decoder.decode(jpeg, header, &mut planes[..count])
    }

    /// The samples of a component, in rows of its width.
    pub fn plane(&self, header: &Header, index: usize) -> &[u8] {
        let components = header.components();
        let start = components[..index].iter().map(len).sum();
        &self.bytes[start..start + len(&components[index])]
    }

    /// Writes a component resampled to one sample for this many pixels across and down, by the nearest sample.
    pub fn resample(
        &self,
        header: &Header,
        index: usize,
        (across, down): (u32, u32),
        target: &mut PlaneMut<'_>,
    ) {
        let component = &header.components()[index];
        let plane = self.plane(header, index);
        let width = header.width.div_ceil(across) as usize;
        for (y, line) in (0..).zip(target.bytes.chunks_mut(target.stride).take(target.height)) {
            let row = (y * down * component.down / header.down).min(component.height - 1) as usize;
            let samples = &plane[row * component.width as usize..][..component.width as usize];
            for (x, sample) in (0..).zip(line.iter_mut().take(width)) {
                let column = (x * across * component.across / header.across).min(component.width - 1);
                *sample = samples[column as usize];
            }
        }
    }

    /// Calls a function with each row of pixels, from the top.
    pub fn for_each_row(&mut self, header: &Header, mut take: impl FnMut(usize, &[[u8; 3]])) {
        let width = header.width as usize;
        let mut lines = std::mem::take(&mut self.lines);
        let mut pixels = std::mem::take(&mut self.pixels);
        pixels.resize(width, [0; 3]);
        for y in 0..header.height {
            for (index, component) in header.components().iter().enumerate() {
                lines[index].resize(width, 0);
                upsample(header, component, self.plane(header, index), y, &mut lines[index]);
            }
            convert(header.color, &lines, &mut pixels);
            take(y as usize, &pixels);
        }
        (self.lines, self.pixels) = (lines, pixels);
    }
}

fn len(component: &Component) -> usize {
    component.width as usize * component.height as usize
}

/// A row of a component, upsampled to one sample per pixel.
fn upsample(header: &Header, component: &Component, plane: &[u8], y: u32, line: &mut [u8]) {
    let width = component.width as usize;
    let row = |row: u32| &plane[row.min(component.height - 1) as usize * width..][..width];
    let factor = |whole: u32, part: u32| if whole.is_multiple_of(part) { whole / part } else { 0 };
    let across = factor(header.across, component.across);
    let down = factor(header.down, component.down);
    // The row of the pixel, and the nearer one of its neighbors.
    let near = y / 2;
    let far = if y.is_multiple_of(2) { near.saturating_sub(1) } else { near + 1 };
    match (across, down) {
        (1, 1) => line.copy_from_slice(row(y)),
        (2, 1) if width > 2 => {
            let samples = row(y);
            interpolate(width, |index| samples[index].into(), 2, [1, 2], line);
        }
        (2, 2) if width > 2 => {
            let (near, far) = (row(near), row(far));
            let sum = |index: usize| 3 * u16::from(near[index]) + u16::from(far[index]);
            interpolate(width, sum, 4, [8, 7], line);
        }
        (1, 2) => {
            let bias = if y.is_multiple_of(2) { 1 } else { 2 };
            for ((near, far), sample) in row(near).iter().zip(row(far)).zip(line) {
                *sample = ((3 * u16::from(*near) + u16::from(*far) + bias) >> 2) as u8;
            }
        }
        _ => {
            let samples = row(y * component.down / header.down);
            for (x, sample) in (0..).zip(line) {
                *sample = samples[(x * component.across / header.across) as usize];
            }
        }
    }
}

/// Two samples for each one: three quarters of it and a quarter of its neighbor on that side, rounded by `bias`.
fn interpolate(width: usize, samples: impl Fn(usize) -> u16, shift: u32, bias: [u16; 2], line: &mut [u8]) {
    let mut left = samples(0);
    let mut here = left;
    for (index, pair) in line.chunks_mut(2).enumerate() {
        let right = if index + 1 < width { samples(index + 1) } else { here };
        for ((sample, neighbor), bias) in pair.iter_mut().zip([left, right]).zip(bias) {
            *sample = ((3 * here + neighbor + bias) >> shift) as u8;
        }
        (left, here) = (here, right);
    }
}

fn convert(color: Color, [first, second, third, fourth]: &[Vec<u8>; 4], pixels: &mut [[u8; 3]]) {
    let three = first.iter().zip(second).zip(third);
    // The part of a color that the black ink leaves.
    let behind = |[red, green, blue]: [u8; 3], black: u8| {
        [red, green, blue].map(|color| ((u16::from(color) * u16::from(black) + 127) / 255) as u8)
    };
    match color {
        Color::Gray => pixels.iter_mut().zip(first).for_each(|(pixel, luma)| *pixel = [*luma; 3]),
        Color::YCbCr => {
            for (pixel, ((y, cb), cr)) in pixels.iter_mut().zip(three) {
                *pixel = rgb(*y, *cb, *cr);
            }
        }
        Color::Rgb => {
            for (pixel, ((red, green), blue)) in pixels.iter_mut().zip(three) {
                *pixel = [*red, *green, *blue];
            }
        }
        Color::Cmyk => {
            for (pixel, (((cyan, magenta), yellow), black)) in pixels.iter_mut().zip(three.zip(fourth)) {
                *pixel = behind([*cyan, *magenta, *yellow], *black);
            }
        }
        Color::Ycck => {
            for (pixel, (((y, cb), cr), black)) in pixels.iter_mut().zip(three.zip(fourth)) {
                *pixel = behind(rgb(*y, *cb, *cr).map(|color| 255 - color), *black);
            }
        }
    }
}

/// BT.601, full range (ITU-T T.871), with 16 fractional bits.
fn rgb(y: u8, cb: u8, cr: u8) -> [u8; 3] {
    const HALF: i32 = 1 << 15;
    let (y, cb, cr) = (i32::from(y), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = y + ((91_881 * cr + HALF) >> 16);
    let green = y + ((-22_554 * cb - 46_802 * cr + HALF) >> 16);
    let blue = y + ((116_130 * cb + HALF) >> 16);
    [red, green, blue].map(|color| color.clamp(0, 255) as u8)
}
