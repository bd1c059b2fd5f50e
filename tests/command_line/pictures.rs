//! Images and look-up tables for the tests.

use std::{fs, path::Path};

use image::{Rgb, RgbImage};

/// The color of the images of [`write_picture`].
pub const COLOR: [u8; 3] = [200, 100, 20];

/// That color after the look-up table of [`write_swapping_table`].
pub const SWAPPED: [u8; 3] = [20, 100, 200];

/// Writes a PNG of one color.
pub fn write_picture(path: &Path) {
    let picture = RgbImage::from_pixel(16, 8, Rgb(COLOR));
    picture.save_with_format(path, image::ImageFormat::Png).expect("there is room");
}

/// The color in the middle of a photo.
pub fn color_of(path: &Path) -> [u8; 3] {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let picture = image::load_from_memory(&bytes).expect("a picture").to_rgb8();
    picture.get_pixel(picture.width() / 2, picture.height() / 2).0
}

/// True if two colors differ by no more than a GPU's rounding.
pub fn is_near(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter().zip(other).all(|(one, other)| one.abs_diff(other) <= 2)
}

/// Writes a `.cube` table that swaps red and blue.
pub fn write_swapping_table(path: &Path) {
    let mut table = String::from("LUT_3D_SIZE 2\n");
    for blue in 0..2 {
        for green in 0..2 {
            for red in 0..2 {
                table.push_str(&format!("{blue} {green} {red}\n"));
            }
        }
    }
    fs::write(path, table).expect("there is room");
}
