//! Corners of small markers by their whole pattern: the homography that explains all pixels best.
//!
//! A marker of 25 pixels has about 80 pixels along its sides, and 600 inside. All edges between its cells say where it
//! is.

use super::decode::Levels;
use crate::family::Family;
use crate::geometry::{Homography, Point, distance, is_square_like};
use crate::image::GrayImage;
use crate::linear;

/// Markers with longer sides, in pixels, are exact enough by their sides.
const MAX_SIDE: f64 = 72.0;

/// The most pixels that are compared.
const MAX_PIXELS: f64 = 700.0;

/// Pixels up to this far outside of the dark square are compared, in cells. Further out the background mixes in.
const MARGIN: f64 = 0.2;

/// The most steps.
const MAX_STEPS: usize = 5;

/// The free numbers: eight of the homography, the blur, and the levels of dark and light.
const UNKNOWNS: usize = 11;

/// The most cells that a blurred pixel covers in one direction.
const MAX_WINDOW: usize = 8;

/// The normal distribution and its density, as a table.
#[derive(Debug)]
pub(super) struct NormalTable {
    values: Vec<[f64; 2]>,
}

impl NormalTable {
    /// The end of the table, in standard deviations.
    const END: f64 = 4.0;
    const STEPS: usize = 64;

    pub fn new() -> Self {
        let density = |z: f64| (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
        let step = 1.0 / Self::STEPS as f64;
        let count = (2.0 * Self::END) as usize * Self::STEPS;
        let mut sum = 3.2e-5;
        let values = (0..=count + 1)
            .map(|k| {
                let z = k as f64 * step - Self::END;
                let value = [sum, density(z)];
                // Simpson's rule.
                sum += step / 6.0 * (density(z) + 4.0 * density(z + 0.5 * step) + density(z + step));
                value
            })
            .collect();
        Self { values }
    }

    /// The distribution and the density at `z`.
    #[inline]
    fn at(&self, z: f64) -> (f64, f64) {
        let place = (z.clamp(-Self::END, Self::END) + Self::END) * Self::STEPS as f64;
        let index = (place as usize).min(self.values.len() - 2);
        let part = place - index as f64;
        let ([low, low_density], [high, high_density]) = (self.values[index], self.values[index + 1]);
        (low + part * (high - low), low_density + part * (high_density - low_density))
    }
}

/// The parts of a blurred point in cells along one direction, and their derivatives by its place and by the blur.
struct Window {
    first: i32,
    count: usize,
    parts: [[f64; 3]; MAX_WINDOW],
}

impl Window {
    fn new(table: &NormalTable, place: f64, blur: f64) -> Option<Self> {
        let first = (place - 3.0 * blur).floor();
        let count = ((place + 3.0 * blur).floor() - first) as usize + 1;
        if count > MAX_WINDOW {
            return None;
        }
        let inverse = 1.0 / blur;
        let mut parts = [[0.0; 3]; MAX_WINDOW];
        let mut before = [0.0; 3];
        for (k, part) in parts.iter_mut().enumerate().take(count) {
            let z = (first + k as f64 + 1.0 - place) * inverse;
            let after = if k + 1 == count {
                [1.0, 0.0, 0.0]
            } else {
                let (sum, density) = table.at(z);
                [sum, -density * inverse, -density * z * inverse]
            };
            *part = std::array::from_fn(|k| after[k] - before[k]);
            before = after;
        }
        Some(Self { first: first as i32, count, parts })
    }
}

/// Tells whether a marker is small, so that its sides alone aren't exact.
pub(super) fn is_small(corners: &[Point; 4]) -> bool {
    (0..4).all(|k| distance(corners[k], corners[(k + 1) % 4]) <= MAX_SIDE)
}

/// The result of a fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct PatternFit {
    /// The corners.
    pub corners: [Point; 4],
    /// The root of the mean squared difference to the pixels, as a part of the gap between dark and light.
    pub residual: f64,
}

/// Fits a marker to its pattern. `None` if the pixels don't look like it.
pub(super) fn fit(
    table: &NormalTable,
    image: &GrayImage,
    corners: &[Point; 4],
    (family, code): (&Family, u64),
    levels: &Levels,
) -> Option<PatternFit> {
    let side = (0..4).map(|k| distance(corners[k], corners[(k + 1) % 4])).fold(0.0, f64::max);
    let cells = f64::from(family.cells());
    let model = Model { table, image, family, code, cells, origin: corners[0], levels };
    let mut state = model.start(corners)?;
    let mut fit = model.fit(&state)?;
    let mut damping = 1e-3;
    for _ in 0..MAX_STEPS {
        let mut damped = fit.normal;
        for (k, row) in damped.iter_mut().enumerate() {
            row[k] += damping * row[k] + 1e-12;
        }
        let step = linear::solve(damped, fit.gradient)?;
        let next = state.moved(&step);
        let next_fit = model.fit(&next);
        match next_fit {
            Some(next_fit) if next_fit.error < fit.error => {
                let moved =
                    next.corners(cells).into_iter().zip(state.corners(cells)).map(|(a, b)| distance(a, b));
                let moved = moved.fold(0.0, f64::max);
                (state, fit) = (next, next_fit);
                damping *= 0.1;
                if moved < 0.01 {
                    break;
                }
            }
            _ => damping *= 30.0,
        }
    }
    let origin = corners[0];
    let aligned = state.corners(cells).map(|[x, y]| [x + origin[0], y + origin[1]]);
    // Far from the sides the pattern was mistaken.
    let limit = (0.25 * side / cells).max(0.4);
    let is_near = (0..4).all(|k| distance(aligned[k], corners[k]) < limit);
    let (ink, paper) = levels.at_center();
    (is_near && is_square_like(&aligned, 3.0))
        .then(|| PatternFit { corners: aligned, residual: fit.error.sqrt() / (paper - ink + state.gap) })
}

/// The free numbers.
#[derive(Debug, Clone, Copy)]
struct State {
    /// From cells around the middle of the marker to pixels around the first corner. The last number is 1.
    homography: [f64; 8],
    /// The standard deviation of the blur, in pixels.
    blur: f64,
    /// Corrections of the level of ink, and of the difference of paper and ink.
    ink: f64,
    gap: f64,
}

impl State {
    fn moved(&self, step: &[f64; UNKNOWNS]) -> Self {
        Self {
            homography: std::array::from_fn(|k| self.homography[k] + step[k]),
            blur: (self.blur + step[8].clamp(-0.4, 0.4)).clamp(0.1, 4.0),
            ink: self.ink + step[9],
            gap: self.gap + step[10],
        }
    }

    fn matrix(&self) -> [[f64; 3]; 3] {
        let [a, b, c, d, e, f, g, h] = self.homography;
        [[a, b, c], [d, e, f], [g, h, 1.0]]
    }

    /// The corners, relative to the origin.
    fn corners(&self, cells: f64) -> [Point; 4] {
        let half = 0.5 * cells;
        let homography = Homography(self.matrix());
        [[-half, -half], [half, -half], [half, half], [-half, half]].map(|[u, v]| homography.apply(u, v))
    }
}

/// The normal equations, and the mean squared error.
struct Fit {
    normal: [[f64; UNKNOWNS]; UNKNOWNS],
    gradient: [f64; UNKNOWNS],
    error: f64,
}

impl Fit {
    /// Adds a residual. Only the numbers on and left of the diagonal are added up.
    #[inline]
    fn add(&mut self, row: &[f64; UNKNOWNS], residual: f64) {
        for (i, (sums, factor)) in self.normal.iter_mut().zip(row).enumerate() {
            self.gradient[i] += factor * residual;
            for (sum, value) in sums[..=i].iter_mut().zip(row) {
                *sum += factor * value;
            }
        }
    }

    /// Fills the other half.
    fn mirror(&mut self) {
        for i in 0..UNKNOWNS {
            for j in 0..i {
                self.normal[j][i] = self.normal[i][j];
            }
        }
    }
}

struct Model<'a> {
    table: &'a NormalTable,
    image: &'a GrayImage<'a>,
    family: &'a Family,
    code: u64,
    /// The cells across the dark square.
    cells: f64,
    origin: Point,
    levels: &'a Levels,
}

impl Model<'_> {
    fn start(&self, corners: &[Point; 4]) -> Option<State> {
        let relative = corners.map(|[x, y]| [x - self.origin[0], y - self.origin[1]]);
        let Homography(h) = Homography::from_unit_square(&relative)?;
        let scaled = h.map(|[a, b, c]| [a / self.cells, b / self.cells, c + 0.5 * (a + b)]);
        let last = scaled[2][2];
        let [[a, b, c], [d, e, f], [g, h, _]] = scaled.map(|row| row.map(|value| value / last));
        Some(State { homography: [a, b, c, d, e, f, g, h], blur: 0.8, ink: 0.0, gap: 0.0 })
    }

    /// Compares the pixels with the pattern.
    fn fit(&self, state: &State) -> Option<Fit> {
        let matrix = state.matrix();
        let inverse = invert(&matrix)?;
        let half = 0.5 * self.cells;
        let outline = state.corners(self.cells);
        let bound = |axis: usize, size: usize, round: fn(f64, f64) -> f64| {
            let start = outline[0][axis];
            let value = outline.iter().map(|corner| corner[axis]).fold(start, round) + self.origin[axis];
            value.clamp(0.0, size as f64 - 1.0) as usize
        };
        let (width, height) = (self.image.width(), self.image.height());
        let columns = bound(0, width, f64::min).saturating_sub(1)..(bound(0, width, f64::max) + 2).min(width);
        let rows = bound(1, height, f64::min).saturating_sub(1)..(bound(1, height, f64::max) + 2).min(height);
        let area = crate::geometry::area(&outline);
        // Pixels of a lattice, so that there aren't too many.
        let skip = (area / MAX_PIXELS).ceil().max(1.0) as usize;
        let blur = (state.blur * state.blur + 1.0 / 12.0).sqrt();
        let mut fit = Fit { normal: [[0.0; UNKNOWNS]; UNKNOWNS], gradient: [0.0; UNKNOWNS], error: 0.0 };
        let mut count = 0usize;
        for row in rows {
            let pixels = self.image.row(row);
            let first = columns.start + (row * 7 + columns.start * (skip - 1)) % skip;
            for column in (first..columns.end).step_by(skip) {
                let (x, y) = (column as f64 + 0.5 - self.origin[0], row as f64 + 0.5 - self.origin[1]);
                let [p, q, w] = inverse.map(|row| row[0] * x + row[1] * y + row[2]);
                let scale = 1.0 / w;
                let (u, v) = (p * scale, q * scale);
                if u.is_nan() || u.abs() > half + MARGIN || v.abs() > half + MARGIN {
                    continue;
                }
                // The derivatives of the place on the marker by the pixel.
                let by_pixel = |row: [f64; 3], value: f64| {
                    [(row[0] - value * inverse[2][0]) * scale, (row[1] - value * inverse[2][1]) * scale]
                };
                let ([ux, uy], [vx, vy]) = (by_pixel(inverse[0], u), by_pixel(inverse[1], v));
                let (u_per_pixel, v_per_pixel) = ((ux * ux + uy * uy).sqrt(), (vx * vx + vy * vy).sqrt());
                let across = Window::new(self.table, u + half + 1.0, blur * u_per_pixel)?;
                let down = Window::new(self.table, v + half + 1.0, blur * v_per_pixel)?;
                // The part of light, and its derivatives by u, v and the blur.
                let (mut light, mut by_u, mut by_v, mut by_blur) = (0.0, 0.0, 0.0, 0.0);
                for (j, [part, by_place, by_width]) in down.parts.iter().take(down.count).enumerate() {
                    let mut sums = [0.0; 3];
                    for (i, parts) in across.parts.iter().take(across.count).enumerate() {
                        if self.is_light(across.first + i as i32, down.first + j as i32) {
                            sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
                        }
                    }
                    light += part * sums[0];
                    by_u += part * sums[1];
                    by_v += by_place * sums[0];
                    by_blur += part * sums[2] * u_per_pixel + by_width * sums[0] * v_per_pixel;
                }
                let (ink, paper) = self.levels.at(u / self.cells + 0.5, v / self.cells + 0.5);
                let (ink, gap) = (ink + state.ink, paper - ink + state.gap);
                let residual = f64::from(pixels[column]) - (ink + gap * light);
                // A pixel that differs by a third of the gap is covered, or a reflection.
                let weight = (0.33 * gap / residual.abs().max(1e-9)).min(1.0);
                let (by_x, by_y) = (gap * (by_u * ux + by_v * vx), gap * (by_u * uy + by_v * vy));
                let depth = 1.0 / (matrix[2][0] * u + matrix[2][1] * v + 1.0);
                let along = (by_x * x + by_y * y) * depth;
                let (by_x, by_y) = (by_x * depth, by_y * depth);
                let root = weight.sqrt();
                let derivatives = [
                    -by_x * u,
                    -by_x * v,
                    -by_x,
                    -by_y * u,
                    -by_y * v,
                    -by_y,
                    along * u,
                    along * v,
                    gap * by_blur * state.blur / blur,
                    1.0,
                    light,
                ]
                .map(|value| value * root);
                fit.add(&derivatives, residual * root);
                fit.error += weight * residual * residual;
                count += 1;
            }
        }
        if count < 3 * UNKNOWNS {
            return None;
        }
        fit.error /= count as f64;
        fit.mirror();
        Some(fit)
    }

    fn is_light(&self, x: i32, y: i32) -> bool {
        match (u32::try_from(x), u32::try_from(y)) {
            (Ok(x), Ok(y)) => self.family.is_light(self.code, x, y),
            _ => true,
        }
    }
}

fn invert(m: &[[f64; 3]; 3]) -> Option<[[f64; 3]; 3]> {
    let columns = linear::transpose(m);
    let [a, b, c] = columns;
    let (x, y, z) = (linear::cross(b, c), linear::cross(c, a), linear::cross(a, b));
    let determinant = linear::dot(a, x);
    (determinant.is_finite() && determinant.abs() > 1e-12)
        .then(|| [x, y, z].map(|row| linear::scale(row, 1.0 / determinant)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_normal_distribution() {
        let table = NormalTable::new();
        for (z, sum) in [(0.0, 0.5), (1.0, 0.841_345), (-2.0, 0.022_750), (9.0, 1.0), (-9.0, 0.0)] {
            assert!((table.at(z).0 - sum).abs() < 1e-4, "{z}: {}", table.at(z).0);
        }
        assert!((table.at(0.0).1 - 0.398_942).abs() < 1e-5);
    }

    #[test]
    fn windows_have_the_parts_of_a_blurred_point() {
        let table = NormalTable::new();
        let window = Window::new(&table, 2.3, 0.4).unwrap();
        assert_eq!((window.first, window.count), (1, 3));
        let sum: f64 = window.parts.iter().map(|part| part[0]).sum();
        assert!((sum - 1.0).abs() < 1e-12);
        for (moved, index) in
            [(Window::new(&table, 2.301, 0.4).unwrap(), 1), (Window::new(&table, 2.3, 0.401).unwrap(), 2)]
        {
            for k in 0..3 {
                let slope = (moved.parts[k][0] - window.parts[k][0]) / 0.001;
                assert!((slope - window.parts[k][index]).abs() < 0.01, "{slope} {}", window.parts[k][index]);
            }
        }
        assert!(Window::new(&table, 2.3, 2.0).is_none());
    }
}
