//! The lens of a track's device, as the renderer undoes its distortion.

// Intrinsics come with these features. Without them no lens is corrected.
#![cfg_attr(not(any(feature = "ar", feature = "barcode", feature = "face")), allow(dead_code))]

use bevy::prelude::*;

/// Undoes the distortion of the lens in the first pass of a track. Numbers are those of whole upright frames, from the
/// top left (0, 0) to the bottom right (1, 1).
#[derive(Component, Clone, Copy, Debug, PartialEq)]
pub(crate) struct LensCorrection {
    pub focal_length: Vec2,
    pub principal_point: Vec2,
    /// `k1`, `k2`, `p1`, `p2`, `k3`.
    pub distortion: [f32; 5],
    /// The square of the largest distance from the axis, for a focal length of 1. Beyond it the polynomial of the
    /// distortion falls, and describes no lens.
    pub limit: f32,
    /// The width of the frames by their height.
    pub aspect: f32,
}

/// Frames whose aspect ratios differ by less show the same part of the sensor.
const SAME_ASPECT: f32 = 0.01;

impl LensCorrection {
    /// The numbers of the uniform `Camera` for an upright frame of this size of which this part of the middle is shown:
    /// zeros for a frame of another aspect ratio, whose lens isn't known.
    pub fn uniform(&self, upright: UVec2, shown: Vec2) -> [f32; 12] {
        let aspect = upright.x as f32 / upright.y.max(1) as f32;
        if (aspect / self.aspect - 1.0).abs() > SAME_ASPECT {
            return [0.0; 12];
        }
        let focal = self.focal_length / shown;
        let center = (self.principal_point - (Vec2::ONE - shown) / 2.0) / shown;
        let [k1, k2, p1, p2, k3] = self.distortion;
        [focal.x, focal.y, center.x, center.y, k1, k2, p1, p2, k3, self.limit, 0.0, 0.0]
    }

    /// The limit of a distortion by `k1`, `k2` and `k3`: the first place where the distance in the frame no longer
    /// rises with the distance from the axis.
    pub fn limit_of(k1: f64, k2: f64, k3: f64) -> f32 {
        // An angle of 76 degrees from the axis.
        const LARGEST: f64 = 16.0;
        const STEPS: u32 = 4096;
        let slope = |square: f64| 1.0 + square * (3.0 * k1 + square * (5.0 * k2 + square * 7.0 * k3));
        let places = (0..=STEPS).map(|step| LARGEST * f64::from(step) / f64::from(STEPS));
        places.take_while(|place| slope(*place) > 0.0).last().unwrap_or_default() as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENS: LensCorrection = LensCorrection {
        focal_length: Vec2::new(0.8, 1.2),
        principal_point: Vec2::new(0.52, 0.48),
        distortion: [-0.2, 0.05, 0.001, -0.002, 0.0],
        limit: 1.5,
        aspect: 1.5,
    };

    #[test]
    fn a_crop_has_its_own_focal_length_and_axis() {
        let whole = LENS.uniform(UVec2::new(600, 400), Vec2::ONE);
        assert_eq!(whole[..4], [0.8, 1.2, 0.52, 0.48]);
        assert_eq!(whole[4..], [-0.2, 0.05, 0.001, -0.002, 0.0, 1.5, 0.0, 0.0]);
        let half = LENS.uniform(UVec2::new(1200, 800), Vec2::new(0.5, 1.0));
        assert_eq!(half[..2], [1.6, 1.2]);
        assert!((half[2] - 0.54).abs() < 1e-6 && (half[3] - 0.48).abs() < 1e-6, "{half:?}");
    }

    #[test]
    fn frames_of_another_shape_are_left_as_they_are() {
        assert_eq!(LENS.uniform(UVec2::new(640, 480), Vec2::ONE), [0.0; 12]);
        assert_eq!(LENS.uniform(UVec2::new(640, 0), Vec2::ONE), [0.0; 12]);
    }

    #[test]
    fn the_limit_is_where_the_polynomial_turns() {
        assert_eq!(LensCorrection::limit_of(0.1, 0.0, 0.0), 16.0);
        // 1 + 3 * -0.2 * x is zero at 5/3.
        assert!((LensCorrection::limit_of(-0.2, 0.0, 0.0) - 5.0 / 3.0).abs() < 0.01);
        assert_eq!(LensCorrection::limit_of(f64::NAN, 0.0, 0.0), 0.0);
    }
}
