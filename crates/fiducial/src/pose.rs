//! Poses of markers and boards.

use crate::FiducialError;
use crate::board::Board;
use crate::camera::Camera;
use crate::detector::Detection;
use crate::geometry::{Homography, Point, distance, is_square_like};
use crate::linear::{self, IDENTITY, Matrix, Vector, add, apply, cross, dot, length, multiply, transpose};

/// A rotation and a translation: where an object is, seen by the camera.
///
/// The camera looks along +z, with x to the right and y down. On a marker, x is to the right and y up on its face, and
/// z toward the viewer, with the origin in its middle, as in OpenCV's `aruco`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// The rotation, row by row.
    pub rotation: [[f64; 3]; 3],
    /// The translation, in the unit of the marker's size.
    pub translation: [f64; 3],
}

impl Pose {
    /// No rotation and no translation.
    pub const IDENTITY: Self = Self { rotation: IDENTITY, translation: [0.0; 3] };

    /// A pose of a quaternion `[x, y, z, w]`, which is normalized. `None` if a number isn't finite, or if the
    /// quaternion is 0.
    pub fn from_quaternion(quaternion: [f64; 4], translation: [f64; 3]) -> Option<Self> {
        let norm: f64 = quaternion.iter().map(|value| value * value).sum();
        let is_finite = translation.iter().all(|value| value.is_finite()) && norm.is_finite();
        let rotation = linear::rotation_from_quaternion(quaternion);
        (is_finite && norm > 1e-300).then_some(Self { rotation, translation })
    }

    /// A pose of a rotation vector, whose direction is the axis and whose length is the angle in radians.
    pub fn from_rotation_vector(vector: [f64; 3], translation: [f64; 3]) -> Self {
        Self { rotation: linear::rotation_from_vector(vector), translation }
    }

    /// The rotation as a quaternion `[x, y, z, w]` with `w >= 0`.
    pub fn quaternion(&self) -> [f64; 4] {
        linear::quaternion_from_rotation(&self.rotation)
    }

    /// A point of the object, seen by the camera.
    pub fn transform(&self, point: [f64; 3]) -> [f64; 3] {
        add(apply(&self.rotation, point), self.translation)
    }

    /// The pose of the camera, seen by the object.
    pub fn inverse(&self) -> Self {
        let rotation = transpose(&self.rotation);
        let translation = linear::scale(apply(&rotation, self.translation), -1.0);
        Self { rotation, translation }
    }

    /// The pose of a part: `part` is its pose in the object.
    pub fn then(&self, part: &Self) -> Self {
        Self {
            rotation: multiply(&self.rotation, &part.rotation),
            translation: self.transform(part.translation),
        }
    }

    /// The angle between two rotations, in radians.
    pub fn angle_to(&self, other: &Self) -> f64 {
        length(linear::vector_from_rotation(&multiply(&transpose(&self.rotation), &other.rotation)))
    }

    /// The angle between the object's z and the direction to the camera, in radians. It is 0 for a marker that faces
    /// the camera.
    pub fn tilt(&self) -> f64 {
        let normal: Vector = self.rotation.map(|row| row[2]);
        let distance = length(self.translation);
        if distance == 0.0 {
            return 0.0;
        }
        (-dot(normal, self.translation) / distance).clamp(-1.0, 1.0).acos()
    }

    fn is_finite(&self) -> bool {
        self.rotation.as_flattened().iter().chain(&self.translation).all(|value| value.is_finite())
    }
}

/// A pose, and how far the corners are from where it would show them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Candidate {
    /// The pose.
    pub pose: Pose,
    /// The root of the mean squared distance of the corners, in pixels.
    pub error: f64,
}

/// The pose of a marker or a board.
///
/// A flat object that is small in the image looks nearly the same in two poses, tilted to opposite sides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoseEstimate {
    /// The pose with the smaller error.
    pub best: Candidate,
    /// The other pose, if there is one.
    pub alternative: Option<Candidate>,
}

impl PoseEstimate {
    /// Tells whether the error doesn't decide between the two poses: it is less than twice as large, and they differ by
    /// more than 10 degrees.
    pub fn is_ambiguous(&self) -> bool {
        self.alternative.is_some_and(|other| {
            other.error < 2.0 * self.best.error.max(0.02)
                && self.best.pose.angle_to(&other.pose) > 10f64.to_radians()
        })
    }
}

/// The corners of a marker of this size: top left, top right, bottom right, bottom left.
pub(crate) fn marker_corners(size: f64) -> [Vector; 4] {
    let half = 0.5 * size;
    [[-half, half, 0.0], [half, half, 0.0], [half, -half, 0.0], [-half, -half, 0.0]]
}

/// The pose of a marker by its corners in the image, in the order of [`Detection::corners`].
///
/// `size` is the side of the dark square. Its unit is that of the translation.
///
/// # Errors
/// [`FiducialError::Pose`] if the size isn't above 0, or if the corners aren't those of a square in front of the
/// camera. [`FiducialError::Camera`] if the camera isn't one.
pub fn estimate_pose(
    corners: &[[f64; 2]; 4],
    size: f64,
    camera: &Camera,
) -> Result<PoseEstimate, FiducialError> {
    camera.check()?;
    if !size.is_finite() || size <= 0.0 {
        return Err(FiducialError::Pose(format!("a marker's size of {size} isn't above 0")));
    }
    let fail = |reason: &str| FiducialError::Pose(reason.into());
    let mut directions = [[0.0; 2]; 4];
    for (direction, corner) in directions.iter_mut().zip(corners) {
        *direction =
            camera.undistort_point(*corner).ok_or_else(|| fail("a corner is outside of the lens"))?;
    }
    if !is_square_like(&directions, 0.0) {
        return Err(fail("the corners aren't those of a square: they must be clockwise"));
    }
    let rotations = candidate_rotations(&directions).ok_or_else(|| fail("three corners are on a line"))?;
    // The size is 1 until the end, so that it doesn't matter.
    let objects = marker_corners(1.0);
    let points = objects.into_iter().zip(*corners);
    let candidates = rotations.map(|rotation| {
        let translation = best_translation(&rotation, &objects, &directions)?;
        refine(points.clone(), camera, Pose { rotation, translation })
    });
    let candidates = candidates.map(|candidate| {
        candidate.map(|Candidate { pose, error }| {
            let pose = Pose { translation: linear::scale(pose.translation, size), ..pose };
            Candidate { pose, error }
        })
    });
    match candidates {
        [Some(first), Some(second)] if first.error <= second.error => Ok(choose(first, Some(second))),
        [Some(first), Some(second)] => Ok(choose(second, Some(first))),
        [Some(only), None] | [None, Some(only)] => Ok(choose(only, None)),
        [None, None] => Err(fail("no pose shows the corners there")),
    }
}

fn choose(best: Candidate, alternative: Option<Candidate>) -> PoseEstimate {
    // Both may have become the same.
    let alternative = alternative.filter(|other| other.pose.angle_to(&best.pose) > 1e-3);
    PoseEstimate { best, alternative }
}

/// The two rotations of a square by its corners at z = 1: *Infinitesimal Plane-Based Pose Estimation* (Collins and
/// Bartoli, 2014).
fn candidate_rotations(directions: &[Point; 4]) -> Option<[Matrix; 2]> {
    let Homography(h) = Homography::from_unit_square(directions)?;
    // From a square of side 1 around the origin, with y up.
    let h = h.map(|[a, b, c]| [a, -b, c + 0.5 * (a + b)]);
    let h = h.map(|row| linear::scale(row, 1.0 / h[2][2]));
    let [p, q] = [h[0][2], h[1][2]];
    // The derivatives of the map in the middle of the marker.
    let jacobian =
        [[h[0][0] - h[2][0] * p, h[0][1] - h[2][1] * p], [h[1][0] - h[2][0] * q, h[1][1] - h[2][1] * q]];
    // The rotation from the optical axis to the middle of the marker.
    let ray = linear::scale([p, q, 1.0], 1.0 / (p * p + q * q + 1.0).sqrt());
    let axis = [-ray[1], ray[0], 0.0];
    let sine = length(axis);
    let turn = if sine < 1e-12 { 0.0 } else { sine.atan2(ray[2]) / sine };
    let view = linear::rotation_from_vector(linear::scale(axis, turn));
    let b = [
        [view[0][0] - p * view[2][0], view[0][1] - p * view[2][1]],
        [view[1][0] - q * view[2][0], view[1][1] - q * view[2][1]],
    ];
    let determinant = b[0][0] * b[1][1] - b[0][1] * b[1][0];
    if determinant.is_nan() || determinant.abs() < 1e-12 {
        return None;
    }
    let solve = |k: usize| {
        let [x, y] = [jacobian[0][k], jacobian[1][k]];
        [(b[1][1] * x - b[0][1] * y) / determinant, (b[0][0] * y - b[1][0] * x) / determinant]
    };
    let [first, second] = [solve(0), solve(1)];
    // The larger singular value of the matrix with these columns is the inverse of the distance.
    let xx = first[0] * first[0] + second[0] * second[0];
    let yy = first[1] * first[1] + second[1] * second[1];
    let xy = first[0] * first[1] + second[0] * second[1];
    let gamma = (0.5 * (xx + yy + ((xx - yy).powi(2) + 4.0 * xy * xy).sqrt())).sqrt();
    if gamma.is_nan() || gamma <= 1e-12 {
        return None;
    }
    let [first, second] = [first, second].map(|column| column.map(|value| value / gamma));
    let rest = |column: [f64; 2]| (1.0 - column[0] * column[0] - column[1] * column[1]).max(0.0).sqrt();
    let product = first[0] * second[0] + first[1] * second[1];
    let (z1, z2) = (rest(first), if product > 0.0 { -rest(second) } else { rest(second) });
    Some([1.0, -1.0].map(|sign| {
        let (first, second) = ([first[0], first[1], sign * z1], [second[0], second[1], sign * z2]);
        let columns = transpose(&[first, second, cross(first, second)]);
        // The rounding is taken out by the quaternion.
        let quaternion = linear::quaternion_from_rotation(&multiply(&view, &columns));
        linear::rotation_from_quaternion(quaternion)
    }))
}

/// The translation that shows points best at their directions, for a known rotation.
fn best_translation(rotation: &Matrix, objects: &[Vector; 4], directions: &[Point; 4]) -> Option<Vector> {
    let (mut matrix, mut right) = ([[0.0; 3]; 3], [0.0; 3]);
    for (object, direction) in objects.iter().zip(directions) {
        let turned = apply(rotation, *object);
        for axis in 0..2 {
            let mut row = [0.0, 0.0, -direction[axis]];
            row[axis] = 1.0;
            let value = direction[axis] * turned[2] - turned[axis];
            for i in 0..3 {
                right[i] += row[i] * value;
                for j in 0..3 {
                    matrix[i][j] += row[i] * row[j];
                }
            }
        }
    }
    linear::solve(matrix, right)
}

/// The sum of squared distances in pixels. Infinite if a point is behind the camera.
fn squared_error(points: impl Iterator<Item = (Vector, Point)>, camera: &Camera, pose: &Pose) -> f64 {
    points
        .map(|(object, pixel)| {
            camera.project(pose.transform(object)).map_or(f64::INFINITY, |seen| distance(seen, pixel).powi(2))
        })
        .sum()
}

/// The pose with the least squared distances in pixels near a pose, by Levenberg and Marquardt. `None` if points are
/// behind the camera.
pub(crate) fn refine(
    points: impl Iterator<Item = (Vector, Point)> + Clone,
    camera: &Camera,
    start: Pose,
) -> Option<Candidate> {
    let count = points.clone().count();
    let mut pose = start;
    let mut error = squared_error(points.clone(), camera, &pose);
    if !error.is_finite() || count == 0 {
        return None;
    }
    let mut damping = 1e-4;
    for _ in 0..20 {
        let (mut normal, mut gradient) = ([[0.0; 6]; 6], [0.0; 6]);
        for (object, pixel) in points.clone() {
            let turned = apply(&pose.rotation, object);
            let (seen, derivatives) = camera.project_with_derivatives(add(turned, pose.translation))?;
            for axis in 0..2 {
                let row = pose_derivatives(turned, derivatives[axis]);
                accumulate(&mut normal, &mut gradient, &row, pixel[axis] - seen[axis]);
            }
        }
        let mut progress = 0.0;
        for _ in 0..5 {
            let mut damped = normal;
            for (k, row) in damped.iter_mut().enumerate() {
                row[k] += damping * row[k] + 1e-12;
            }
            let next = linear::solve(damped, gradient).map(|step| moved(&pose, &step));
            let next_error = next.map_or(f64::INFINITY, |next| squared_error(points.clone(), camera, &next));
            if let Some(next) = next.filter(|_| next_error < error) {
                progress = error - next_error;
                (pose, error) = (next, next_error);
                damping = (0.1 * damping).max(1e-12);
                break;
            }
            damping *= 10.0;
        }
        if progress <= 1e-9 * error {
            break;
        }
    }
    pose.is_finite().then_some(Candidate { pose, error: (error / count as f64).sqrt() })
}

/// The derivatives of a coordinate by the rotation and the translation of a pose. `turned` is the point after the
/// rotation, and `by_point` are the derivatives by the point in front of the camera.
pub(crate) fn pose_derivatives(turned: Vector, by_point: Vector) -> [f64; 6] {
    let [a, b, c] = cross(turned, by_point);
    let [x, y, z] = by_point;
    [a, b, c, x, y, z]
}

/// Adds a residual to normal equations.
pub(crate) fn accumulate<const N: usize>(
    normal: &mut [[f64; N]; N],
    gradient: &mut [f64; N],
    row: &[f64; N],
    residual: f64,
) {
    for i in 0..N {
        gradient[i] += row[i] * residual;
        for j in 0..N {
            normal[i][j] += row[i] * row[j];
        }
    }
}

/// A pose after a small rotation and translation.
pub(crate) fn moved(pose: &Pose, step: &[f64; 6]) -> Pose {
    let turn = linear::rotation_from_vector([step[0], step[1], step[2]]);
    // The quaternion keeps it a rotation.
    let quaternion = linear::quaternion_from_rotation(&multiply(&turn, &pose.rotation));
    Pose {
        rotation: linear::rotation_from_quaternion(quaternion),
        translation: add(pose.translation, [step[3], step[4], step[5]]),
    }
}

/// The pose of a board by the markers of it that were found.
///
/// A marker that doesn't fit to the others, as one with an id that is there twice, is left out.
///
/// # Errors
/// [`FiducialError::Pose`] if no marker of the board was found. [`FiducialError::Camera`] if the camera isn't one.
pub fn estimate_board_pose(
    board: &Board,
    detections: &[Detection],
    camera: &Camera,
) -> Result<PoseEstimate, FiducialError> {
    camera.check()?;
    let seen: Vec<_> = board.find(detections).collect();
    let error_of = |pose: &Pose, (marker, detection): &(&crate::BoardMarker, &Detection)| {
        let points = marker.corners().into_iter().zip(detection.corners);
        (0.25 * squared_error(points, camera, pose)).sqrt() / detection.side()
    };
    // Each marker gives two poses of the board. Good ones show most markers at their places.
    let mut starts = Vec::new();
    for (marker, detection) in &seen {
        let Ok(estimate) = estimate_pose(&detection.corners, marker.size, camera) else {
            continue;
        };
        for candidate in [Some(estimate.best), estimate.alternative].into_iter().flatten() {
            let pose = candidate.pose.then(&marker.pose.inverse());
            let mut errors: Vec<_> = seen.iter().map(|pair| error_of(&pose, pair)).collect();
            errors.sort_by(f64::total_cmp);
            starts.push((errors[errors.len() / 2], pose));
        }
    }
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let refine_with_fitting = |pose: &Pose| {
        let mut fitting: Vec<_> = seen.iter().filter(|pair| error_of(pose, pair) < 0.3).collect();
        if fitting.is_empty() {
            fitting = seen.iter().collect();
        }
        let points = fitting
            .iter()
            .flat_map(|(marker, detection)| marker.corners().into_iter().zip(detection.corners));
        refine(points, camera, *pose)
    };
    let mut candidates = starts.iter().filter_map(|(_, pose)| refine_with_fitting(pose));
    let best = candidates.next().ok_or_else(|| {
        FiducialError::Pose("no marker of the board was found: show more of it, or check the ids".into())
    })?;
    let differs = |candidate: &Candidate| candidate.pose.angle_to(&best.pose) > 0.02;
    let other = starts.iter().find(|(_, pose)| pose.angle_to(&best.pose) > 10f64.to_radians());
    let alternative = other.and_then(|(_, pose)| refine_with_fitting(pose)).filter(differs);
    Ok(match alternative {
        Some(other) if other.error < best.error => PoseEstimate { best: other, alternative: Some(best) },
        alternative => PoseEstimate { best, alternative },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::Distortion;

    fn camera() -> Camera {
        let distortion = Distortion { k1: -0.2, k2: 0.05, p1: 0.001, p2: -0.002, k3: 0.0 };
        Camera { width: 1280, height: 720, fx: 920.0, fy: 915.0, cx: 645.0, cy: 352.0, distortion }
    }

    /// A marker that faces the camera, then tilted.
    fn pose(tilt: f64, direction: f64, translation: Vector) -> Pose {
        let faced = [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]];
        let turn = linear::rotation_from_vector([tilt * direction.cos(), tilt * direction.sin(), 0.0]);
        Pose { rotation: multiply(&turn, &faced), translation }
    }

    fn corners(pose: &Pose, size: f64) -> [Point; 4] {
        marker_corners(size).map(|corner| camera().project(pose.transform(corner)).unwrap())
    }

    #[test]
    fn exact_corners_give_the_exact_pose() {
        for (tilt, direction, translation) in [
            (0.0, 0.0, [0.0, 0.0, 0.5]),
            (0.3, 0.5, [0.1, -0.05, 0.4]),
            (1.0, 2.0, [-0.4, 0.2, 1.0]),
            (1.2, 4.0, [0.05, 0.1, 0.3]),
            (0.8, 5.5, [0.3, 0.2, 3.0]),
        ] {
            let truth = pose(tilt, direction, translation);
            let estimate = estimate_pose(&corners(&truth, 0.08), 0.08, &camera()).unwrap();
            let Candidate { pose, error } = estimate.best;
            assert!(error < 1e-4, "{error}");
            assert!(pose.angle_to(&truth) < 2e-4, "tilt {tilt}: {}", pose.angle_to(&truth));
            assert!(length(linear::subtract(pose.translation, translation)) < 1e-4 * translation[2]);
            assert!((pose.tilt() - truth.tilt()).abs() < 1e-3);
        }
    }

    #[test]
    fn a_small_marker_has_two_poses() {
        let truth = pose(0.5, 1.0, [0.0, 0.0, 4.0]);
        let estimate = estimate_pose(&corners(&truth, 0.08), 0.08, &camera()).unwrap();
        let other = estimate.alternative.unwrap();
        assert!((other.pose.angle_to(&truth) - 1.0).abs() < 0.1, "mirrored: twice the tilt");
        assert!(other.error > estimate.best.error && other.error < 0.2);
        let near = pose(0.5, 1.0, [0.0, 0.0, 0.3]);
        assert!(!estimate_pose(&corners(&near, 0.08), 0.08, &camera()).unwrap().is_ambiguous());
    }

    #[test]
    fn poses_are_composed_and_inverted() {
        let a = Pose::from_rotation_vector([0.3, -0.2, 0.9], [1.0, 2.0, 3.0]);
        let b = Pose::from_quaternion([0.1, 0.2, -0.3, 2.0], [-1.0, 0.5, 0.1]).unwrap();
        let point = [0.3, 0.4, 0.5];
        let both = a.then(&b).transform(point);
        assert!(length(linear::subtract(both, a.transform(b.transform(point)))) < 1e-12);
        let back = a.inverse().transform(a.transform(point));
        assert!(length(linear::subtract(back, point)) < 1e-12);
        assert_eq!(Pose::from_quaternion([0.0; 4], [0.0; 3]), None);
        assert_eq!(Pose::from_quaternion([0.0, 0.0, 0.0, 1.0], [f64::NAN, 0.0, 0.0]), None);
        let again = Pose::from_quaternion(a.quaternion(), a.translation).unwrap();
        assert!(again.angle_to(&a) < 1e-7);
    }

    #[test]
    fn bad_input_is_an_error() {
        let good = corners(&pose(0.3, 0.0, [0.0, 0.0, 1.0]), 0.1);
        assert!(estimate_pose(&good, 0.1, &camera()).is_ok());
        for size in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert!(matches!(estimate_pose(&good, size, &camera()), Err(FiducialError::Pose(_))));
        }
        let mut reversed = good;
        reversed.reverse();
        for corners in [[[0.0; 2]; 4], [[f64::NAN; 2]; 4], reversed, [[1e300, 0.0]; 4]] {
            assert!(matches!(estimate_pose(&corners, 0.1, &camera()), Err(FiducialError::Pose(_))));
        }
        for fx in [0.0, f64::NAN, -900.0] {
            let camera = Camera { fx, ..camera() };
            assert!(matches!(estimate_pose(&good, 0.1, &camera), Err(FiducialError::Camera(_))));
        }
        // Sizes at the ends of the range of numbers give a pose or an error.
        for size in [1e-300, 1e300] {
            let _ = estimate_pose(&good, size, &camera());
        }
    }
}
