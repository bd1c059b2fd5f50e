//! A person who was cut out of a photo, and backgrounds to put her in front of.

use std::{fmt, path::Path};

use bevy::math::UVec2;
use image::{RgbaImage, imageops};

/// The size of the pictures.
pub const SIZE: UVec2 = UVec2::new(640, 360);

/// Her face within her cut-out, from the brows to the chin: left, top, right and bottom.
#[cfg(feature = "face")]
pub const FACE: [u32; 4] = [186, 80, 262, 178];

fn open(name: &str) -> RgbaImage {
    let path = Path::new("tests/assets/people").join(name);
    image::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).to_rgba8()
}

/// The person's colors, and as alpha her part of each pixel: 384x340. She stands on the lower edge.
pub fn person() -> RgbaImage {
    open("cutout.webp")
}

/// A background.
#[derive(Clone, Copy)]
pub enum Background {
    /// By the color at each place.
    Painted(&'static str, fn(u32, u32) -> [u8; 3]),
    /// A photo of `tests/assets/people`.
    Photo(&'static str),
}

impl fmt::Display for Background {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Painted(name, _) | Self::Photo(name)) = self;
        formatter.write_str(name)
    }
}

impl Background {
    pub fn draw(self) -> RgbaImage {
        match self {
            Self::Painted(_, color) => RgbaImage::from_fn(SIZE.x, SIZE.y, |x, y| {
                let [red, green, blue] = color(x, y);
                image::Rgba([red, green, blue, 255])
            }),
            Self::Photo(name) => {
                let filter = imageops::FilterType::Triangle;
                imageops::resize(&open(&format!("{name}.jpg")), SIZE.x, SIZE.y, filter)
            }
        }
    }
}

/// A value between 0 and 255 that belongs to a number.
pub fn random(number: u32) -> u8 {
    let number = (number ^ (number >> 16)).wrapping_mul(0x45d9_f3b5);
    let number = (number ^ (number >> 15)).wrapping_mul(0x2c1b_3c6d);
    (number >> 13) as u8
}

/// Blotches of colors that are random at every 40th pixel.
pub fn clouds(x: u32, y: u32) -> [u8; 3] {
    let corner = |x: u32, y: u32, k: u32| f32::from(random(3 * (997 * y + x) + k));
    let (column, row) = (x / 40, y / 40);
    let [u, v] = [x, y].map(|place| (place % 40) as f32 / 40.0).map(|part| part * part * (3.0 - 2.0 * part));
    [0, 1, 2].map(|k| {
        let across = |row| corner(column, row, k) * (1.0 - u) + corner(column + 1, row, k) * u;
        (across(row) * (1.0 - v) + across(row + 1) * v) as u8
    })
}

/// Puts a person on the lower edge of a picture, so far from the left.
pub fn put(picture: &mut RgbaImage, person: &RgbaImage, left: i64) {
    imageops::overlay(picture, person, left, i64::from(picture.height() - person.height()));
}
