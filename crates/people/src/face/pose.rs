//! The pose of a head, seen by a camera.

use super::weak_perspective::WeakPerspective;
use super::{FaceLandmarks, canonical};
use crate::PeopleError;
use crate::linear::{self, Matrix, Vector, add, apply, multiply, scale, transpose};

/// The most steps of the refinement.
const MAX_STEPS: usize = 30;

/// A camera without distortion: a point (x, y, z) is seen at `(fx * x / z + cx, fy * y / z + cy)`, in pixels.
///
/// The camera looks along +z, with x to the right and y down. The top left corner of the image is at (0, 0), so the
/// center of the first pixel is (0.5, 0.5).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pinhole {
    /// The width of the image, in pixels.
    pub width: f64,
    /// The height of the image, in pixels.
    pub height: f64,
    /// The focal length in the direction of x, in pixels.
    pub fx: f64,
    /// The focal length in the direction of y, in pixels.
    pub fy: f64,
    /// The x of the optical axis, in pixels.
    pub cx: f64,
    /// The y of the optical axis, in pixels.
    pub cy: f64,
}

impl Pinhole {
    /// A camera by its horizontal field of view, in radians, with square pixels and the axis in the middle.
    ///
    /// # Errors
    /// [`PeopleError::Camera`] if a side is 0, or if the angle isn't between 0 and pi.
    pub fn from_fov(width: u32, height: u32, horizontal: f64) -> Result<Self, PeopleError> {
        if !(horizontal > 0.0 && horizontal < std::f64::consts::PI) {
            let reason = format!("a field of view of {horizontal} radians isn't between 0 and pi");
            return Err(PeopleError::Camera(reason));
        }
        let (width, height) = (f64::from(width), f64::from(height));
        let focal = 0.5 * width / (0.5 * horizontal).tan();
        let camera = Self { width, height, fx: focal, fy: focal, cx: 0.5 * width, cy: 0.5 * height };
        camera.check()?;
        Ok(camera)
    }

    /// Tells whether the numbers describe a camera.
    ///
    /// # Errors
    /// [`PeopleError::Camera`] if a side or a focal length isn't above 0, or if a number isn't finite.
    pub fn check(&self) -> Result<(), PeopleError> {
        let Self { width, height, fx, fy, cx, cy } = *self;
        if ![width, height, fx, fy, cx, cy].iter().all(|value| value.is_finite()) {
            return Err(PeopleError::Camera("a number isn't finite".into()));
        }
        if width <= 0.0 || height <= 0.0 {
            return Err(PeopleError::Camera("a side of the image isn't above 0".into()));
        }
        if fx <= 0.0 || fy <= 0.0 {
            return Err(PeopleError::Camera("a focal length isn't above 0".into()));
        }
        Ok(())
    }

    /// Where a point is seen, in uv. `None` if it isn't in front of the camera.
    pub fn project(&self, [x, y, z]: [f64; 3]) -> Option<[f64; 2]> {
        let seen = [(self.fx * x / z + self.cx) / self.width, (self.fy * y / z + self.cy) / self.height];
        (z > 0.0 && seen.iter().all(|value| value.is_finite())).then_some(seen)
    }

    /// Where the ray of a point in uv meets the plane at z = 1.
    pub(super) fn direction(&self, [u, v]: [f64; 2]) -> [f64; 2] {
        [(u * self.width - self.cx) / self.fx, (v * self.height - self.cy) / self.fy]
    }
}

/// The turns of a head, in radians. All are 0 if the face looks along the camera's axis into the camera.
///
/// A head is rolled first, then pitched, then turned.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct HeadAngles {
    /// Above 0 if the face looks to the left of the image.
    pub yaw: f64,
    /// Above 0 if the face looks down.
    pub pitch: f64,
    /// Above 0 if the head is turned clockwise in the image.
    pub roll: f64,
}

/// The pose of a head in the camera's space, in meters.
///
/// The camera looks along +z, with x to the right and y down. On the head x is to the right of an image in which the
/// face looks into the camera, y is up, and z is out of the face, as on the markers of `viewfinder-fiducial`. The size
/// of the head is that of the canonical face: the distance of a larger head comes out too small, in proportion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeadPose {
    /// The rotation from the head to the camera, row by row.
    pub rotation: [[f64; 3]; 3],
    /// The place of the head's origin, in meters.
    pub translation: [f64; 3],
    /// The root of the mean of the landmarks' squared distances from where the pose shows them, in pixels. A smile
    /// makes it larger.
    pub error: f64,
}

impl HeadPose {
    /// A point of the head, seen by the camera.
    pub fn transform(&self, point: [f64; 3]) -> [f64; 3] {
        add(apply(&self.rotation, point), self.translation)
    }

    /// A point of the camera's space, seen by the head.
    pub fn inverse_transform(&self, point: [f64; 3]) -> [f64; 3] {
        apply(&transpose(&self.rotation), linear::subtract(point, self.translation))
    }

    /// The turns of the head.
    pub fn angles(&self) -> HeadAngles {
        // Without the half turn between the axes of a head and of a camera.
        let [x, y, z] = self.rotation.map(|[x, y, z]| [x, -y, -z]);
        HeadAngles { yaw: x[2].atan2(z[2]), pitch: (-y[2]).clamp(-1.0, 1.0).asin(), roll: y[0].atan2(y[1]) }
    }
}

impl HeadAngles {
    /// The rotation from a head with these turns to the camera, row by row.
    pub fn rotation(&self) -> [[f64; 3]; 3] {
        let facing = [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]];
        let turns = [[0.0, self.yaw, 0.0], [self.pitch, 0.0, 0.0], [0.0, 0.0, self.roll]];
        let [yaw, pitch, roll] = turns.map(linear::rotation);
        multiply(&multiply(&yaw, &multiply(&pitch, &roll)), &facing)
    }
}

/// A rotation and a translation.
#[derive(Clone, Copy)]
struct Motion {
    rotation: Matrix,
    translation: Vector,
}

/// A point of the head, and how it is seen.
#[derive(Clone, Copy)]
struct Sighting {
    /// In the head's space, in meters.
    point: Vector,
    /// At z = 1.
    seen: [f64; 2],
    /// How much deeper than the mean of all points it is, at the scale at which the mean is at z = 1.
    depth: f64,
}

/// The pose of a head by its landmarks, without those of the mouth and the chin.
///
/// The landmarks' depths count as much as their places: a turn changes places least when the face looks into the
/// camera. The camera's lens must not distort: undistort the image, or the landmarks.
///
/// # Errors
/// [`PeopleError::Camera`] if the camera isn't one. [`PeopleError::Pose`] if the landmarks aren't those of a head in
/// front of the camera.
pub fn estimate_head_pose(landmarks: &FaceLandmarks, camera: &Pinhole) -> Result<HeadPose, PeopleError> {
    camera.check()?;
    let fail = |reason: &str| PeopleError::Pose(reason.into());
    let depth_of = |index: usize| f64::from(landmarks.points[index][2]) * camera.width / camera.fx;
    let (mut count, mut middle, mut mean_depth) = (0.0, [0.0; 3], 0.0);
    for (index, point) in canonical::rigid_points() {
        count += 1.0;
        middle = add(middle, point);
        mean_depth += depth_of(index);
    }
    let (middle, mean_depth) = (linear::scale(middle, 1.0 / count), mean_depth / count);
    // Points are relative to their middle, so that a turn moves it nowhere.
    let sightings = canonical::rigid_points().map(|(index, point)| Sighting {
        point: linear::subtract(point, middle),
        seen: camera.direction(landmarks.uv(index).map(f64::from)),
        depth: depth_of(index) - mean_depth,
    });
    let pairs = sightings.clone().map(|sighting| (sighting.point, sighting.seen));
    let start = WeakPerspective::fit(pairs).ok_or_else(|| fail("they are on a line"))?;
    let depth = 1.0 / start.scale;
    let [x, y] = start.origin;
    let mut best = Motion { rotation: start.rotation, translation: [x * depth, y * depth, depth] };
    let focal = [camera.fx, camera.fy];
    let mut system = System::at(&best, sightings.clone(), focal)
        .ok_or_else(|| fail("the face isn't in front of the camera"))?;
    // Levenberg and Marquardt's steps.
    let mut damping = 1e-4;
    for _ in 0..MAX_STEPS {
        let Some([a, b, c, dx, dy, dz]) = system.step(damping) else {
            break;
        };
        let next = Motion {
            rotation: multiply(&linear::rotation([a, b, c]), &best.rotation),
            translation: add(best.translation, [dx, dy, dz]),
        };
        match System::at(&next, sightings.clone(), focal) {
            Some(better) if better.cost < system.cost => {
                let is_done = system.cost - better.cost <= 1e-7 * system.cost;
                (best, system) = (next, better);
                damping = (0.1 * damping).max(1e-12);
                if is_done {
                    break;
                }
            }
            _ if damping > 1e6 => break,
            _ => damping *= 10.0,
        }
    }
    let rotation = linear::orthonormal(&best.rotation).ok_or_else(|| fail("they aren't finite"))?;
    let translation = linear::subtract(best.translation, apply(&rotation, middle));
    let pose = HeadPose { rotation, translation, error: (system.squares / count).sqrt() };
    let is_finite = translation.iter().all(|value| value.is_finite()) && pose.error.is_finite();
    if is_finite { Ok(pose) } else { Err(fail("they aren't finite")) }
}

/// The equations of a step: what it lessens, and the derivatives by a turn and a move.
struct System {
    /// The sum of the squared distances in the image and in depth, in pixels.
    cost: f64,
    /// The sum of the squared distances in the image.
    squares: f64,
    normal: [[f64; 6]; 6],
    right: [f64; 6],
}

impl System {
    /// The equations at a pose. `None` if a point isn't in front of the camera.
    fn at(motion: &Motion, sightings: impl Iterator<Item = Sighting>, focal: [f64; 2]) -> Option<Self> {
        let mut system = Self { cost: 0.0, squares: 0.0, normal: [[0.0; 6]; 6], right: [0.0; 6] };
        let distance = motion.translation[2];
        if distance.is_nan() || distance <= 1e-6 {
            return None;
        }
        for Sighting { point, seen, depth } in sightings {
            let turned = apply(&motion.rotation, point);
            let [x, y, z] = add(turned, motion.translation);
            if z.is_nan() || z <= 1e-6 {
                return None;
            }
            let across = scale([1.0 / z, 0.0, -x / (z * z)], focal[0]);
            let down = scale([0.0, 1.0 / z, -y / (z * z)], focal[1]);
            let residuals = [focal[0] * (x / z - seen[0]), focal[1] * (y / z - seen[1])];
            system.squares += residuals[0] * residuals[0] + residuals[1] * residuals[1];
            system.add(turned, across, across, residuals[0]);
            system.add(turned, down, down, residuals[1]);
            let by_turn = [0.0, 0.0, focal[0] / distance];
            let by_move = [0.0, 0.0, -focal[0] * turned[2] / (distance * distance)];
            system.add(turned, by_turn, by_move, focal[0] * (turned[2] / distance - depth));
        }
        system.cost.is_finite().then_some(system)
    }

    /// Adds an equation, by the derivatives of its residual by the turned point and by the translation.
    fn add(&mut self, turned: Vector, by_turn: Vector, by_move: Vector, residual: f64) {
        // By a turn w the point moves by w x turned.
        let [a, b, c] = linear::cross(turned, by_turn);
        let [d, e, f] = by_move;
        let row = [a, b, c, d, e, f];
        self.cost += residual * residual;
        for i in 0..6 {
            self.right[i] -= row[i] * residual;
            for j in 0..6 {
                self.normal[i][j] += row[i] * row[j];
            }
        }
    }

    fn step(&self, damping: f64) -> Option<[f64; 6]> {
        let mut normal = self.normal;
        for (k, row) in normal.iter_mut().enumerate() {
            row[k] *= 1.0 + damping;
        }
        linear::solve(normal, self.right)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::LANDMARKS;

    const CAMERA: Pinhole =
        Pinhole { width: 1280.0, height: 720.0, fx: 920.0, fy: 915.0, cx: 645.0, cy: 352.0 };

    /// The canonical face, seen in a pose, with its depths from another zero.
    fn landmarks(pose: &HeadPose) -> FaceLandmarks {
        let mut points = [[0.0; 3]; LANDMARKS];
        let (count, sum) = canonical::rigid_points()
            .fold((0.0, 0.0), |(count, sum), (_, point)| (count + 1.0, sum + pose.transform(point)[2]));
        let mean = sum / count;
        for (point, vertex) in points.iter_mut().zip(&canonical::VERTICES) {
            let seen = pose.transform(vertex.map(f64::from));
            let [u, v] = CAMERA.project(seen).unwrap();
            let depth = (seen[2] - mean) / mean * CAMERA.fx / CAMERA.width + 0.1;
            *point = [u as f32, v as f32, depth as f32];
        }
        FaceLandmarks { points, presence: 1.0, aspect: 1280.0 / 720.0 }
    }

    #[test]
    fn turned_heads_give_their_pose() {
        for (yaw, pitch, roll, translation) in [
            (0.0, 0.0, 0.0, [0.0, 0.0, 0.5]),
            (40.0, 0.0, 0.0, [0.1, 0.0, 0.6]),
            (-40.0, 25.0, -30.0, [-0.2, 0.1, 0.5]),
            (10.0, -25.0, 30.0, [0.3, -0.2, 1.0]),
            (60.0, 10.0, 90.0, [0.0, 0.1, 0.8]),
            (-20.0, 15.0, 175.0, [0.05, 0.0, 2.0]),
            (5.0, 5.0, 5.0, [0.0, 0.0, 0.25]),
        ] {
            let [yaw, pitch, roll] = [yaw, pitch, roll].map(f64::to_radians);
            let rotation = HeadAngles { yaw, pitch, roll }.rotation();
            let truth = HeadPose { rotation, translation, error: 0.0 };
            let pose = estimate_head_pose(&landmarks(&truth), &CAMERA).unwrap();
            assert!(pose.error < 1e-3, "{} px", pose.error);
            let found = pose.angles();
            for (name, value, expected) in
                [("yaw", found.yaw, yaw), ("pitch", found.pitch, pitch), ("roll", found.roll, roll)]
            {
                assert!((value - expected).abs() < 1e-3, "{name}: {value} in place of {expected}");
            }
            let off = linear::length(linear::subtract(pose.translation, translation));
            assert!(off < 1e-3 * translation[2], "{:?}", pose.translation);
        }
    }

    #[test]
    fn angles_have_their_signs() {
        let nose = |yaw: f64, pitch: f64, roll: f64| {
            let rotation = HeadAngles { yaw, pitch, roll }.rotation();
            apply(&rotation, [0.0, 0.0, 1.0])
        };
        assert!(nose(0.0, 0.0, 0.0)[2] < -0.999, "toward the camera");
        assert!(nose(0.5, 0.0, 0.0)[0] < -0.4, "to the left of the image");
        assert!(nose(0.0, 0.5, 0.0)[1] > 0.4, "down");
        let rotation = HeadAngles { roll: 0.5, ..Default::default() }.rotation();
        assert!(apply(&rotation, [0.0, 1.0, 0.0])[0] > 0.4, "the top of the head moves to the right");
        let pose = HeadPose { rotation, translation: [0.1, 0.2, 0.3], error: 0.0 };
        let point = pose.inverse_transform(pose.transform([0.01, -0.02, 0.03]));
        assert!(linear::length(linear::subtract(point, [0.01, -0.02, 0.03])) < 1e-12);
    }

    #[test]
    fn noise_moves_a_pose_little() {
        let rotation = HeadAngles { yaw: 0.4, pitch: -0.2, roll: 0.3 }.rotation();
        let truth = HeadPose { rotation, translation: [0.1, 0.0, 0.6], error: 0.0 };
        let mut seen = landmarks(&truth);
        for (index, point) in seen.points.iter_mut().enumerate() {
            let noise = |k: usize| (((index * 7919 + k * 104_729) % 1000) as f32 / 1000.0 - 0.5) * 2.0;
            point[0] += noise(0) / 1280.0;
            point[1] += noise(1) / 720.0;
        }
        let pose = estimate_head_pose(&seen, &CAMERA).unwrap();
        let angle = |a: f64, b: f64| (a - b).abs().to_degrees();
        let (found, expected) = (pose.angles(), truth.angles());
        assert!(angle(found.yaw, expected.yaw) < 1.0 && angle(found.pitch, expected.pitch) < 1.0);
        assert!(angle(found.roll, expected.roll) < 1.0);
        assert!((pose.translation[2] - 0.6).abs() < 0.01);
    }

    #[test]
    fn bad_input_is_an_error() {
        let mut seen = FaceLandmarks { points: [[0.5; 3]; LANDMARKS], presence: 1.0, aspect: 1.0 };
        // All at one place, with the rounding of their mean: a pose or an error.
        let _ = estimate_head_pose(&seen, &CAMERA);
        seen.points[4][0] = f32::NAN;
        assert!(matches!(estimate_head_pose(&seen, &CAMERA), Err(PeopleError::Pose(_))));
        for fx in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let camera = Pinhole { fx, ..CAMERA };
            assert!(matches!(estimate_head_pose(&seen, &camera), Err(PeopleError::Camera(_))));
        }
        for fov in [0.0, 4.0, f64::NAN] {
            assert!(Pinhole::from_fov(640, 480, fov).is_err());
        }
        assert!(Pinhole::from_fov(0, 480, 1.0).is_err());
        assert!((Pinhole::from_fov(640, 480, std::f64::consts::FRAC_PI_2).unwrap().fx - 320.0).abs() < 1e-9);
    }
}
