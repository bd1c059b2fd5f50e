//! Corners to a fraction of a pixel: each side anew, by the places where the luma goes from dark to light.

use crate::geometry::{Line, Point, area, corners_of, distance, is_square_like};
use crate::image::GrayImage;

/// The most places on a side.
const MAX_PLACES: usize = 64;

/// The distance of samples across a side, in pixels.
const STEP: f64 = 0.25;

/// The most samples across a side: enough for an image that was searched at an eighth of its size.
const MAX_SAMPLES: usize = 192;

/// The number of samples over which a difference is taken: one pixel.
const SPAN: usize = 4;

/// Improves corners that are off by at most `reach` pixels. `cell` is the width of a cell as a part of the side: the
/// search never reaches the cells inside the border.
pub(super) fn refine(image: &GrayImage, coarse: &[Point; 4], reach: f64, cell: f64) -> Option<[Point; 4]> {
    let mut corners = *coarse;
    for reach in [reach, 1.5] {
        let area = area(&corners);
        let side = |k: usize| {
            let (from, to) = (corners[k], corners[(k + 1) % 4]);
            // The width of a cell across the side.
            let width = cell * area / distance(from, to);
            fit_side(image, from, to, reach.min((0.75 * width).max(1.0)))
        };
        let refined = corners_of(&[side(0)?, side(1)?, side(2)?, side(3)?])?;
        let limit = 1.5 * reach + 0.1 * distance(corners[0], corners[2]);
        let near = (0..4).all(|k| distance(refined[k], corners[k]) <= limit);
        if !near || !is_square_like(&refined, 4.0) {
            return None;
        }
        corners = refined;
    }
    Some(corners)
}

/// The line of a side between two corners that are roughly known.
fn fit_side(image: &GrayImage, from: Point, to: Point, reach: f64) -> Option<Line> {
    let length = distance(from, to);
    let (dx, dy) = ((to[0] - from[0]) / length, (to[1] - from[1]) / length);
    // Outward, since the corners are clockwise.
    let (nx, ny) = (dy, -dx);
    let count = (length as usize).clamp(8, MAX_PLACES);
    let mut places = [([0.0; 2], 0.0); MAX_PLACES];
    let mut found = 0;
    for i in 0..count {
        let along = (i as f64 + 1.0) / (count as f64 + 1.0);
        let (x, y) = (from[0] + along * (to[0] - from[0]), from[1] + along * (to[1] - from[1]));
        if let Some((offset, weight)) = locate_edge(image, [x, y], [nx, ny], reach) {
            places[found] = ([x + offset * nx, y + offset * ny], weight);
            found += 1;
        }
    }
    let places = &places[..found];
    if found < 4 {
        return None;
    }
    let mut line = Line::fit(places.iter().copied())?;
    // Again without places that are far off.
    for _ in 0..2 {
        let squares: f64 = places.iter().map(|(point, _)| line.offset(*point).powi(2)).sum();
        let limit = 2.0 * (squares / found as f64).sqrt().max(0.05);
        line = Line::fit(places.iter().copied().filter(|(point, _)| line.offset(*point).abs() < limit))?;
    }
    Some(line)
}

/// Where the luma rises along a normal: the mean of the offsets, weighted by the squared slope, and a weight.
fn locate_edge(image: &GrayImage, [x, y]: Point, [nx, ny]: Point, reach: f64) -> Option<(f64, f64)> {
    let steps = (reach / STEP) as usize;
    // Half a pixel more on both sides.
    let count = 2 * steps + 1 + SPAN;
    let first = -(((count - 1) / 2) as f64) * STEP;
    let mut luma = [0.0; MAX_SAMPLES];
    let luma = luma.get_mut(..count)?;
    for (i, luma) in luma.iter_mut().enumerate() {
        let offset = first + i as f64 * STEP;
        *luma = image.sample(x + offset * nx, y + offset * ny)?;
    }
    let (mut weight, mut moment) = (0.0, 0.0);
    for i in 0..count - SPAN {
        let slope = (luma[i + SPAN] - luma[i]).max(0.0);
        let offset = first + (i + SPAN / 2) as f64 * STEP;
        weight += slope * slope;
        moment += slope * slope * offset;
    }
    (weight > 0.0).then(|| (moment / weight, weight.sqrt()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_of_a_blurred_square_are_exact() {
        // The luma of a square from (30.3, 20.6) to (60.8, 55.1), each pixel by the area that is covered.
        let cover = |pixel: usize, low: f64, high: f64| {
            let blurred = |edge: f64| 1.0 / (1.0 + (-(pixel as f64 + 0.5 - edge) * 2.5).exp());
            blurred(low) * (1.0 - blurred(high))
        };
        let luma = |i: usize| 220.0 - 190.0 * cover(i % 100, 30.3, 60.8) * cover(i / 100, 20.6, 55.1);
        let data: Vec<u8> = (0..100 * 80).map(|i| luma(i).round() as u8).collect();
        let image = GrayImage::packed(100, 80, &data).unwrap();
        let truth = [[30.3, 20.6], [60.8, 20.6], [60.8, 55.1], [30.3, 55.1]];
        let coarse = [[31.0, 20.0], [60.0, 21.0], [61.3, 54.5], [30.0, 55.6]];
        let refined = refine(&image, &coarse, 2.5, 0.125).unwrap();
        for (corner, true_corner) in refined.iter().zip(truth) {
            assert!(distance(*corner, true_corner) < 0.03, "{refined:?}");
        }
        let far = coarse.map(|[x, y]| [x + 12.0, y]);
        assert_eq!(refine(&image, &far, 2.5, 0.125), None);
    }
}
