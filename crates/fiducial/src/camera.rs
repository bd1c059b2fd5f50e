//! Cameras: focal length, center and lens distortion.

use crate::FiducialError;
use crate::linear::Vector;

/// A camera by the pinhole model, with the lens distortion of OpenCV's `calib3d`.
///
/// The camera looks along +z, with x to the right and y down. A point (x, y, z) is seen at `(fx * x / z + cx,
/// fy * y / z + cy)` if the lens doesn't distort.
///
/// # Pixel centers
/// Points of images are in pixels with the top left corner of the image at (0, 0), so the center of the first pixel is
/// (0.5, 0.5). OpenCV has it at (0, 0): its `cx` and `cy` are less by 0.5. [`Camera::from_opencv`] and the calibration
/// files convert.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Camera {
    /// The width of the images, in pixels.
    pub width: u32,
    /// The height of the images, in pixels.
    pub height: u32,
    /// The focal length in the direction of x, in pixels.
    pub fx: f64,
    /// The focal length in the direction of y, in pixels.
    pub fy: f64,
    /// The x of the optical axis, in pixels.
    pub cx: f64,
    /// The y of the optical axis, in pixels.
    pub cy: f64,
    /// The distortion of the lens.
    pub distortion: Distortion,
}

/// The distortion of a lens: radial factors `k1`, `k2`, `k3` and tangential ones `p1`, `p2`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Distortion {
    /// The factor of r^2.
    pub k1: f64,
    /// The factor of r^4.
    pub k2: f64,
    /// The first tangential factor.
    pub p1: f64,
    /// The second tangential factor.
    pub p2: f64,
    /// The factor of r^6.
    pub k3: f64,
}

impl Distortion {
    /// No distortion.
    pub const NONE: Self = Self { k1: 0.0, k2: 0.0, p1: 0.0, p2: 0.0, k3: 0.0 };

    /// Where a point of the undistorted plane at z = 1 appears, and the derivatives by its coordinates.
    pub(crate) fn apply(&self, [x, y]: [f64; 2]) -> ([f64; 2], [[f64; 2]; 2]) {
        let Self { k1, k2, p1, p2, k3 } = *self;
        let r2 = x * x + y * y;
        let radial = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3));
        // The derivative of the radial factor by r^2, twice.
        let slope = 2.0 * (k1 + r2 * (2.0 * k2 + r2 * 3.0 * k3));
        let point = [
            x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x),
            y * radial + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y,
        ];
        let mixed = slope * x * y + 2.0 * p1 * x + 2.0 * p2 * y;
        let jacobian = [
            [radial + slope * x * x + 2.0 * p1 * y + 6.0 * p2 * x, mixed],
            [mixed, radial + slope * y * y + 6.0 * p1 * y + 2.0 * p2 * x],
        ];
        (point, jacobian)
    }
}

impl Camera {
    /// A camera without distortion by its horizontal field of view, in radians, with square pixels and the axis in the
    /// middle.
    ///
    /// # Errors
    /// [`FiducialError::Camera`] if a side is 0, or if the angle isn't between 0 and pi.
    pub fn from_fov(width: u32, height: u32, horizontal: f64) -> Result<Self, FiducialError> {
        if !horizontal.is_finite() || horizontal <= 0.0 || horizontal >= std::f64::consts::PI {
            let reason = format!("a field of view of {horizontal} radians isn't between 0 and pi");
            return Err(FiducialError::Camera(reason));
        }
        let focal = 0.5 * f64::from(width) / (0.5 * horizontal).tan();
        let (cx, cy) = (0.5 * f64::from(width), 0.5 * f64::from(height));
        let camera = Self { width, height, fx: focal, fy: focal, cx, cy, distortion: Distortion::NONE };
        camera.check()?;
        Ok(camera)
    }

    /// A camera of OpenCV's numbers: a matrix, row by row, and up to 5 coefficients in the order `k1`, `k2`, `p1`,
    /// `p2`, `k3`.
    ///
    /// # Errors
    /// [`FiducialError::Camera`] if the numbers don't describe a camera, if the matrix has a skew, or if there are more
    /// coefficients that aren't 0.
    pub fn from_opencv(
        width: u32,
        height: u32,
        matrix: [[f64; 3]; 3],
        coefficients: &[f64],
    ) -> Result<Self, FiducialError> {
        let [[fx, skew, cx], [zero, fy, cy], last] = matrix;
        if skew != 0.0 || zero != 0.0 || last != [0.0, 0.0, 1.0] {
            let reason = "the camera matrix must be [fx, 0, cx], [0, fy, cy], [0, 0, 1]".into();
            return Err(FiducialError::Camera(reason));
        }
        if coefficients.iter().skip(5).any(|&coefficient| coefficient != 0.0) {
            let reason = format!(
                "{} distortion coefficients aren't supported: calibrate with k1, k2, p1, p2, k3",
                coefficients.len()
            );
            return Err(FiducialError::Camera(reason));
        }
        let coefficient = |k: usize| coefficients.get(k).copied().unwrap_or(0.0);
        let [k1, k2, p1, p2, k3] = std::array::from_fn(coefficient);
        let distortion = Distortion { k1, k2, p1, p2, k3 };
        let camera = Self { width, height, fx, fy, cx: cx + 0.5, cy: cy + 0.5, distortion };
        camera.check()?;
        Ok(camera)
    }

    /// OpenCV's numbers: the camera matrix, row by row, and the coefficients `k1`, `k2`, `p1`, `p2`, `k3`.
    pub fn to_opencv(&self) -> ([[f64; 3]; 3], [f64; 5]) {
        let Distortion { k1, k2, p1, p2, k3 } = self.distortion;
        let matrix = [[self.fx, 0.0, self.cx - 0.5], [0.0, self.fy, self.cy - 0.5], [0.0, 0.0, 1.0]];
        (matrix, [k1, k2, p1, p2, k3])
    }

    /// Tells whether the numbers describe a camera.
    ///
    /// # Errors
    /// [`FiducialError::Camera`] if a side or a focal length isn't above 0, or if a number isn't finite.
    pub fn check(&self) -> Result<(), FiducialError> {
        let fail = |reason: &str| Err(FiducialError::Camera(reason.into()));
        let Self { width, height, fx, fy, cx, cy, distortion: Distortion { k1, k2, p1, p2, k3 } } = *self;
        if width == 0 || height == 0 {
            return fail("a side of the image is 0");
        }
        if ![fx, fy, cx, cy, k1, k2, p1, p2, k3].iter().all(|value| value.is_finite()) {
            return fail("a number isn't finite");
        }
        if fx <= 0.0 || fy <= 0.0 {
            return fail("a focal length isn't above 0");
        }
        Ok(())
    }

    /// This camera for images of another size, that show the same.
    ///
    /// # Errors
    /// [`FiducialError::Camera`] if the aspect ratio is another one, because it isn't known which part of the image was
    /// cut off.
    pub fn scaled_to(&self, width: u32, height: u32) -> Result<Self, FiducialError> {
        let (x, y) = (f64::from(width) / f64::from(self.width), f64::from(height) / f64::from(self.height));
        // Sizes are rounded to whole pixels.
        let limit = 1.0 / f64::from(self.height.min(height).max(1));
        if !x.is_finite() || !y.is_finite() || (x / y - 1.0).abs() > limit.max(0.01) {
            let reason = format!(
                "intrinsics of {}x{} aren't those of {width}x{height}: calibrate at this size",
                self.width, self.height
            );
            return Err(FiducialError::Camera(reason));
        }
        let camera = Self {
            width,
            height,
            fx: self.fx * x,
            fy: self.fy * y,
            cx: self.cx * x,
            cy: self.cy * y,
            ..*self
        };
        camera.check()?;
        Ok(camera)
    }

    /// The horizontal field of view in the middle of the image, in radians, without distortion.
    pub fn horizontal_fov(&self) -> f64 {
        (self.cx / self.fx).atan() + ((f64::from(self.width) - self.cx) / self.fx).atan()
    }

    /// The pixel at which a point is seen. `None` if it is behind the camera.
    pub fn project(&self, point: [f64; 3]) -> Option<[f64; 2]> {
        self.project_with_derivatives(point).map(|(pixel, _)| pixel)
    }

    /// The pixel, and its derivatives by the point.
    pub(crate) fn project_with_derivatives(&self, [x, y, z]: Vector) -> Option<([f64; 2], [Vector; 2])> {
        if z.is_nan() || z <= 1e-9 {
            return None;
        }
        let inverse = 1.0 / z;
        let (u, v) = (x * inverse, y * inverse);
        let (distorted, [du, dv]) = self.distortion.apply([u, v]);
        let pixel = [self.fx * distorted[0] + self.cx, self.fy * distorted[1] + self.cy];
        let chain = |factor: f64, [by_u, by_v]: [f64; 2]| {
            let factor = factor * inverse;
            [factor * by_u, factor * by_v, -factor * (by_u * u + by_v * v)]
        };
        Some((pixel, [chain(self.fx, du), chain(self.fy, dv)]))
    }

    /// The direction that a pixel shows: x and y at z = 1. `None` if the lens model shows nothing there.
    pub fn undistort_point(&self, pixel: [f64; 2]) -> Option<[f64; 2]> {
        let target = [(pixel[0] - self.cx) / self.fx, (pixel[1] - self.cy) / self.fy];
        if !target.iter().all(|value| value.is_finite()) {
            return None;
        }
        if self.distortion == Distortion::NONE {
            return Some(target);
        }
        let mut point = target;
        for _ in 0..30 {
            let (reached, [[a, b], [c, d]]) = self.distortion.apply(point);
            let (ex, ey) = (target[0] - reached[0], target[1] - reached[1]);
            let determinant = a * d - b * c;
            // Beyond the place where the model folds over there is no answer.
            if determinant.is_nan() || determinant <= 1e-6 {
                return None;
            }
            let step = [(d * ex - b * ey) / determinant, (a * ey - c * ex) / determinant];
            point = [point[0] + step[0], point[1] + step[1]];
            if step[0].abs() + step[1].abs() < 1e-13 {
                break;
            }
        }
        let (reached, _) = self.distortion.apply(point);
        let error = (reached[0] - target[0]).hypot(reached[1] - target[1]);
        (error < 1e-9).then_some(point)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wide() -> Camera {
        let distortion = Distortion { k1: -0.28, k2: 0.09, p1: 0.001, p2: -0.0007, k3: -0.01 };
        Camera { width: 1280, height: 720, fx: 800.0, fy: 805.0, cx: 650.0, cy: 350.0, distortion }
    }

    #[test]
    fn pixels_lead_back_to_points() {
        let camera = wide();
        for (x, y) in [(-0.7, -0.4), (0.0, 0.0), (0.5, -0.2), (0.75, 0.42)] {
            let pixel = camera.project([2.0 * x, 2.0 * y, 2.0]).unwrap();
            let [u, v] = camera.undistort_point(pixel).unwrap();
            assert!((u - x).hypot(v - y) < 1e-9, "({x}, {y}) became ({u}, {v})");
        }
        assert_eq!(camera.project([0.0, 0.0, -1.0]), None);
        assert_eq!(camera.undistort_point([f64::NAN, 0.0]), None);
        // Outside of the largest circle that this lens shows.
        assert_eq!(camera.undistort_point([5000.0, 360.0]), None);
    }

    #[test]
    fn derivatives_are_those_of_the_projection() {
        let camera = wide();
        let point = [0.4, -0.3, 1.3];
        let (pixel, derivatives) = camera.project_with_derivatives(point).unwrap();
        for k in 0..3 {
            let mut moved = point;
            moved[k] += 1e-6;
            let other = camera.project(moved).unwrap();
            for axis in 0..2 {
                assert!(((other[axis] - pixel[axis]) / 1e-6 - derivatives[axis][k]).abs() < 0.01);
            }
        }
    }

    #[test]
    fn fields_of_view_and_sizes() {
        let camera = Camera::from_fov(1280, 720, 1.2).unwrap();
        assert!((camera.horizontal_fov() - 1.2).abs() < 1e-12);
        assert_eq!(camera.project([0.0, 0.0, 1.0]), Some([640.0, 360.0]));
        let small = camera.scaled_to(640, 360).unwrap();
        assert_eq!((small.fx, small.cx, small.cy), (0.5 * camera.fx, 320.0, 180.0));
        assert!(camera.scaled_to(854, 480).is_ok());
        assert!(camera.scaled_to(640, 480).is_err());
        assert!(camera.scaled_to(0, 0).is_err());
    }

    #[test]
    fn numbers_that_describe_no_camera_are_errors() {
        for angle in [0.0, -1.0, 4.0, f64::NAN, f64::INFINITY] {
            assert!(Camera::from_fov(1280, 720, angle).is_err());
        }
        assert!(Camera::from_fov(0, 720, 1.0).is_err());
        for change in [
            |camera: &mut Camera| camera.fx = 0.0,
            |camera: &mut Camera| camera.fy = f64::NAN,
            |camera: &mut Camera| camera.cx = f64::INFINITY,
            |camera: &mut Camera| camera.distortion.k2 = f64::NAN,
            |camera: &mut Camera| camera.height = 0,
        ] {
            let mut camera = wide();
            assert_eq!(camera.check(), Ok(()));
            change(&mut camera);
            assert!(camera.check().is_err());
        }
    }

    #[test]
    fn opencv_has_pixel_centers_at_whole_numbers() {
        let matrix = [[900.0, 0.0, 639.5], [0.0, 901.0, 359.5], [0.0, 0.0, 1.0]];
        let camera = Camera::from_opencv(1280, 720, matrix, &[0.1, -0.2, 0.001, 0.002]).unwrap();
        assert_eq!(
            (camera.cx, camera.cy, camera.distortion.p2, camera.distortion.k3),
            (640.0, 360.0, 0.002, 0.0)
        );
        assert_eq!(camera.to_opencv(), (matrix, [0.1, -0.2, 0.001, 0.002, 0.0]));
        assert!(Camera::from_opencv(1280, 720, matrix, &[0.0; 8]).is_ok());
        assert!(Camera::from_opencv(1280, 720, matrix, &[0.0, 0.0, 0.0, 0.0, 0.0, 0.1]).is_err());
        let mut skewed = matrix;
        skewed[0][1] = 3.0;
        assert!(Camera::from_opencv(1280, 720, skewed, &[]).is_err());
    }
}
