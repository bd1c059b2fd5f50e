//! Calibration: the camera from views of a flat board.

use crate::FiducialError;
use crate::camera::{Camera, Distortion};
use crate::geometry::Point;
use crate::linear::{self, Matrix, Vector, add, apply, cross, length, scale, transpose};
use crate::pose::{self, Pose, accumulate};

/// A point of a flat board, and where it is in the image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointPair {
    /// The point on the board, in any unit.
    pub object: [f64; 2],
    /// The point in the image, in pixels.
    pub image: [f64; 2],
}

/// The points of a board in one image. [`Board::view`](crate::Board::view) makes it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct View {
    /// At least four points.
    pub points: Vec<PointPair>,
}

/// The distortion that is calibrated. The other coefficients are 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DistortionModel {
    /// No distortion.
    None,
    /// `k1` and `k2`.
    Radial,
    /// `k1`, `k2`, `p1` and `p2`: the usual choice.
    #[default]
    RadialTangential,
    /// All five. For wide lenses, and many views to the edges of the image.
    Full,
}

impl DistortionModel {
    /// Whether `fx`, `fy`, `cx`, `cy`, `k1`, `k2`, `p1`, `p2` and `k3` are free.
    fn free(self) -> [bool; INTRINSICS] {
        let (radial, tangential, third) = match self {
            Self::None => (false, false, false),
            Self::Radial => (true, false, false),
            Self::RadialTangential => (true, true, false),
            Self::Full => (true, true, true),
        };
        [true, true, true, true, radial, radial, tangential, tangential, third]
    }
}

/// The result of a calibration.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The camera.
    pub camera: Camera,
    /// The root of the mean squared distance between the points and where the camera shows them, in pixels. A good
    /// calibration has less than 0.5.
    pub rms: f64,
    /// The standard deviation of the focal length, as a part of it. More views with more tilt lower it.
    pub focal_deviation: f64,
    /// The pose of the board in each view.
    pub poses: Vec<Pose>,
    /// The error of each view, as `rms`. Leave out views that stand out, and calibrate again.
    pub view_errors: Vec<f64>,
}

const INTRINSICS: usize = 9;

/// The least number of views.
const MIN_VIEWS: usize = 3;

/// The most points of all views.
const MAX_POINTS: usize = 1_000_000;

/// Calibrates a camera by views of a flat board, with the method of Zhang (2000): a first guess from homographies, then
/// the least squares over the camera and all poses.
///
/// Ten views or more are good, with the board tilted by 20 to 50 degrees to all sides, and filling the image to its
/// corners in some of them.
///
/// # Errors
/// [`FiducialError::Calibration`] if there are fewer than three views, if a view has fewer than four points or points
/// on a line, or if the views don't determine the focal length, as if the board faces the camera in all of them.
pub fn calibrate(
    width: u32,
    height: u32,
    views: &[View],
    model: DistortionModel,
) -> Result<Calibration, FiducialError> {
    let fail = |reason: String| FiducialError::Calibration(reason);
    if width == 0 || height == 0 {
        return Err(fail("a side of the image is 0".into()));
    }
    if views.len() < MIN_VIEWS {
        return Err(fail(format!("there are {} views: take at least {MIN_VIEWS}, better 10", views.len())));
    }
    let count: usize = views.iter().map(|view| view.points.len()).sum();
    if count > MAX_POINTS {
        return Err(fail(format!("there are {count} points: take at most {MAX_POINTS}")));
    }
    let mut homographies = Vec::with_capacity(views.len());
    for (k, view) in views.iter().enumerate() {
        let homography = fit_homography(&view.points).ok_or_else(|| {
            fail(format!("view {k} doesn't show a flat board: it needs four points, not three on a line"))
        })?;
        homographies.push(homography);
    }
    let (cx, cy) = (0.5 * f64::from(width), 0.5 * f64::from(height));
    let guess = guess_focal_length(&homographies, [cx, cy]);
    // Views that are nearly frontal give a poor guess.
    let usual = f64::from(width.max(height));
    let usual_range = 0.2 * usual..10.0 * usual;
    let starts =
        guess.into_iter().filter(|focal| usual_range.contains(focal)).chain([0.8 * usual, 1.5 * usual]);
    let mut best: Option<Problem> = None;
    for focal in starts {
        let camera = Camera { width, height, fx: focal, fy: focal, cx, cy, distortion: Distortion::NONE };
        let Some(mut problem) = Problem::new(views, &homographies, camera, model) else {
            continue;
        };
        problem.solve();
        let is_good = problem.rms() < 1.0;
        if best.as_ref().is_none_or(|best| problem.error < best.error) {
            best = Some(problem);
        }
        if is_good {
            break;
        }
    }
    let problem = best.ok_or_else(|| fail("the board is behind the camera in a view".into()))?;
    problem.finish().map_err(fail)
}

/// The homography from the board to the image with the least squares. `None` if the points don't determine it.
fn fit_homography(points: &[PointPair]) -> Option<Matrix> {
    if points.len() < 4 {
        return None;
    }
    let objects = Normalization::of(points.iter().map(|pair| pair.object))?;
    let images = Normalization::of(points.iter().map(|pair| pair.image))?;
    let (mut normal, mut right) = ([[0.0; 8]; 8], [0.0; 8]);
    for pair in points {
        let [x, y] = objects.apply(pair.object);
        let [u, v] = images.apply(pair.image);
        accumulate(&mut normal, &mut right, &[x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y], u);
        accumulate(&mut normal, &mut right, &[0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y], v);
    }
    let largest = normal.iter().enumerate().map(|(k, row)| row[k]).fold(0.0, f64::max);
    // Points on a line make a pivot that is almost 0.
    for (k, row) in normal.iter_mut().enumerate() {
        row[k] -= 1e-12 * largest;
    }
    let h = linear::solve(normal, right)?;
    let h = [[h[0], h[1], h[2]], [h[3], h[4], h[5]], [h[6], h[7], 1.0]];
    let h = linear::multiply(&images.inverse(), &linear::multiply(&h, &objects.matrix()));
    h.as_flattened().iter().all(|value| value.is_finite()).then_some(h)
}

/// Moves points to the origin, and scales them to a mean distance of about 1.
#[derive(Debug, Clone, Copy)]
struct Normalization {
    center: Point,
    scale: f64,
}

impl Normalization {
    fn of(points: impl Iterator<Item = Point> + Clone) -> Option<Self> {
        let count = points.clone().count() as f64;
        let sum = points.clone().fold([0.0; 2], |sum, point| [sum[0] + point[0], sum[1] + point[1]]);
        let center = sum.map(|value| value / count);
        let spread: f64 = points.map(|point| (point[0] - center[0]).hypot(point[1] - center[1])).sum();
        let scale = count / spread;
        (scale.is_finite() && scale > 0.0 && center.iter().all(|value| value.is_finite()))
            .then_some(Self { center, scale })
    }

    fn apply(&self, point: Point) -> Point {
        [(point[0] - self.center[0]) * self.scale, (point[1] - self.center[1]) * self.scale]
    }

    fn matrix(&self) -> Matrix {
        let Self { center: [x, y], scale } = *self;
        [[scale, 0.0, -scale * x], [0.0, scale, -scale * y], [0.0, 0.0, 1.0]]
    }

    fn inverse(&self) -> Matrix {
        let Self { center: [x, y], scale } = *self;
        [[1.0 / scale, 0.0, x], [0.0, 1.0 / scale, y], [0.0, 0.0, 1.0]]
    }
}

/// The focal length for which the axes of the board are at right angles and of equal length in all views, for square
/// pixels and a known center.
fn guess_focal_length(homographies: &[Matrix], center: Point) -> Option<f64> {
    let (mut numerator, mut denominator) = (0.0, 0.0);
    for h in homographies {
        let column = |k: usize| {
            let [x, y, z] = [h[0][k], h[1][k], h[2][k]];
            [x - center[0] * z, y - center[1] * z, z]
        };
        let (a, b) = (column(0), column(1));
        let norm = length(a) * length(b);
        // Both are 0 for the true 1 / f^2: factor * 1 / f^2 + rest.
        let right_angle = (a[0] * b[0] + a[1] * b[1], a[2] * b[2]);
        let equal_length = (a[0] * a[0] + a[1] * a[1] - b[0] * b[0] - b[1] * b[1], a[2] * a[2] - b[2] * b[2]);
        for (factor, rest) in [right_angle, equal_length] {
            let (factor, rest) = (factor / norm, rest / norm);
            numerator -= factor * rest;
            denominator += factor * factor;
        }
    }
    let inverse_square = numerator / denominator;
    (inverse_square.is_finite() && inverse_square > 0.0).then(|| 1.0 / inverse_square.sqrt())
}

/// The pose of a board by its homography. `None` if it isn't in front of the camera.
fn pose_of(homography: &Matrix, camera: &Camera) -> Option<Pose> {
    let column = |k: usize| {
        let [x, y, z] = [homography[0][k], homography[1][k], homography[2][k]];
        [(x - camera.cx * z) / camera.fx, (y - camera.cy * z) / camera.fy, z]
    };
    let (first, second, third) = (column(0), column(1), column(2));
    let mut factor = 2.0 / (length(first) + length(second));
    if third[2] < 0.0 {
        factor = -factor;
    }
    let [first, second, translation] = [first, second, third].map(|column| scale(column, factor));
    // The nearest right angle.
    let (sum, difference) = (add(first, second), linear::subtract(first, second));
    let (sum, difference) = (scale(sum, 1.0 / length(sum)), scale(difference, 1.0 / length(difference)));
    let half = 0.5f64.sqrt();
    let first: Vector = scale(add(sum, difference), half);
    let second: Vector = scale(linear::subtract(sum, difference), half);
    let rotation = transpose(&[first, second, cross(first, second)]);
    let rotation = linear::rotation_from_quaternion(linear::quaternion_from_rotation(&rotation));
    let is_finite = rotation.as_flattened().iter().chain(&translation).all(|value| value.is_finite());
    (is_finite && translation[2] > 0.0).then_some(Pose { rotation, translation })
}

/// The least-squares problem over the camera and the poses.
struct Problem<'a> {
    views: &'a [View],
    free: [bool; INTRINSICS],
    camera: Camera,
    poses: Vec<Pose>,
    /// The sum of squared distances in pixels.
    error: f64,
}

/// The normal equations: those of the camera, and of each view with what couples it to the camera.
struct Normal {
    camera: [[f64; INTRINSICS]; INTRINSICS],
    gradient: [f64; INTRINSICS],
    views: Vec<NormalOfView>,
}

#[derive(Clone)]
struct NormalOfView {
    coupling: [[f64; 6]; INTRINSICS],
    pose: [[f64; 6]; 6],
    gradient: [f64; 6],
}

impl<'a> Problem<'a> {
    fn new(
        views: &'a [View],
        homographies: &[Matrix],
        camera: Camera,
        model: DistortionModel,
    ) -> Option<Self> {
        let mut poses = Vec::with_capacity(views.len());
        for (view, homography) in views.iter().zip(homographies) {
            let start = pose_of(homography, &camera)?;
            let points = view.points.iter().map(|pair| ([pair.object[0], pair.object[1], 0.0], pair.image));
            poses.push(pose::refine(points, &camera, start)?.pose);
        }
        let mut problem = Self { views, free: model.free(), camera, poses, error: 0.0 };
        problem.error = problem.error_of(&problem.camera, &problem.poses);
        problem.error.is_finite().then_some(problem)
    }

    fn error_of(&self, camera: &Camera, poses: &[Pose]) -> f64 {
        self.views.iter().zip(poses).map(|(view, pose)| view_error(view, camera, pose)).sum()
    }

    fn point_count(&self) -> usize {
        self.views.iter().map(|view| view.points.len()).sum()
    }

    fn rms(&self) -> f64 {
        (self.error / self.point_count() as f64).sqrt()
    }

    /// Levenberg and Marquardt.
    fn solve(&mut self) {
        let mut damping = 1e-3;
        for _ in 0..100 {
            let Some(normal) = self.normal() else {
                return;
            };
            let before = self.error;
            for _ in 0..10 {
                if let Some((camera, poses)) = self.step(&normal, damping) {
                    let error = self.error_of(&camera, &poses);
                    if camera.check().is_ok() && error < self.error {
                        (self.camera, self.poses, self.error) = (camera, poses, error);
                        damping = (0.2 * damping).max(1e-12);
                        break;
                    }
                }
                damping *= 5.0;
            }
            if before - self.error <= 1e-10 * before {
                return;
            }
        }
    }

    /// The normal equations at the current place.
    fn normal(&self) -> Option<Normal> {
        let mut normal = Normal {
            camera: [[0.0; INTRINSICS]; INTRINSICS],
            gradient: [0.0; INTRINSICS],
            views: Vec::with_capacity(self.views.len()),
        };
        for (view, pose) in self.views.iter().zip(&self.poses) {
            let mut sums =
                NormalOfView { coupling: [[0.0; 6]; INTRINSICS], pose: [[0.0; 6]; 6], gradient: [0.0; 6] };
            for pair in &view.points {
                let turned = apply(&pose.rotation, [pair.object[0], pair.object[1], 0.0]);
                let point = add(turned, pose.translation);
                let (seen, by_point) = self.camera.project_with_derivatives(point)?;
                let by_camera = self.camera_derivatives(point);
                for axis in 0..2 {
                    let residual = pair.image[axis] - seen[axis];
                    let by_pose = pose::pose_derivatives(turned, by_point[axis]);
                    accumulate(&mut normal.camera, &mut normal.gradient, &by_camera[axis], residual);
                    accumulate(&mut sums.pose, &mut sums.gradient, &by_pose, residual);
                    for (row, factor) in sums.coupling.iter_mut().zip(by_camera[axis]) {
                        for (value, derivative) in row.iter_mut().zip(by_pose) {
                            *value += factor * derivative;
                        }
                    }
                }
            }
            normal.views.push(sums);
        }
        Some(normal)
    }

    /// The derivatives of a pixel by the numbers of the camera. Those that aren't free are 0.
    fn camera_derivatives(&self, [x, y, z]: Vector) -> [[f64; INTRINSICS]; 2] {
        let (x, y) = (x / z, y / z);
        let Camera { fx, fy, .. } = self.camera;
        let ([u, v], _) = self.camera.distortion.apply([x, y]);
        let r2 = x * x + y * y;
        let mut rows = [
            [u, 0.0, 1.0, 0.0, fx * x * r2, fx * x * r2 * r2, fx * 2.0 * x * y, fx * (r2 + 2.0 * x * x), 0.0],
            [0.0, v, 0.0, 1.0, fy * y * r2, fy * y * r2 * r2, fy * (r2 + 2.0 * y * y), fy * 2.0 * x * y, 0.0],
        ];
        rows[0][8] = fx * x * r2 * r2 * r2;
        rows[1][8] = fy * y * r2 * r2 * r2;
        for row in &mut rows {
            for (value, free) in row.iter_mut().zip(self.free) {
                *value = if free { *value } else { 0.0 };
            }
        }
        rows
    }

    /// The normal equations of the camera alone: the poses follow from it. Also the solution of each view's equations
    /// for each column of its coupling and for its gradient.
    fn reduce(&self, normal: &Normal, damping: f64) -> Option<Reduced> {
        let mut camera = normal.camera;
        let mut gradient = normal.gradient;
        for (k, free) in self.free.into_iter().enumerate() {
            camera[k][k] = if free { camera[k][k] * (1.0 + damping) } else { 1.0 };
        }
        let mut views = Vec::with_capacity(normal.views.len());
        for view in &normal.views {
            let mut pose = view.pose;
            for (k, row) in pose.iter_mut().enumerate() {
                row[k] *= 1.0 + damping;
            }
            let mut coupled = [[0.0; 6]; INTRINSICS];
            for (solution, column) in coupled.iter_mut().zip(view.coupling) {
                *solution = linear::solve(pose, column)?;
            }
            let own = linear::solve(pose, view.gradient)?;
            for i in 0..INTRINSICS {
                let dot = |a: [f64; 6], b: [f64; 6]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
                gradient[i] -= dot(view.coupling[i], own);
                for j in 0..INTRINSICS {
                    camera[i][j] -= dot(view.coupling[i], coupled[j]);
                }
            }
            views.push((coupled, own));
        }
        Some(Reduced { camera, gradient, views })
    }

    /// The camera and the poses after a step.
    fn step(&self, normal: &Normal, damping: f64) -> Option<(Camera, Vec<Pose>)> {
        let reduced = self.reduce(normal, damping)?;
        let step = linear::solve(reduced.camera, reduced.gradient)?;
        let Distortion { k1, k2, p1, p2, k3 } = self.camera.distortion;
        let camera = Camera {
            fx: self.camera.fx + step[0],
            fy: self.camera.fy + step[1],
            cx: self.camera.cx + step[2],
            cy: self.camera.cy + step[3],
            distortion: Distortion {
                k1: k1 + step[4],
                k2: k2 + step[5],
                p1: p1 + step[6],
                p2: p2 + step[7],
                k3: k3 + step[8],
            },
            ..self.camera
        };
        let moved = self.poses.iter().zip(&reduced.views).map(|(pose, (coupled, own))| {
            let mut pose_step = *own;
            for (column, factor) in coupled.iter().zip(step) {
                for (value, derivative) in pose_step.iter_mut().zip(column) {
                    *value -= factor * derivative;
                }
            }
            pose::moved(pose, &pose_step)
        });
        Some((camera, moved.collect()))
    }

    fn finish(self) -> Result<Calibration, String> {
        let undetermined = || "the focal length is open: tilt the board more, to all sides".to_string();
        let normal = self.normal().ok_or_else(undetermined)?;
        let reduced = self.reduce(&normal, 0.0).ok_or_else(undetermined)?;
        let rms = self.rms();
        // The noise of a coordinate. Points without noise don't make bad views good.
        let parameters = self.free.iter().filter(|&&free| free).count() + 6 * self.views.len();
        let freedom = (2 * self.point_count()).saturating_sub(parameters).max(1);
        let noise = (self.error / freedom as f64).sqrt().max(0.05);
        let mut focal_deviation: f64 = 0.0;
        for (k, focal) in [self.camera.fx, self.camera.fy].into_iter().enumerate() {
            let mut unit = [0.0; INTRINSICS];
            unit[k] = 1.0;
            let column = linear::solve(reduced.camera, unit).ok_or_else(undetermined)?;
            focal_deviation = focal_deviation.max(noise * column[k].max(0.0).sqrt() / focal);
        }
        if focal_deviation.is_nan() || focal_deviation > 0.05 {
            return Err(undetermined());
        }
        let view_errors = self
            .views
            .iter()
            .zip(&self.poses)
            .map(|(view, pose)| (view_error(view, &self.camera, pose) / view.points.len() as f64).sqrt())
            .collect();
        Ok(Calibration { camera: self.camera, rms, focal_deviation, poses: self.poses, view_errors })
    }
}

struct Reduced {
    camera: [[f64; INTRINSICS]; INTRINSICS],
    gradient: [f64; INTRINSICS],
    views: Vec<([[f64; 6]; INTRINSICS], [f64; 6])>,
}

/// The sum of squared distances in a view. Infinite if a point is behind the camera.
fn view_error(view: &View, camera: &Camera, pose: &Pose) -> f64 {
    let error = |pair: &PointPair| {
        let point = pose.transform([pair.object[0], pair.object[1], 0.0]);
        camera
            .project(point)
            .map_or(f64::INFINITY, |[x, y]| (x - pair.image[0]).powi(2) + (y - pair.image[1]).powi(2))
    };
    view.points.iter().map(error).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn homographies_follow_points() {
        let truth = [[900.0, 20.0, 640.0], [-10.0, 880.0, 360.0], [0.1, -0.2, 1.0]];
        let point = |x: f64, y: f64| {
            let [u, v, w] = apply(&truth, [x, y, 1.0]);
            PointPair { object: [x, y], image: [u / w, v / w] }
        };
        let points: Vec<_> = (0..12).map(|k| point(0.1 * f64::from(k % 4), 0.1 * f64::from(k / 4))).collect();
        let found = fit_homography(&points).unwrap();
        for (value, expected) in found.as_flattened().iter().zip(truth.as_flattened()) {
            assert!((value / found[2][2] - expected).abs() < 1e-6 * expected.abs().max(1.0));
        }
        let line: Vec<_> = (0..12).map(|k| point(0.1 * f64::from(k), 0.05 * f64::from(k))).collect();
        assert_eq!(fit_homography(&line), None);
        assert_eq!(fit_homography(&points[..3]), None);
        assert_eq!(fit_homography(&[PointPair { object: [0.0; 2], image: [f64::NAN; 2] }; 5]), None);
    }
}
