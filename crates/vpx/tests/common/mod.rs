//! A moving pattern, and measures of what became of it.

// Each file of tests uses a part of this.
#![allow(dead_code)]

use viewfinder_vpx::{Codec, I420, Picture};

pub const CODECS: [Codec; 2] = [Codec::Vp8, Codec::Vp9];

/// An image with its own planes, without gaps.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    pub width: u32,
    pub height: u32,
    pub bytes: Vec<u8>,
}

impl Image {
    fn from_fn(width: u32, height: u32, pixel: impl Fn(usize, f32, f32) -> f32) -> Self {
        let mut bytes = Vec::new();
        for (plane, scale) in [(0, 1), (1, 2), (2, 2)] {
            for y in 0..height.div_ceil(scale) {
                for x in 0..width.div_ceil(scale) {
                    bytes.push(pixel(plane, (x * scale) as f32, (y * scale) as f32) as u8);
                }
            }
        }
        assert_eq!(Some(bytes.len()), I420::packed_len(width, height));
        Self { width, height, bytes }
    }

    /// Waves and a square that move on with each frame.
    pub fn pattern(width: u32, height: u32, frame: u64) -> Self {
        let t = frame as f32;
        Self::from_fn(width, height, |plane, x, y| {
            let wave = 50.0 * ((x + 2.0 * t) / 17.0).sin() + 40.0 * ((y - t) / 11.0).cos();
            let in_square = (x - 3.0 * t - 20.0).abs() < 16.0 && (y - 40.0).abs() < 16.0;
            128.0 + if plane == 0 { wave } else { wave / 3.0 } + if in_square { 30.0 } else { 0.0 }
        })
    }

    /// Noise, which can't be predicted.
    pub fn noise(width: u32, height: u32, random: &mut Random) -> Self {
        let mut image = Self::from_fn(width, height, |_, _, _| 0.0);
        image.bytes.fill_with(|| random.byte());
        image
    }

    pub fn i420(&self) -> I420<'_> {
        I420::packed(self.width, self.height, &self.bytes).expect("a whole image")
    }

    pub fn copy_of(picture: &Picture<'_>) -> Self {
        let mut bytes = Vec::new();
        picture.copy_packed(&mut bytes);
        assert_eq!(Some(bytes.len()), I420::packed_len(picture.width, picture.height));
        Self { width: picture.width, height: picture.height, bytes }
    }

    /// The peak signal-to-noise ratio of all planes, in dB.
    pub fn psnr(&self, other: &Self) -> f64 {
        assert_eq!((self.width, self.height), (other.width, other.height));
        assert_eq!(self.bytes.len(), other.bytes.len());
        let squares = self.bytes.iter().zip(&other.bytes).map(|(&a, &b)| f64::from(a.abs_diff(b)).powi(2));
        let mean = squares.sum::<f64>() / self.bytes.len() as f64;
        10.0 * (255.0 * 255.0 / mean.max(1e-9)).log10()
    }
}

/// Random numbers that are the same in each run: splitmix64.
pub struct Random(pub u64);

impl Random {
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn byte(&mut self) -> u8 {
        self.number() as u8
    }
}
