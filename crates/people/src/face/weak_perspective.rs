//! The rotation and the scale of a head that is far away, so that all of it has the same depth.

use crate::linear::{self, Matrix, Vector, add, apply, scale, subtract};

/// A point of the head, and where it is seen.
pub(super) type Pair = (Vector, [f64; 2]);

/// How a head is seen: turned, scaled and moved in the plane.
#[derive(Debug, Clone, Copy)]
pub(super) struct WeakPerspective {
    /// From the head to the camera's axes: x to the right, y down, z forward.
    pub rotation: Matrix,
    /// The length of a meter in the image.
    pub scale: f64,
    /// The place of the head's origin in the image.
    pub origin: [f64; 2],
}

impl WeakPerspective {
    /// The best fit of the points, by least squares. `None` if they are all in a plane, or seen on a line.
    pub fn fit(pairs: impl Iterator<Item = Pair> + Clone) -> Option<Self> {
        let (mut total, mut middle, mut center) = (0.0, [0.0; 3], [0.0; 2]);
        for (point, [x, y]) in pairs.clone() {
            total += 1.0;
            middle = add(middle, point);
            center = [center[0] + x, center[1] + y];
        }
        let middle = scale(middle, 1.0 / total);
        let center = center.map(|value| value / total);
        // The two rows of the affine map from the head to the image.
        let (mut normal, mut right) = ([[0.0; 3]; 3], [[0.0; 3]; 2]);
        for (point, seen) in pairs {
            let point = subtract(point, middle);
            for i in 0..3 {
                for j in 0..3 {
                    normal[i][j] += point[i] * point[j];
                }
                for k in 0..2 {
                    right[k][i] += point[i] * (seen[k] - center[k]);
                }
            }
        }
        let [x, y] = [linear::solve(normal, right[0])?, linear::solve(normal, right[1])?];
        let factor = 0.5 * (linear::length(x) + linear::length(y));
        if !factor.is_finite() || factor <= 0.0 {
            return None;
        }
        let rotation = linear::orthonormal(&[x, y, [0.0; 3]])?;
        let offset = scale(apply(&rotation, middle), factor);
        let origin = [center[0] - offset[0], center[1] - offset[1]];
        Some(Self { rotation, scale: factor, origin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::canonical;
    use crate::linear::{length, multiply};

    #[test]
    fn a_turned_head_is_fitted() {
        let facing = [[1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, -1.0]];
        let truth = multiply(&linear::rotation([0.3, -0.7, 0.5]), &facing);
        let pairs = canonical::rigid_points().map(|(_, point)| {
            let [x, y, _] = apply(&truth, point);
            (point, [3.0 * x + 0.4, 3.0 * y - 0.2])
        });
        let fit = WeakPerspective::fit(pairs).unwrap();
        assert!((fit.scale - 3.0).abs() < 1e-9);
        assert!((fit.origin[0] - 0.4).abs() < 1e-9 && (fit.origin[1] + 0.2).abs() < 1e-9);
        for (row, expected) in fit.rotation.iter().zip(truth) {
            assert!(length(subtract(*row, expected)) < 1e-9);
        }
    }

    #[test]
    fn points_without_a_pose_have_none() {
        let none = canonical::rigid_points().map(|(_, point)| (point, [0.5, 0.5]));
        assert!(WeakPerspective::fit(none).is_none());
        let odd = canonical::rigid_points().map(|(_, point)| (point, [f64::NAN, 0.5]));
        assert!(WeakPerspective::fit(odd).is_none());
        assert!(WeakPerspective::fit(std::iter::empty()).is_none());
    }
}
