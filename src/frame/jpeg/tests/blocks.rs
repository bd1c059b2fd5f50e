//! Blocks with all coefficients, with few, and with none but the DC coefficient, in one image.

use super::{
    super::encoder::{Encoder, Plane},
    planes,
};

/// Noise: in its blocks nearly all coefficients differ from 0, the last one too.
fn noise(x: usize, y: usize) -> u8 {
    let value = (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77);
    (value ^ value >> 15).wrapping_mul(0x2c1b_3c6d).to_be_bytes()[0]
}

/// Blocks of noise, slopes and single colors in turns.
fn mixed(x: usize, y: usize) -> u8 {
    match (x / 8 + y / 8) % 3 {
        0 => noise(x, y),
        1 => (x + y) as u8 / 2,
        _ => (y / 8 * 16 + x / 8) as u8,
    }
}

#[test]
fn blocks_of_each_kind_have_their_places() {
    for samples in [noise, mixed, |_, _| 77] {
        for (across, down) in [(1, 1), (2, 1), (2, 2)] {
            let components: [Plane; 3] = [(1, across, down, samples), (2, 1, 1, samples), (3, 1, 1, mixed)];
            let encoder = Encoder::new(170, 90, &components);
            let decoded = planes(&encoder.encode()).expect("a JPEG");
            for ((plane, (.., samples)), width) in
                decoded.iter().zip(components).zip([170, 170 / across, 170 / across])
            {
                for (index, sample) in plane.iter().enumerate() {
                    let expected = samples(index % width, index / width);
                    assert!(sample.abs_diff(expected) <= 2, "{sample} is not {expected} at {index}");
                }
            }
            let restarting = Encoder { interval: 5, ..encoder };
            assert_eq!(planes(&restarting.encode()), Ok(decoded));
        }
    }
}
