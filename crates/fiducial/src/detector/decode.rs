//! Cells of a square to the id of a marker.

use crate::family::{Family, quarter_turn};
use crate::geometry::{Homography, Point};
use crate::image::GrayImage;

/// The least difference between paper and ink, in levels.
const MIN_GAP: f64 = 8.0;

/// The least width of a cell in strict families, in pixels. Smaller cells can't be told apart, and letters become
/// markers.
const MIN_STRICT_CELL: f64 = 1.75;

/// The most cells across a code.
const MAX_SIDE: usize = 8;

/// A family, and bounds for a quick answer.
#[derive(Debug, Clone)]
pub(super) struct Codebook {
    pub family: Family,
    /// The least and most light cells of a code.
    least_light: u32,
    most_light: u32,
    /// Random cells are likely to be read as a marker, so each cell must be clear.
    pub is_strict: bool,
}

/// A code as it was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    pub id: u32,
    pub hamming: u32,
    /// The corner that is the marker's top left one.
    pub first_corner: usize,
    /// The mean distance of the sharpened cells from the middle between dark and light, in halves of their difference.
    pub clarity: f64,
}

impl Codebook {
    pub fn new(family: &Family) -> Self {
        let light = family.codes().iter().map(|code| code.count_ones());
        Self {
            least_light: light.clone().min().unwrap_or(0),
            most_light: light.max().unwrap_or(0),
            is_strict: family.false_positive_rate() > 1e-4,
            family: family.clone(),
        }
    }

    /// The nearest code within `limit` wrong cells: its id, the wrong cells, and the quarter turns.
    fn nearest(&self, code: u64, limit: u32) -> Option<(u32, u32, usize)> {
        let light = code.count_ones();
        if light + limit < self.least_light || light > self.most_light + limit {
            return None;
        }
        let mut best: Option<(u32, u32, usize)> = None;
        let mut turned = code;
        for turns in 0..4 {
            let distance = |code: &u64| (code ^ turned).count_ones();
            let hamming = self.family.codes().iter().map(distance).min().unwrap_or(u32::MAX);
            if hamming <= limit
                && best.is_none_or(|(_, best, _)| hamming < best)
                && let Some(id) = self.family.codes().iter().position(|code| distance(code) == hamming)
            {
                best = Some((id as u32, hamming, turns));
            }
            turned = quarter_turn(turned, self.family.side());
        }
        best
    }

    /// Reads sampled cells. `width` is the width of a cell in pixels.
    pub fn read(&self, cells: &Cells, width: f64) -> Option<Reading> {
        let is_unclear = cells.clarity < 0.6 || cells.worst < 0.3 || width < MIN_STRICT_CELL;
        if cells.clarity < 0.3 || self.is_strict && is_unclear {
            return None;
        }
        let (id, hamming, first_corner) = self.nearest(cells.code, self.family.max_hamming())?;
        Some(Reading { id, hamming, first_corner, clarity: cells.clarity })
    }

    /// Tells whether exact corners are worth their time: rough ones leave a few cells wrong. `width` is the width of a
    /// cell in pixels.
    pub fn is_likely(&self, cells: &Cells, width: f64) -> bool {
        if self.is_strict && (width < 0.9 * MIN_STRICT_CELL || cells.clarity < 0.4) {
            return false;
        }
        let wrong = self.family.side().pow(2) / 9;
        self.nearest(cells.code, self.family.max_hamming() + wrong).is_some()
    }
}

/// A level that changes linearly over the square: the factors of `u`, `v` and 1.
type Plane = [f64; 3];

fn level(plane: &Plane, u: f64, v: f64) -> f64 {
    plane[0] * u + plane[1] * v + plane[2]
}

/// The levels of ink and paper of a square that has a dark border and a light quiet zone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Levels {
    dark: Plane,
    light: Plane,
}

impl Levels {
    /// Measures a square of `cells` across. `None` if it has no such border or quiet zone.
    pub fn measure(image: &GrayImage, homography: &Homography, cells: u32) -> Option<Self> {
        let size = 1.0 / f64::from(cells);
        let (mut dark, mut light) = (PlaneFit::default(), PlaneFit::default());
        let mut border = [(0.0, 0.0, 0.0, 0.0, 0.0, f64::NAN); 64];
        let border = border.get_mut(..4 * cells as usize)?;
        for (k, sample) in border.iter_mut().enumerate() {
            let along = ((k / 4) as f64 + 0.5) * size;
            let (inside, outside) =
                if k % 2 == 0 { (0.5 * size, -0.5 * size) } else { (1.0 - 0.5 * size, 1.0 + 0.5 * size) };
            let is_row = k % 4 < 2;
            let (u, v) = if is_row { (along, inside) } else { (inside, along) };
            let (outer_u, outer_v) = if is_row { (along, outside) } else { (outside, along) };
            let ink = cell_luma(image, homography, u, v, size)?;
            dark.add(u, v, ink);
            let paper = cell_luma(image, homography, outer_u, outer_v, size);
            if let Some(paper) = paper {
                light.add(outer_u, outer_v, paper);
            }
            *sample = (u, v, ink, outer_u, outer_v, paper.unwrap_or(f64::NAN));
        }
        // At the edge of the image a part of the quiet zone may be outside.
        if light.count < 2 * cells {
            return None;
        }
        let levels = Self { dark: dark.solve()?, light: light.solve()? };
        let (ink, paper) = levels.at_center();
        if paper - ink < MIN_GAP {
            return None;
        }
        let light_border = border.iter().filter(|&&(u, v, ink, ..)| ink > levels.middle(u, v)).count();
        let dark_paper = border.iter().filter(|&&(.., u, v, paper)| paper < levels.middle(u, v)).count();
        let is_marker = light_border * 12 <= border.len() && dark_paper * 6 <= light.count as usize;
        is_marker.then_some(levels)
    }

    /// The levels of ink and paper at a point of the unit square.
    pub fn at(&self, u: f64, v: f64) -> (f64, f64) {
        (level(&self.dark, u, v), level(&self.light, u, v))
    }

    /// The levels of ink and paper in the middle of the square.
    pub fn at_center(&self) -> (f64, f64) {
        self.at(0.5, 0.5)
    }

    fn middle(&self, u: f64, v: f64) -> f64 {
        0.5 * (level(&self.dark, u, v) + level(&self.light, u, v))
    }
}

/// The cells of a code as they were sampled.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cells {
    code: u64,
    /// The mean and the least distance from the middle, as parts of the half of the gap between dark and light.
    clarity: f64,
    worst: f64,
}

impl Cells {
    /// Samples the code inside of a border.
    pub fn sample(
        image: &GrayImage,
        homography: &Homography,
        levels: &Levels,
        side: u32,
        border: u32,
    ) -> Option<Self> {
        let count = side as usize;
        let size = 1.0 / f64::from(side + 2 * border);
        let center = |k: usize| ((k + border as usize) as f64 + 0.5) * size;
        let mut luma = [[0.0; MAX_SIDE]; MAX_SIDE];
        for (y, row) in luma.iter_mut().enumerate().take(count) {
            for (x, luma) in row.iter_mut().enumerate().take(count) {
                *luma = cell_luma(image, homography, center(x), center(y), size)?;
            }
        }
        let mut cells = Self { code: 0, clarity: 0.0, worst: f64::MAX };
        for y in 0..count {
            for x in 0..count {
                let (u, v) = (center(x), center(y));
                let (dark, light) = (level(&levels.dark, u, v), level(&levels.light, u, v));
                let neighbor = |dx: usize, dy: usize| {
                    // One less than the sum, so that the border is below 0 or beyond the count.
                    let (x, y) = ((x + dx).wrapping_sub(1), (y + dy).wrapping_sub(1));
                    if x < count && y < count { luma[y][x] } else { dark }
                };
                // Sharpened: a small marker's cells are mixed with their neighbors.
                let around = neighbor(0, 1) + neighbor(2, 1) + neighbor(1, 0) + neighbor(1, 2);
                let sharp = luma[y][x] + 0.25 * (4.0 * luma[y][x] - around);
                let clearness = (2.0 * sharp - dark - light) / (light - dark);
                cells.code = cells.code << 1 | u64::from(clearness > 0.0);
                cells.clarity += clearness.abs();
                cells.worst = cells.worst.min(clearness.abs());
            }
        }
        cells.clarity /= (count * count) as f64;
        Some(cells)
    }
}

/// The luma of a cell: five samples in its middle.
fn cell_luma(image: &GrayImage, homography: &Homography, u: f64, v: f64, size: f64) -> Option<f64> {
    let sample = |du: f64, dv: f64| {
        let [x, y] = homography.apply(u + 0.2 * du * size, v + 0.2 * dv * size);
        image.sample(x, y)
    };
    let corners = sample(-1.0, -1.0)? + sample(1.0, -1.0)? + sample(-1.0, 1.0)? + sample(1.0, 1.0)?;
    Some((2.0 * sample(0.0, 0.0)? + corners) / 6.0)
}

/// The least-squares fit of a plane.
#[derive(Debug, Default)]
struct PlaneFit {
    count: u32,
    /// The sums of products of (u, v, 1) with each other and with the value.
    sums: [[f64; 4]; 3],
}

impl PlaneFit {
    fn add(&mut self, u: f64, v: f64, value: f64) {
        let row = [u, v, 1.0];
        for (sums, factor) in self.sums.iter_mut().zip(row) {
            for (sum, other) in sums.iter_mut().zip([u, v, 1.0, value]) {
                *sum += factor * other;
            }
        }
        self.count += 1;
    }

    fn solve(&self) -> Option<Plane> {
        let mut rows = self.sums;
        for pivot in 0..3 {
            let pivot_row = rows[pivot];
            if pivot_row[pivot].abs() < 1e-12 {
                return None;
            }
            for (_, row) in rows.iter_mut().enumerate().filter(|(row, _)| *row != pivot) {
                let factor = row[pivot] / pivot_row[pivot];
                for (value, pivot_value) in row.iter_mut().zip(pivot_row) {
                    *value -= factor * pivot_value;
                }
            }
        }
        Some(std::array::from_fn(|k| rows[k][3] / rows[k][k]))
    }
}

/// Turns the corners so that the marker's top left one is the first.
pub(super) fn turn_corners(corners: &[Point; 4], first: usize) -> [Point; 4] {
    std::array::from_fn(|k| corners[(k + first) % 4])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::families;

    #[test]
    fn codes_are_found_at_every_turn_and_with_wrong_cells() {
        for family in families::ALL {
            let codebook = Codebook::new(family);
            let mut flips = 1u64;
            for (id, &code) in family.codes().iter().enumerate() {
                let mut turned = code;
                for turns in 0..4 {
                    let (found, hamming, found_turns) =
                        codebook.nearest(turned, family.max_hamming()).unwrap();
                    assert_eq!((found as usize, hamming, (found_turns + turns) % 4), (id, 0, 0));
                    // Other wrong cells each time.
                    let wrong = (0..family.max_hamming()).fold(0, |wrong, _| {
                        flips = flips
                            .wrapping_mul(6_364_136_223_846_793_005)
                            .wrapping_add(1_442_695_040_888_963_407);
                        wrong | 1 << ((flips >> 33) % u64::from(family.side().pow(2)))
                    });
                    let (found, hamming, _) = codebook.nearest(turned ^ wrong, family.max_hamming()).unwrap();
                    assert_eq!((found as usize, hamming), (id, wrong.count_ones()));
                    turned = quarter_turn(turned, family.side());
                }
            }
        }
    }

    #[test]
    fn planes_are_fitted() {
        let mut fit = PlaneFit::default();
        for (u, v) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.7, 0.9)] {
            fit.add(u, v, 3.0 * u - 2.0 * v + 50.0);
        }
        let plane = fit.solve().unwrap();
        assert!((level(&plane, 0.5, 0.5) - 50.5).abs() < 1e-9);
        assert!(PlaneFit::default().solve().is_none());
    }
}
