//! An image to draw on: discs, boxes and a few letters.

use bevy::math::{URect, UVec2, Vec2, Vec3};

#[cfg(feature = "test-sources")]
use super::counter;

/// An RGB image with 8 bits per channel and packed rows.
#[derive(Debug, Clone)]
pub(in crate::source) struct Canvas {
    size: UVec2,
    pixels: Vec<[u8; 3]>,
}

impl Canvas {
    /// A black image.
    pub(in crate::source) fn new(size: UVec2) -> Self {
        Self { size, pixels: vec![[0; 3]; size.x as usize * size.y as usize] }
    }

    /// Width and height in pixels.
    pub(in crate::source) fn size(&self) -> UVec2 {
        self.size
    }

    /// The pixels, row by row.
    pub(in crate::source) fn pixels(&self) -> &[[u8; 3]] {
        &self.pixels
    }

    /// The area of the whole image.
    pub(in crate::source) fn whole(&self) -> URect {
        URect { min: UVec2::ZERO, max: self.size }
    }

    /// The area of the pixels that a box with these corners touches.
    pub(super) fn around(&self, min: Vec2, max: Vec2) -> URect {
        // The cast turns negative values to 0.
        let corner = |point: Vec2| point.as_uvec2().min(self.size);
        URect { min: corner(min.floor()), max: corner(max.ceil()) }
    }

    /// Blends `paint(center of the pixel)`, a color of 0 to 1 and its opacity, over each pixel of an area.
    pub(super) fn blend(&mut self, area: URect, paint: impl Fn(Vec2) -> (Vec3, f32)) {
        for y in area.min.y..area.max.y {
            for x in area.min.x..area.max.x {
                let (color, alpha) = paint(Vec2::new(x as f32 + 0.5, y as f32 + 0.5));
                if alpha <= 0.0 {
                    continue;
                }
                let pixel = &mut self.pixels[y as usize * self.size.x as usize + x as usize];
                let below = Vec3::from_array(pixel.map(f32::from));
                let mixed = below.lerp(color * 255.0, alpha.min(1.0));
                *pixel = (mixed + 0.5).to_array().map(|value| value as u8);
            }
        }
    }

    /// Replaces every pixel by `paint(center of the pixel)`, a color of 0 to 1.
    pub(super) fn develop(&mut self, paint: impl Fn(Vec2) -> Vec3) {
        let width = self.size.x.max(1) as usize;
        for (y, row) in self.pixels.chunks_mut(width).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                let color = paint(Vec2::new(x as f32 + 0.5, y as f32 + 0.5));
                *pixel = (color * 255.0 + 0.5).to_array().map(|value| value as u8);
            }
        }
    }

    /// Fills an area, which must be within the image.
    pub(in crate::source) fn fill(&mut self, area: URect, color: [u8; 3]) {
        for y in area.min.y..area.max.y {
            let row = y as usize * self.size.x as usize;
            self.pixels[row + area.min.x as usize..row + area.max.x as usize].fill(color);
        }
    }

    /// Draws a frame number along the lower edge, for [`counter::read`].
    #[cfg(feature = "test-sources")]
    pub(in crate::source) fn paint_number(&mut self, sequence: u64) {
        for block in 0..counter::BLOCKS {
            let color = if counter::is_white(sequence, block) { [255; 3] } else { [0; 3] };
            self.fill(counter::block_area(block, self.size), color);
        }
    }

    pub(super) fn disc(&mut self, center: Vec2, radius: f32, color: Vec3, alpha: f32) {
        let area = self.around(center - radius - 1.0, center + radius + 1.0);
        self.blend(area, |point| (color, alpha * coverage(point.distance(center) - radius)));
    }

    pub(super) fn ring(&mut self, center: Vec2, radius: f32, width: f32, color: Vec3, alpha: f32) {
        let area = self.around(center - radius - width - 1.0, center + radius + width + 1.0);
        self.blend(area, |point| {
            let distance = (point.distance(center) - radius).abs() - width / 2.0;
            (color, alpha * coverage(distance))
        });
    }

    pub(super) fn rounded_box(&mut self, min: Vec2, max: Vec2, radius: f32, color: Vec3, alpha: f32) {
        let (center, half) = ((min + max) / 2.0, (max - min) / 2.0 - radius);
        let area = self.around(min - 1.0, max + 1.0);
        self.blend(area, |point| {
            let outside = (point - center).abs() - half;
            let distance = outside.max(Vec2::ZERO).length() + outside.max_element().min(0.0) - radius;
            (color, alpha * coverage(distance))
        });
    }

    /// Draws a text of the characters of [`glyph`], each 6 by 7 cells.
    pub(super) fn text(&mut self, text: impl Iterator<Item = u8>, at: UVec2, cell: u32, color: [u8; 3]) {
        for (index, character) in (0..).zip(text) {
            for (row, bits) in (0..).zip(glyph(character)) {
                for column in (0..5).filter(|column| bits >> (4 - column) & 1 == 1) {
                    let min = at + UVec2::new(index * 6 + column, row) * cell;
                    let area = URect { min: min.min(self.size), max: (min + cell).min(self.size) };
                    self.fill(area, color);
                }
            }
        }
    }

    pub(super) fn copy_area(&mut self, from: &Canvas, area: URect) {
        for y in area.min.y..area.max.y {
            let row = y as usize * self.size.x as usize;
            let range = row + area.min.x as usize..row + area.max.x as usize;
            self.pixels[range.clone()].copy_from_slice(&from.pixels[range]);
        }
    }
}

/// The part of a pixel that is inside a shape, by the distance of its center to the edge (negative inside).
pub(super) fn coverage(distance: f32) -> f32 {
    (0.5 - distance).clamp(0.0, 1.0)
}

/// A letter of 5 by 7 pixels: a byte for each row, the highest of its five bits on the left.
fn glyph(character: u8) -> [u8; 7] {
    match character {
        b'0' => [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
        b'1' => [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        b'2' => [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
        b'3' => [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110],
        b'4' => [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
        b'5' => [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        b'6' => [0b00110, 0b01000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
        b'7' => [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        b'8' => [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
        b'9' => [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00010, 0b01100],
        b'x' => [0b00000, 0b00000, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001],
        b'.' => [0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b01100],
        b'F' => [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000],
        b'P' => [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
        b'S' => [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
        _ => [0; 7],
    }
}
