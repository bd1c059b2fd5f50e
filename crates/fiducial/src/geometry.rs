//! Points, lines and homographies of the plane.

/// A point of an image or of a plane.
pub(crate) type Point = [f64; 2];

/// The distance of two points.
pub(crate) fn distance(a: Point, b: Point) -> f64 {
    // `hypot` is slow, and coordinates are far from the ends of the range of numbers.
    ((a[0] - b[0]).powi(2) + (a[1] - b[1]).powi(2)).sqrt()
}

/// Twice the signed area of a triangle: positive if it is clockwise on a screen, with `y` down.
pub(crate) fn turn(a: Point, b: Point, c: Point) -> f64 {
    (b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])
}

/// Tells whether four corners are clockwise and convex, with sides of at least `side` pixels and no flat corner.
pub(crate) fn is_square_like(corners: &[Point; 4], side: f64) -> bool {
    (0..4).all(|k| {
        let [a, b, c] = [corners[k], corners[(k + 1) % 4], corners[(k + 2) % 4]];
        let (first, second) = (distance(a, b), distance(b, c));
        // Also false for NaN.
        turn(a, b, c) > 0.05 * first * second && first >= side
    })
}

/// The area inside of four corners, positive if they are clockwise.
pub(crate) fn area(corners: &[Point; 4]) -> f64 {
    let [a, b, c, d] = *corners;
    0.5 * ((c[0] - a[0]) * (d[1] - b[1]) - (c[1] - a[1]) * (d[0] - b[0]))
}

/// A line: a point on it and its direction, of length 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    pub point: Point,
    pub direction: Point,
}

impl Line {
    /// The line with the least squared distance to weighted points. `None` without weight.
    pub fn fit(points: impl Iterator<Item = (Point, f64)>) -> Option<Self> {
        let mut sums = Moments::default();
        points.for_each(|(point, weight)| sums.add(point, weight));
        sums.line()
    }

    /// The distance of a point, positive on the left of the direction on a screen with `y` down.
    pub fn offset(&self, point: Point) -> f64 {
        (point[0] - self.point[0]) * self.direction[1] - (point[1] - self.point[1]) * self.direction[0]
    }

    /// The point on both lines. `None` if they are parallel.
    pub fn crossing(&self, other: &Self) -> Option<Point> {
        let ([px, py], [dx, dy]) = (self.point, self.direction);
        let sine = dx * other.direction[1] - dy * other.direction[0];
        if sine.abs() < 1e-6 {
            return None;
        }
        let [x, y] = other.point;
        let along = ((x - px) * other.direction[1] - (y - py) * other.direction[0]) / sine;
        Some([px + along * dx, py + along * dy])
    }
}

/// The corners between four lines, of which each is a side: corner `k` is where side `k` begins. `None` if lines are
/// parallel.
pub(crate) fn corners_of(sides: &[Line; 4]) -> Option<[Point; 4]> {
    let corner = |k: usize| sides[(k + 3) % 4].crossing(&sides[k]);
    Some([corner(0)?, corner(1)?, corner(2)?, corner(3)?])
}

/// Sums over weighted points.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    weight: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
    yy: f64,
    /// The first point: sums are relative to it, so that they lose no digits.
    origin: Option<Point>,
}

impl Moments {
    fn add(&mut self, point: Point, weight: f64) {
        let origin = *self.origin.get_or_insert(point);
        let (x, y) = (point[0] - origin[0], point[1] - origin[1]);
        self.weight += weight;
        self.x += weight * x;
        self.y += weight * y;
        self.xx += weight * x * x;
        self.xy += weight * x * y;
        self.yy += weight * y * y;
    }

    fn line(&self) -> Option<Line> {
        let origin = self.origin?;
        if self.weight.is_nan() || self.weight <= 0.0 {
            return None;
        }
        let (x, y) = (self.x / self.weight, self.y / self.weight);
        let xx = self.xx - self.x * x;
        let xy = self.xy - self.x * y;
        let yy = self.yy - self.y * y;
        let angle = 0.5 * (2.0 * xy).atan2(xx - yy);
        Some(Line { point: [origin[0] + x, origin[1] + y], direction: [angle.cos(), angle.sin()] })
    }
}

/// A projective map of the plane, row by row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Homography(pub [[f64; 3]; 3]);

impl Homography {
    /// The map from the unit square's corners (0, 0), (1, 0), (1, 1), (0, 1) to four points. `None` if three of them
    /// are on a line.
    pub fn from_unit_square(corners: &[Point; 4]) -> Option<Self> {
        let [a, b, c, d] = *corners;
        let (bx, by) = (b[0] - c[0], b[1] - c[1]);
        let (dx, dy) = (d[0] - c[0], d[1] - c[1]);
        let (sx, sy) = (a[0] - b[0] + c[0] - d[0], a[1] - b[1] + c[1] - d[1]);
        let determinant = bx * dy - by * dx;
        if determinant.is_nan() || determinant.abs() < 1e-12 {
            return None;
        }
        let g = (sx * dy - sy * dx) / determinant;
        let h = (bx * sy - by * sx) / determinant;
        Some(Self([
            [b[0] - a[0] + g * b[0], d[0] - a[0] + h * d[0], a[0]],
            [b[1] - a[1] + g * b[1], d[1] - a[1] + h * d[1], a[1]],
            [g, h, 1.0],
        ]))
    }

    /// The image of a point.
    #[inline]
    pub fn apply(&self, u: f64, v: f64) -> Point {
        let [x, y, w] = self.0.map(|row| row[0] * u + row[1] * v + row[2]);
        let inverse = 1.0 / w;
        [x * inverse, y * inverse]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_follow_weighted_points() {
        let points =
            [([1000.0, 2.0], 1.0), ([1001.0, 3.0], 1.0), ([1002.0, 4.0], 2.0), ([1000.5, 70.0], 0.0)];
        let line = Line::fit(points.into_iter()).unwrap();
        assert!(line.offset([1010.0, 12.0]).abs() < 1e-9);
        assert!((line.direction[0] - 0.5f64.sqrt()).abs() < 1e-9);
        assert!(Line::fit([([1.0, 1.0], 0.0)].into_iter()).is_none());
        assert!(Line::fit(std::iter::empty()).is_none());
    }

    #[test]
    fn homographies_map_the_unit_square() {
        let corners = [[10.0, 20.0], [90.0, 25.0], [70.0, 80.0], [5.0, 60.0]];
        let homography = Homography::from_unit_square(&corners).unwrap();
        for ([u, v], corner) in [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]].into_iter().zip(corners) {
            assert!(distance(homography.apply(u, v), corner) < 1e-9);
        }
        assert!(is_square_like(&corners, 30.0));
        assert!(!is_square_like(&corners, 60.0));
        assert!(area(&corners) > 0.0);
        let mut reversed = corners;
        reversed.reverse();
        assert!(!is_square_like(&reversed, 1.0));
        assert!(!is_square_like(&[[0.0, 0.0], [5.0, 0.0], [10.0, 0.0], [0.0, 10.0]], 1.0));
        assert_eq!(Homography::from_unit_square(&[[0.0, 0.0]; 4]), None);
        assert_eq!(Homography::from_unit_square(&[[f64::NAN; 2]; 4]), None);
    }
}
