//! An encoder of baseline JPEGs for tests: any sampling, order and restart interval, almost without loss.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

use super::{
    huffman::{Definition, STANDARD},
    markers::{DHT, DQT, DRI, EOI, RST0, SOI, SOS},
    tables::NATURAL_ORDER,
};

/// A component: its id, its sampling factors across and down, and its samples.
pub(crate) type Plane = (u8, usize, usize, fn(usize, usize) -> u8);

/// The image, and the options of its encoding.
#[derive(Debug, Clone)]
pub(crate) struct Encoder {
    pub width: usize,
    pub height: usize,
    pub components: Vec<Plane>,
    /// Segments before the tables, with their markers.
    pub segments: Vec<u8>,
    /// Data units between restart markers, 0 for none.
    pub interval: usize,
    /// Whether all components are in one scan.
    pub interleaved: bool,
    /// Whether the standard Huffman tables are written.
    pub tables: bool,
}

impl Encoder {
    pub fn new(width: usize, height: usize, components: &[Plane]) -> Self {
        let components = components.to_vec();
        let segments = Vec::new();
        Self { width, height, components, segments, interval: 0, interleaved: true, tables: false }
    }

    /// An image of luma and chroma with slopes and edges.
    pub fn yuv(width: usize, height: usize, [luma, cb, cr]: [(usize, usize); 3]) -> Self {
        let components = [
            (1, luma.0, luma.1, shades as fn(usize, usize) -> u8),
            (2, cb.0, cb.1, |x, y| (60 + x * 3 + y) as u8),
            (3, cr.0, cr.1, |x, y| (200 - (x + y * 2).min(180)) as u8),
        ];
        Self::new(width, height, &components)
    }

    pub fn encode(&self) -> Vec<u8> {
        let mut jpeg = vec![0xff, SOI];
        jpeg.extend(&self.segments);
        segment(&mut jpeg, DQT, &[&[0][..], &[1; 64]].concat());
        let [[h1, h0], [w1, w0]] = [self.height, self.width].map(|side| (side as u16).to_be_bytes());
        let mut header = vec![8, h1, h0, w1, w0, self.components.len() as u8];
        for (id, across, down, _) in &self.components {
            header.extend([*id, (across << 4 | down) as u8, 0]);
        }
        segment(&mut jpeg, 0xc0, &header);
        if self.tables {
            for (number, definition) in (0..).zip(STANDARD[0]) {
                segment(
                    &mut jpeg,
                    DHT,
                    &[&[number << 4][..], definition.counts, definition.symbols].concat(),
                );
            }
        }
        if self.interval > 0 {
            segment(&mut jpeg, DRI, &(self.interval as u16).to_be_bytes());
        }
        if self.interleaved {
            self.scan(&mut jpeg, &self.components);
        } else {
            self.components
                .iter()
                .for_each(|component| self.scan(&mut jpeg, std::slice::from_ref(component)));
        }
        jpeg.extend([0xff, EOI]);
        jpeg
    }

    fn scan(&self, jpeg: &mut Vec<u8>, components: &[Plane]) {
        let mut header = vec![components.len() as u8];
        components.iter().for_each(|(id, ..)| header.extend([*id, 0]));
        header.extend([0, 63, 0]);
        segment(jpeg, SOS, &header);
        let largest =
            |factor: fn(&Plane) -> usize| self.components.iter().map(factor).max().expect("a component");
        let (across, down) = (largest(|component| component.1), largest(|component| component.2));
        let (units_across, units_down) = match components {
            [(_, own_across, own_down, _)] => (
                (self.width * own_across).div_ceil(across).div_ceil(8),
                (self.height * own_down).div_ceil(down).div_ceil(8),
            ),
            _ => (self.width.div_ceil(8 * across), self.height.div_ceil(8 * down)),
        };
        let mut bits = Bits::default();
        let mut predictions = [0; 4];
        for unit in 0..units_across * units_down {
            if self.interval > 0 && unit > 0 && unit.is_multiple_of(self.interval) {
                jpeg.extend(std::mem::take(&mut bits).finish());
                jpeg.extend([0xff, RST0 + (unit / self.interval - 1) as u8 % 8]);
                predictions = [0; 4];
            }
            let (column, row) = (unit % units_across, unit / units_across);
            for ((_, own_across, own_down, samples), prediction) in components.iter().zip(&mut predictions) {
                let (own_across, own_down) =
                    if components.len() == 1 { (1, 1) } else { (*own_across, *own_down) };
                for y in 0..own_down {
                    for x in 0..own_across {
                        let (left, top) = ((column * own_across + x) * 8, (row * own_down + y) * 8);
                        bits.block(|x, y| samples(left + x, top + y), prediction);
                    }
                }
            }
        }
        jpeg.extend(bits.finish());
    }
}

/// Samples with slopes and edges.
pub(crate) fn shades(x: usize, y: usize) -> u8 {
    (20 + x * 2 % 150 + y + if (x / 5 + y / 7).is_multiple_of(3) { 60 } else { 0 }) as u8
}

/// A segment with its marker and length.
pub(crate) fn segment(jpeg: &mut Vec<u8>, code: u8, data: &[u8]) {
    jpeg.extend([0xff, code]);
    jpeg.extend((data.len() as u16 + 2).to_be_bytes());
    jpeg.extend(data);
}

/// All codes of a table with their lengths and symbols (T.81, figures C.1 and C.2).
pub(super) fn codes(definition: Definition<'_>) -> Vec<(u32, u32, u8)> {
    let mut codes = vec![];
    let mut code = 0;
    for (length, count) in (1..).zip(definition.counts) {
        for _ in 0..*count {
            codes.push((code, length, definition.symbols[codes.len()]));
            code += 1;
        }
        code <<= 1;
    }
    codes
}

/// Entropy-coded data.
#[derive(Debug, Default)]
struct Bits {
    bits: Vec<bool>,
}

impl Bits {
    fn put(&mut self, value: u32, bits: u32) {
        self.bits.extend((0..bits).rev().map(|bit| value >> bit & 1 == 1));
    }

    fn symbol(&mut self, definition: Definition<'_>, symbol: u8) {
        let codes = codes(definition);
        let (code, length, _) = codes.iter().find(|(_, _, coded)| *coded == symbol).expect("a known symbol");
        self.put(*code, *length);
    }

    /// Writes a value after its symbol, whose high bits are given.
    fn value(&mut self, definition: Definition<'_>, run: u8, value: i32) {
        let size = i32::BITS - value.unsigned_abs().leading_zeros();
        self.symbol(definition, run << 4 | size as u8);
        self.put((if value < 0 { value - 1 } else { value }) as u32, size);
    }

    fn block(&mut self, samples: impl Fn(usize, usize) -> u8, prediction: &mut i32) {
        let [dc, ac] = STANDARD[0];
        let coefficients = forward(samples);
        let coefficient = |place: usize| coefficients[usize::from(NATURAL_ORDER[place])];
        self.value(dc, 0, coefficient(0) - *prediction);
        *prediction = coefficient(0);
        let mut run = 0;
        for place in 1..64 {
            if coefficient(place) == 0 {
                run += 1;
                continue;
            }
            while run > 15 {
                self.symbol(ac, 0xf0);
                run -= 16;
            }
            self.value(ac, run, coefficient(place));
            run = 0;
        }
        if run > 0 {
            self.symbol(ac, 0);
        }
    }

    /// The bytes, padded with ones, with a zero after each 0xff.
    fn finish(mut self) -> Vec<u8> {
        self.bits.resize(self.bits.len().next_multiple_of(8), true);
        let mut bytes = vec![];
        for bits in self.bits.chunks(8) {
            let byte = bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
            bytes.push(byte);
            if byte == 0xff {
                bytes.push(0);
            }
        }
        bytes
    }
}

/// The forward transform (T.81, A.3.3).
fn forward(samples: impl Fn(usize, usize) -> u8) -> [i32; 64] {
    let scale = |frequency: usize| if frequency == 0 { FRAC_1_SQRT_2 } else { 1.0 };
    let wave = |place: usize, frequency: usize| ((2 * place + 1) as f64 * frequency as f64 * PI / 16.0).cos();
    std::array::from_fn(|index| {
        let (u, v) = (index % 8, index / 8);
        let mut sum = 0.0;
        for y in 0..8 {
            for x in 0..8 {
                sum += (f64::from(samples(x, y)) - 128.0) * wave(x, u) * wave(y, v);
            }
        }
        (sum * scale(u) * scale(v) / 4.0).round() as i32
    })
}
