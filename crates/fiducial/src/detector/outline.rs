//! Outlines of regions, and the four straight sides of those that are squares in perspective.

use super::regions::Region;
use super::threshold::DarkMap;
use crate::geometry::{Line, Point, area, corners_of, distance, is_square_like, turn};

/// The search for four sides. Its memory is used again for the next region.
#[derive(Debug, Default)]
pub(super) struct OutlineFinder {
    /// The corners of pixels along the outline, clockwise.
    outline: Vec<[u16; 2]>,
    /// For each row of the outline the indices of its leftmost and rightmost point.
    extents: Vec<[u32; 2]>,
    /// The convex hull: indices of points, clockwise.
    hull: Vec<u32>,
    /// The points of the hull that are left.
    polygon: Vec<u32>,
}

impl OutlineFinder {
    /// The corners of a region with four straight sides, clockwise, to about a third of a pixel.
    pub fn corners(&mut self, map: &DarkMap, region: &Region) -> Option<[Point; 4]> {
        let enclosed = self.trace(map, region)?;
        self.find_hull(region);
        let hull = self.hull_area();
        // A square has no bays, but for rough sides.
        if enclosed < 0.75 * hull {
            return None;
        }
        let indices = self.four_corners()?;
        if 0.5 * self.doubled_area(&indices) < 0.7 * hull {
            return None;
        }
        self.fit_sides(indices)
    }

    /// Follows the outline along the edges of pixels, with the region on the right. Returns the area inside, in pixels.
    fn trace(&mut self, map: &DarkMap, region: &Region) -> Option<f64> {
        let start = [region.start, region.top];
        // A convex outline has twice the sum of width and height. Noise makes it longer.
        let limit = 3 * (region.width() + region.height()) + 32;
        let none = [u32::MAX; 2];
        self.outline.clear();
        self.extents.clear();
        self.extents.resize(region.height() + 1, none);
        let [mut x, mut y] = start.map(usize::from);
        // East along the top of the first pixel.
        let mut heading = Heading::East;
        let mut enclosed = 0;
        loop {
            let index = self.outline.len() as u32;
            let extent = &mut self.extents[y - usize::from(region.top)];
            if *extent == none {
                *extent = [index; 2];
            } else {
                let [left, right] = extent.map(|index| usize::from(self.outline[index as usize][0]));
                if x < left {
                    extent[0] = index;
                } else if x > right {
                    extent[1] = index;
                }
            }
            self.outline.push([x as u16, y as u16]);
            if self.outline.len() > limit {
                return None;
            }
            // The pixels ahead, on the left and on the right, seen from the point where the step ends.
            let (ahead_left, ahead_right) = match heading {
                Heading::East => {
                    x += 1;
                    ((x, y - 1), (x, y))
                }
                Heading::South => {
                    y += 1;
                    enclosed += x as i64;
                    ((x, y), (x - 1, y))
                }
                Heading::West => {
                    x -= 1;
                    ((x - 1, y), (x - 1, y - 1))
                }
                Heading::North => {
                    y -= 1;
                    enclosed -= x as i64;
                    ((x - 1, y - 1), (x, y - 1))
                }
            };
            if !map.is_dark(ahead_right.0, ahead_right.1) {
                heading = heading.right();
            } else if map.is_dark(ahead_left.0, ahead_left.1) {
                heading = heading.left();
            }
            if [x, y] == start.map(usize::from) && heading == Heading::East {
                return Some(enclosed as f64);
            }
        }
    }

    fn point(&self, index: u32) -> Point {
        self.outline[index as usize].map(f64::from)
    }

    /// The convex hull of the outline, from the extents of its rows.
    fn find_hull(&mut self, region: &Region) {
        let Self { outline, extents, hull, .. } = self;
        debug_assert_eq!(extents.len(), region.height() + 1);
        hull.clear();
        let right = extents.iter().map(|extent| extent[1]);
        let left = extents.iter().rev().map(|extent| extent[0]);
        let doubled_turn = |a: u32, b: u32, c: u32| {
            let [a, b, c] = [a, b, c].map(|index| outline[index as usize].map(i32::from));
            (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
        };
        let mut add = |chain: &mut dyn Iterator<Item = u32>| {
            let first = hull.len();
            for index in chain {
                while hull.len() >= first + 2
                    && doubled_turn(hull[hull.len() - 2], hull[hull.len() - 1], index) <= 0
                {
                    hull.pop();
                }
                hull.push(index);
            }
        };
        add(&mut { right });
        add(&mut { left });
    }

    fn hull_area(&self) -> f64 {
        0.5 * self.doubled_area(&self.hull)
    }

    fn doubled_area(&self, indices: &[u32]) -> f64 {
        let mut previous = self.point(indices[indices.len() - 1]);
        let mut sum = 0.0;
        for &index in indices {
            let point = self.point(index);
            sum += previous[0] * point[1] - previous[1] * point[0];
            previous = point;
        }
        sum
    }

    /// The four points of the hull that have the most area between them. The indices ascend along the outline.
    fn four_corners(&mut self) -> Option<[u32; 4]> {
        // A first choice: the least important point is dropped again and again.
        self.polygon.clone_from(&self.hull);
        while self.polygon.len() > 4 {
            let count = self.polygon.len();
            let importance = |k: usize| {
                let [a, b, c] =
                    [(k + count - 1) % count, k, (k + 1) % count].map(|k| self.point(self.polygon[k]));
                turn(a, b, c)
            };
            let least = (0..count).min_by(|&a, &b| importance(a).total_cmp(&importance(b)))?;
            self.polygon.remove(least);
        }
        let mut corners: [u32; 4] = self.polygon.as_slice().try_into().ok()?;
        // The tip of an acute corner was dropped early.
        for k in (0..4).cycle().take(8) {
            let (before, after) = (self.point(corners[(k + 3) % 4]), self.point(corners[(k + 1) % 4]));
            let height = |index: &u32| turn(before, self.point(*index), after);
            corners[k] = *self.hull.iter().max_by(|a, b| height(a).total_cmp(&height(b)))?;
        }
        corners.sort_unstable();
        Some(corners)
    }

    /// Lines through the outline between the corners. `None` if a side isn't straight.
    fn fit_sides(&self, indices: [u32; 4]) -> Option<[Point; 4]> {
        let rough = self.fit_lines(indices, 3)?;
        // Where the lines cross, the corners are known better.
        let mut better = indices;
        for (index, corner) in better.iter_mut().zip(rough) {
            *index = self.nearest(*index, corner);
        }
        let corners = if better == indices { rough } else { self.fit_lines(better, 5)? };
        (is_square_like(&corners, 4.0) && area(&corners) >= 25.0).then_some(corners)
    }

    /// The point of the outline that is nearest to a corner, near an index.
    fn nearest(&self, index: u32, corner: Point) -> u32 {
        let count = self.outline.len() as u32;
        let near = (count - 8.min(count)..=count + 8).map(|step| (index + step) % count);
        near.min_by(|&a, &b| distance(self.point(a), corner).total_cmp(&distance(self.point(b), corner)))
            .unwrap_or(index)
    }

    /// The crossings of lines through the sides. At most a part of the points of a side may be off the line.
    fn fit_lines(&self, indices: [u32; 4], part: usize) -> Option<[Point; 4]> {
        let count = self.outline.len();
        let side = |k: usize| {
            let start = indices[k] as usize;
            let end = indices[(k + 1) % 4] as usize;
            let length = (end + count - start) % count;
            if length < 5 {
                return None;
            }
            let margin = (length / 8).max(1);
            let points = (start + margin..start + length - margin).map(|i| {
                let [a, b] = [i % count, (i + 1) % count].map(|i| self.outline[i].map(f64::from));
                ([0.5 * (a[0] + b[0]), 0.5 * (a[1] + b[1])], 1.0)
            });
            let tolerance = (0.015 * length as f64).max(1.0);
            let line = Line::fit(points.clone())?;
            let outliers = points.clone().filter(|(point, _)| line.offset(*point).abs() > tolerance).count();
            if outliers == 0 {
                return Some(line);
            }
            if outliers * 3 > length {
                return None;
            }
            // Once more, without what covers a part of the side.
            let line = Line::fit(points.clone().filter(|(point, _)| line.offset(*point).abs() <= tolerance))?;
            let outliers = points.filter(|(point, _)| line.offset(*point).abs() > tolerance).count();
            (outliers * part <= length).then_some(line)
        };
        corners_of(&[side(0)?, side(1)?, side(2)?, side(3)?])
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heading {
    East,
    South,
    West,
    North,
}

impl Heading {
    fn right(self) -> Self {
        match self {
            Self::East => Self::South,
            Self::South => Self::West,
            Self::West => Self::North,
            Self::North => Self::East,
        }
    }

    fn left(self) -> Self {
        self.right().right().right()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::GrayImage;
    use crate::detector::regions::RegionFinder;

    /// The corners of the only region of an image.
    fn corners(dark: impl Fn(f64, f64) -> bool) -> Option<[Point; 4]> {
        let pixel = |i: usize| if dark((i % 200) as f64 + 0.5, (i / 200) as f64 + 0.5) { 0 } else { 255 };
        let data: Vec<u8> = (0..200 * 150).map(pixel).collect();
        let mut map = DarkMap::default();
        map.update(&GrayImage::packed(200, 150, &data).unwrap(), 12);
        let mut regions = Vec::new();
        RegionFinder::default().find(&map, &mut regions);
        assert_eq!(regions.len(), 1);
        OutlineFinder::default().corners(&map, &regions[0])
    }

    /// Tells whether a point is inside of a clockwise quadrilateral.
    fn inside(quad: &[Point; 4], x: f64, y: f64) -> bool {
        (0..4).all(|k| turn(quad[k], quad[(k + 1) % 4], [x, y]) > 0.0)
    }

    #[test]
    fn corners_of_quadrilaterals_are_found() {
        for quad in [
            [[20.0, 20.0], [60.0, 20.0], [60.0, 60.0], [20.0, 60.0]],
            [[50.0, 10.0], [90.0, 50.0], [50.0, 90.0], [10.0, 50.0]],
            // Wide, low, and with a strong perspective: its longest line is a side.
            [[40.0, 40.0], [150.0, 40.0], [190.0, 90.0], [5.0, 90.0]],
            [[20.0, 130.0], [30.0, 10.0], [45.0, 10.0], [60.0, 140.0]],
            [[20.0, 20.0], [34.0, 24.0], [31.0, 38.0], [17.0, 33.0]],
        ] {
            let found = corners(|x, y| inside(&quad, x, y)).unwrap_or_else(|| panic!("{quad:?} isn't found"));
            for corner in quad {
                let error = found.iter().map(|&point| distance(point, corner)).fold(f64::MAX, f64::min);
                assert!(error < 0.7, "{quad:?}: {found:?}");
            }
        }
    }

    #[test]
    fn other_shapes_have_no_four_sides() {
        assert_eq!(corners(|x, y| (x - 80.0).hypot(y - 70.0) < 40.0), None, "a disk");
        assert_eq!(corners(|x, y| x > 10.0 && y > 10.0 && x + y < 100.0), None, "a triangle");
        let cross = |x: f64, y: f64| x.max(y) < 40.0 && x.min(y) < 12.0;
        assert_eq!(corners(|x, y| cross((x - 80.0).abs(), (y - 70.0).abs())), None, "a cross");
        let square = |x: f64, y: f64| x.max(y) < 40.0 && !(x.abs() < 15.0 && y > -10.0);
        assert_eq!(corners(|x, y| square((x - 80.0).abs(), y - 70.0) && y > 30.0), None, "a U");
    }
}
