//! Shapes that are given by their signed distance in pixels.

use bevy::math::{Rect, Rot2, Vec2};
use image::{Pixel, Rgba, RgbaImage};

pub const CONFETTI: [[u8; 3]; 6] =
    [[255, 96, 105], [255, 204, 107], [115, 222, 158], [109, 178, 255], [196, 140, 255], [255, 150, 90]];

/// A canvas with shapes that are given by their signed distance in pixels.
pub struct Drawing {
    pub picture: RgbaImage,
    /// The state of the generator of random numbers.
    random: u32,
}

impl Drawing {
    pub fn new(width: u32, height: u32) -> Self {
        Self { picture: RgbaImage::new(width, height), random: 1 }
    }

    pub fn size(&self) -> Vec2 {
        Vec2::new(self.picture.width() as f32, self.picture.height() as f32)
    }

    /// A random number from 0 to 1.
    pub fn random(&mut self) -> f32 {
        self.random = self.random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.random >> 8) as f32 / (1 << 24) as f32
    }

    /// Colors each pixel by its place.
    pub fn flood(&mut self, color: impl Fn(Vec2) -> [f32; 3]) {
        for (x, y, pixel) in self.picture.enumerate_pixels_mut() {
            let [red, green, blue] =
                color(Vec2::new(x as f32, y as f32) + 0.5).map(|value| value.round().clamp(0.0, 255.0) as u8);
            *pixel = Rgba([red, green, blue, 255]);
        }
    }

    /// Draws the shape inside of this box where its distance is negative.
    pub fn shape(&mut self, bounds: Rect, color: [u8; 3], opacity: f32, distance: impl Fn(Vec2) -> f32) {
        let first = bounds.min.floor().max(Vec2::ZERO).as_uvec2();
        let end = bounds.max.ceil().clamp(Vec2::ZERO, self.size()).as_uvec2();
        for y in first.y..end.y {
            for x in first.x..end.x {
                let coverage =
                    (0.5 - distance(Vec2::new(x as f32, y as f32) + 0.5)).clamp(0.0, 1.0) * opacity;
                let [red, green, blue] = color;
                self.picture.get_pixel_mut(x, y).blend(&Rgba([
                    red,
                    green,
                    blue,
                    (coverage * 255.0).round() as u8,
                ]));
            }
        }
    }

    pub fn circle(&mut self, middle: Vec2, radius: f32, color: [u8; 3], opacity: f32) {
        let bounds = Rect::from_center_half_size(middle, Vec2::splat(radius + 1.0));
        self.shape(bounds, color, opacity, |at| at.distance(middle) - radius);
    }

    pub fn triangle(&mut self, corners: [Vec2; 3], color: [u8; 3]) {
        let bounds = Rect::from_corners(corners[0], corners[1]).union_point(corners[2]).inflate(1.0);
        let sides = [(0, 1), (1, 2), (2, 0)].map(|(from, to)| {
            let side = corners[to] - corners[from];
            let outward = if side.perp_dot(corners[(to + 1) % 3] - corners[from]) > 0.0 { -1.0 } else { 1.0 };
            (corners[from], side.perp().normalize_or_zero() * outward)
        });
        self.shape(bounds, color, 1.0, |at| {
            sides.iter().map(|(from, normal)| (at - from).dot(*normal)).fold(f32::MIN, f32::max)
        });
    }

    /// Throws confetti where the picture isn't kept free.
    pub fn confetti(&mut self, pieces: usize, free: &[Rect]) {
        for piece in 0..pieces {
            let at = Vec2::new(self.random(), self.random()) * self.size();
            let (size, turn) = (12.0 + 16.0 * self.random(), Rot2::degrees(360.0 * self.random()));
            if free.iter().any(|free| free.inflate(size).contains(at)) {
                continue;
            }
            let color = CONFETTI[piece % CONFETTI.len()];
            let bounds = Rect::from_center_half_size(at, Vec2::splat(size * 1.5));
            match piece % 3 {
                0 => self.circle(at, size * 0.6, color, 1.0),
                1 => self.shape(bounds, color, 1.0, |place| {
                    let beyond = (turn * (place - at)).abs() - Vec2::new(size, size * 0.42);
                    beyond.max_element()
                }),
                // A ribbon.
                _ => self.shape(bounds, color, 1.0, |place| {
                    let place = turn * (place - at);
                    let wave = (place.x * 0.22).sin() * size * 0.28;
                    ((place.y - wave).abs() - size * 0.2).max(place.x.abs() - size)
                }),
            }
        }
    }
}

/// The distance from a segment.
pub fn from_segment(at: Vec2, from: Vec2, to: Vec2) -> f32 {
    let along = ((at - from).dot(to - from) / from.distance_squared(to)).clamp(0.0, 1.0);
    at.distance(from.lerp(to, along))
}

/// The distance from the inside of a polygon.
pub fn from_polygon(at: Vec2, corners: &[Vec2]) -> f32 {
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    let (mut nearest, mut inside) = (f32::MAX, false);
    for (&from, &to) in sides {
        nearest = nearest.min(from_segment(at, from, to));
        if (from.y > at.y) != (to.y > at.y)
            && at.x < (to.x - from.x) * (at.y - from.y) / (to.y - from.y) + from.x
        {
            inside = !inside;
        }
    }
    if inside { -nearest } else { nearest }
}
