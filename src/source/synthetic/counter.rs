//! The frame number as black and white blocks, drawn into the synthetic image and read from any copy of it.

use bevy::math::{URect, UVec2};

/// The number of blocks: 24 bits of the number and 8 bits of the checksum, the highest bit first and left.
pub(super) const BLOCKS: u32 = 32;

/// The ratio of the image's height to the strip's.
const HEIGHT_DIVISOR: u32 = 30;

/// The least height of the strip in pixels, to survive the blur of a video codec.
const MIN_HEIGHT: u32 = 8;

/// The least luma difference between the lightest and the darkest block. Some effects reduce contrast.
const MIN_CONTRAST: f32 = 48.0;

/// The area of a block in an image of this size. The strip runs along the lower edge.
pub(super) fn block_area(block: u32, size: UVec2) -> URect {
    let height = (size.y / HEIGHT_DIVISOR).max(MIN_HEIGHT).min(size.y);
    let edge = |block: u32| (u64::from(block) * u64::from(size.x) / u64::from(BLOCKS)) as u32;
    URect { min: UVec2::new(edge(block), size.y - height), max: UVec2::new(edge(block + 1), size.y) }
}

/// Whether a block, counted from the left, is white for this frame number.
pub(super) fn is_white(sequence: u64, block: u32) -> bool {
    let number = sequence as u32 & 0x00ff_ffff;
    let code = number << 8 | u32::from(check(number));
    code >> (BLOCKS - 1 - block) & 1 == 1
}

/// CRC-8 (polynomial 0x07) of the number's three bytes. It starts with all bits set, so that 0 and images of one color
/// don't match their own checksum.
fn check(number: u32) -> u8 {
    let [_, bytes @ ..] = number.to_be_bytes();
    bytes.into_iter().fold(0xff, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc, _| if crc & 0x80 == 0 { crc << 1 } else { crc << 1 ^ 0x07 })
    })
}

/// Reads the frame number from R, G, B, A bytes.
pub(super) fn read(rgba: &[u8], size: UVec2) -> Option<u64> {
    let (width, height) = (size.x as usize, size.y as usize);
    let bytes = width.checked_mul(height)?.checked_mul(4)?;
    if rgba.len() < bytes || size.x < 2 * BLOCKS || height == 0 {
        return None;
    }
    // The inner half of each block, away from the blur at its edges.
    let strip = size.y as f32 / HEIGHT_DIVISOR as f32;
    let inner = |from: f32, to: f32| {
        let (first, last) = (from.ceil() as usize, to.floor() as usize);
        if first < last { first..last } else { (from + to) as usize / 2..(from + to) as usize / 2 + 1 }
    };
    let rows = inner(size.y as f32 - 0.75 * strip, size.y as f32 - 0.25 * strip);
    let block_width = size.x as f32 / BLOCKS as f32;
    let block = |index: u32| {
        let columns = inner((index as f32 + 0.25) * block_width, (index as f32 + 0.75) * block_width);
        let mut sum = 0.0;
        for y in rows.clone() {
            for x in columns.clone() {
                let pixel = &rgba[(y.min(height - 1) * width + x.min(width - 1)) * 4..];
                sum +=
                    0.299 * f32::from(pixel[0]) + 0.587 * f32::from(pixel[1]) + 0.114 * f32::from(pixel[2]);
            }
        }
        sum / (rows.len() * columns.len()) as f32
    };
    let luma: [f32; BLOCKS as usize] = std::array::from_fn(|index| block(index as u32));
    let darkest = luma.iter().copied().fold(f32::INFINITY, f32::min);
    let lightest = luma.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    if lightest - darkest < MIN_CONTRAST {
        return None;
    }
    let middle = (darkest + lightest) / 2.0;
    let code = luma.iter().fold(0, |code: u32, luma| code << 1 | u32::from(*luma > middle));
    let number = code >> 8;
    (check(number) == code as u8).then_some(u64::from(number))
}

#[cfg(test)]
mod tests {
    use image::{RgbaImage, imageops};

    use super::super::scene::Scene;
    use super::*;

    fn picture(sequence: u64, width: u32, height: u32) -> RgbaImage {
        let mut scene = Scene::new(UVec2::new(width, height), 30.0, 0);
        scene.animate(sequence);
        let rgba = scene.canvas().pixels().iter().flat_map(|[r, g, b]| [*r, *g, *b, 255]).collect();
        RgbaImage::from_raw(width, height, rgba).expect("as many bytes as pixels")
    }

    fn read_image(image: &RgbaImage) -> Option<u64> {
        read(image, UVec2::new(image.width(), image.height()))
    }

    #[test]
    fn the_check_is_crc_8() {
        // CRC-8 with polynomial 0x07, initial value 0xff and no reflection, computed by hand for the message 00 00 00
        // (0xff shifted through 24 bits). CRC-8/ROHC has another bit order.
        let mut crc = 0xff_u32;
        for _ in 0..24 {
            crc <<= 1;
            if crc & 0x100 != 0 {
                crc ^= 0x107;
            }
        }
        assert_eq!(u32::from(check(0)), crc);
    }

    #[test]
    fn every_number_is_read_back() {
        for sequence in [0, 1, 2, 255, 256, 65_535, 999_999, 0x00ff_fffe, 0x00ff_ffff] {
            assert_eq!(read_image(&picture(sequence, 320, 240)), Some(sequence));
        }
        assert_eq!(read_image(&picture(0x0100_0005, 320, 240)), Some(5), "modulo 2^24");
    }

    #[test]
    fn scaling_does_not_hurt() {
        let whole = picture(0x00a5_5a3c, 1280, 720);
        for (width, height) in [(160, 90), (161, 121), (320, 240), (640, 200), (1919, 1079)] {
            for filter in [imageops::Nearest, imageops::Triangle, imageops::Lanczos3] {
                let scaled = imageops::resize(&whole, width, height, filter);
                assert_eq!(read_image(&scaled), Some(0x00a5_5a3c), "{width}x{height} {filter:?}");
            }
        }
    }

    #[test]
    fn other_pictures_have_no_number() {
        let whole = picture(1234, 640, 480);
        assert_eq!(read_image(&imageops::flip_horizontal(&whole)), None);
        assert_eq!(read_image(&imageops::flip_vertical(&whole)), None);
        assert_eq!(read_image(&RgbaImage::new(640, 480)), None);
        let size = UVec2::new(640, 480);
        assert_eq!(read(&whole.as_raw()[..1000], size), None);
        assert_eq!(read(&[], UVec2::MAX), None);
        assert_eq!(read(&[], UVec2::ZERO), None);
    }
}
