//! The scene of a synthetic device: a backdrop that is drawn once, and a few moving parts.

use std::f32::consts::TAU;

use bevy::math::{URect, UVec2, Vec2, Vec3};

use super::{
    canvas::{Canvas, coverage},
    counter,
};

/// The time in which the ball circles once, in seconds.
const ORBIT_SECONDS: f64 = 4.0;

/// The number of the ball's afterimages, and the angle between two of them.
const TRAIL: usize = 6;
const TRAIL_ANGLE: f32 = TAU / 40.0;

/// Decimal digits of the frame number.
const DIGITS: usize = 6;

/// The background colors of each device, from the upper left to the lower right.
const PALETTES: [[u32; 4]; 4] = [
    [0x1b2363, 0x7a3a9c, 0xee5f77, 0xffc46b],
    [0x0b2545, 0x13678a, 0x2fb8a6, 0xd8f3a0],
    [0x2d0a3f, 0x1f4fa3, 0x2f9fe0, 0xc9f0ff],
    [0x2a1a12, 0x8c3b22, 0xe08a3a, 0xfbe7a1],
];

/// The 75 % color bars of ITU-R BT.471.
const BARS: [u32; 8] = [0xbfbfbf, 0xbfbf00, 0x00bfbf, 0x00bf00, 0xbf00bf, 0xbf0000, 0x0000bf, 0x101010];

fn rgb(color: u32) -> [u8; 3] {
    let [_, rgb @ ..] = color.to_be_bytes();
    rgb
}

fn linear(color: u32) -> Vec3 {
    Vec3::from_array(rgb(color).map(f32::from)) / 255.0
}

/// The upright image at one time.
#[derive(Debug)]
pub(super) struct Scene {
    backdrop: Canvas,
    canvas: Canvas,
    frame_rate: f64,
    /// The frame number of the canvas. `None` before the first.
    shown: Option<u64>,
    /// The areas of the ball and its trail.
    ball: URect,
    /// The areas of the last change. The memory is reused.
    changed: Vec<URect>,
    /// The shorter side of the image in pixels: the unit of lengths.
    unit: f32,
    digits: UVec2,
    cell: u32,
}

impl Scene {
    /// A scene in the colors of the device with this index.
    pub(super) fn new(size: UVec2, frame_rate: f64, index: usize) -> Self {
        let unit = size.min_element() as f32;
        let cell = (size.min_element() / 90).max(1);
        let margin = (size.as_vec2() * Vec2::new(0.055, 0.08)).as_uvec2();
        let digits = UVec2::new(
            size.x.saturating_sub(margin.x + (DIGITS as u32 * 6 - 1) * cell + 2 * cell),
            margin.y + 2 * cell,
        );
        let mut scene = Self {
            backdrop: Canvas::new(size),
            canvas: Canvas::new(UVec2::ZERO),
            frame_rate,
            shown: None,
            ball: URect::default(),
            changed: Vec::with_capacity(2 + DIGITS + counter::BLOCKS as usize),
            unit,
            digits,
            cell,
        };
        scene.paint_backdrop(PALETTES[index % PALETTES.len()].map(linear));
        scene.canvas = scene.backdrop.clone();
        scene
    }

    /// The image.
    pub(super) fn canvas(&self) -> &Canvas {
        &self.canvas
    }

    /// The areas that the last [`Scene::animate`] changed.
    pub(super) fn changed(&self) -> impl Iterator<Item = URect> {
        self.changed.iter().copied()
    }

    /// Moves all parts to their places in this frame.
    pub(super) fn animate(&mut self, sequence: u64) {
        self.changed.clear();
        self.paint_ball(sequence);
        self.paint_digits(sequence);
        self.paint_strip(sequence);
        self.shown = Some(sequence);
    }

    fn orbit(&self) -> (Vec2, f32) {
        (self.backdrop.size().as_vec2() * Vec2::new(0.5, 0.43), 0.24 * self.unit)
    }

    fn paint_backdrop(&mut self, palette: [Vec3; 4]) {
        let (orbit, radius) = self.orbit();
        let Self { backdrop, unit, digits, cell, frame_rate, .. } = self;
        let (unit, size) = (*unit, backdrop.size().as_vec2());
        let white = Vec3::ONE;

        // A table makes the gradient cheap, which covers all pixels.
        let gradient: [Vec3; 1024] = std::array::from_fn(|index| {
            let place = index as f32 / 1023.0 * (palette.len() - 1) as f32;
            let from = (place as usize).min(palette.len() - 2);
            palette[from].lerp(palette[from + 1], smooth(place - from as f32))
        });
        let slope = Vec2::new(0.35, 0.65) / size;
        backdrop.blend(backdrop.whole(), |point| {
            let place = (point.dot(slope) * 1023.0) as usize;
            (gradient[place.min(1023)], 1.0)
        });
        for (x, y, radius, alpha) in [
            (0.12, 0.62, 0.28, 0.07),
            (0.86, 0.52, 0.36, 0.08),
            (0.3, 0.2, 0.17, 0.05),
            (0.68, 0.1, 0.22, 0.06),
        ] {
            backdrop.disc(size * Vec2::new(x, y), radius * unit, white, alpha);
        }

        backdrop.ring(orbit, radius, 0.012 * unit, white, 0.55);
        for tick in 0..12 {
            let direction = Vec2::from_angle(tick as f32 * TAU / 12.0);
            backdrop.disc(orbit + direction * radius * 0.8, 0.007 * unit, white, 0.7);
        }

        // The letter F looks different mirrored or rotated.
        let stroke = 0.05 * unit;
        let corner = size * Vec2::new(0.055, 0.08);
        let shade = linear(0x101018);
        for (shift, color, alpha) in [(0.01 * unit, shade, 0.35), (0.0, white, 1.0)] {
            let corner = corner + shift;
            for (x, y, right, down) in [(0.0, 0.0, 1.0, 5.4), (0.0, 0.0, 3.4, 1.0), (0.0, 2.1, 2.7, 3.1)] {
                let (min, max) = (Vec2::new(x, y) * stroke, Vec2::new(right, down) * stroke);
                backdrop.rounded_box(corner + min, corner + max, 0.12 * stroke, color, alpha);
            }
        }

        let room = UVec2::new((DIGITS as u32 * 6 - 1) * *cell, 7 * *cell);
        let panel = (digits.as_vec2() - 2.0 * *cell as f32, (*digits + room + 2 * *cell).as_vec2());
        backdrop.rounded_box(panel.0, panel.1, 1.5 * *cell as f32, shade, 0.5);
        let small = (*cell / 3).max(1);
        // As many decimals as the rate has, at most three: 30, 7.5, 29.97.
        let rate = (*frame_rate * 1000.0).round() / 1000.0;
        let lines = [format!("{}x{}", backdrop.size().x, backdrop.size().y), format!("{rate} FPS")];
        if *cell > 2 {
            for (index, line) in (0..).zip(lines) {
                let at = UVec2::new(digits.x, digits.y + 10 * *cell + index * 10 * small);
                backdrop.text(line.bytes(), at, small, [240; 3]);
            }
        }

        let (left, right) = (0.055 * size.x, 0.945 * size.x);
        let (top, bottom) = (0.81 * size.y, 0.92 * size.y);
        let edge = 0.008 * unit;
        backdrop.rounded_box(Vec2::new(left, top) - edge, Vec2::new(right, bottom) + edge, edge, shade, 0.5);
        let width = (right - left) / BARS.len() as f32;
        for (index, color) in (0..).zip(BARS) {
            let from = left + width * index as f32;
            let area = backdrop.around(
                Vec2::new(from.round(), top.round()),
                Vec2::new((from + width).round(), bottom.round()),
            );
            backdrop.fill(area, rgb(color));
        }
    }

    fn paint_ball(&mut self, sequence: u64) {
        let (orbit, orbit_radius) = self.orbit();
        // Whole turns are removed in double precision, for streams of many days.
        let turn = (sequence as f64 / self.frame_rate / ORBIT_SECONDS).fract() as f32;
        let place = |behind: usize| {
            let angle = turn * TAU - TAU / 4.0 - behind as f32 * TRAIL_ANGLE;
            orbit + Vec2::from_angle(angle) * orbit_radius
        };
        let radius = 0.065 * self.unit;
        let dot = |behind: usize| {
            let fade = 1.0 - behind as f32 / (TRAIL + 1) as f32;
            (place(behind), radius * (0.25 + 0.45 * fade), 0.45 * fade)
        };
        let box_of =
            |center: Vec2, radius: f32| self.canvas.around(center - radius - 1.0, center + radius + 1.0);
        let center = place(0);
        let head = box_of(center, radius);
        let before = self.ball;
        self.ball =
            (1..=TRAIL).map(dot).fold(head, |all, (center, radius, _)| all.union(box_of(center, radius)));
        self.canvas.copy_area(&self.backdrop, before);
        // The old and the new area overlap, except after a jump in time.
        let overlap = !before.intersect(self.ball).is_empty();
        if overlap {
            self.changed.push(before.union(self.ball));
        } else {
            self.changed.extend([before, self.ball]);
        }

        for (center, radius, alpha) in (1..=TRAIL).rev().map(dot) {
            self.canvas.disc(center, radius, Vec3::ONE, alpha);
        }
        let light = center + Vec2::new(-0.35, -0.4) * radius;
        let (bright, body, dark) = (Vec3::ONE, linear(0xffd23f), linear(0xd1491f));
        self.canvas.blend(head, |point| {
            let lit = (point.distance(light) / (1.5 * radius)).min(1.0);
            let color = if lit < 0.3 {
                bright.lerp(body, smooth(lit / 0.3))
            } else {
                body.lerp(dark, smooth((lit - 0.3) / 0.7))
            };
            (color, coverage(point.distance(center) - radius))
        });
    }

    fn paint_digits(&mut self, sequence: u64) {
        let size = self.canvas.size();
        for place in 0..DIGITS as u32 {
            let digit = |sequence: u64| b'0' + (sequence / 10_u64.pow(DIGITS as u32 - 1 - place) % 10) as u8;
            if self.shown.map(digit) == Some(digit(sequence)) {
                continue;
            }
            let min = self.digits + UVec2::new(place * 6 * self.cell, 0);
            let area = URect { min: min.min(size), max: (min + UVec2::new(5, 7) * self.cell).min(size) };
            self.canvas.copy_area(&self.backdrop, area);
            self.canvas.text([digit(sequence)].into_iter(), min, self.cell, [255; 3]);
            self.changed.push(area);
        }
    }

    fn paint_strip(&mut self, sequence: u64) {
        let size = self.canvas.size();
        for block in 0..counter::BLOCKS {
            let white = |sequence: u64| counter::is_white(sequence, block);
            if self.shown.map(white) == Some(white(sequence)) {
                continue;
            }
            let area = counter::block_area(block, size);
            self.canvas.fill(area, if white(sequence) { [255; 3] } else { [0; 3] });
            self.changed.push(area);
        }
    }
}

fn smooth(place: f32) -> f32 {
    let place = place.clamp(0.0, 1.0);
    place * place * (3.0 - 2.0 * place)
}
