//! Faces: boxes, landmarks, tracking, expressions and poses.

mod anchors;
pub mod canonical;
mod detector;
mod expressions;
mod filter;
mod geometry;
mod landmarker;
mod pose;
mod region;
mod suppression;
mod tracker;
mod weak_perspective;

pub use detector::{DetectorConfig, FaceDetection, FaceDetector, KeyPoint};
pub use expressions::Expressions;
pub use filter::FilterConfig;
pub use geometry::head_geometry;
pub use landmarker::FaceLandmarker;
pub use pose::{HeadAngles, HeadPose, Pinhole, estimate_head_pose};
pub use region::FaceRegion;
pub use tracker::{Face, FaceEvent, FaceTracker, FaceTrackerConfig};

use std::fmt;

/// The number of landmarks of a face.
pub const LANDMARKS: usize = 468;

/// A rectangle, in uv. It may reach beyond the image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The left and the top.
    pub min: [f32; 2],
    /// The right and the bottom.
    pub max: [f32; 2],
}

impl Bounds {
    /// The bounds of points. Without a point they are inside out, and their area is 0.
    pub fn of(points: impl IntoIterator<Item = [f32; 2]>) -> Self {
        let empty = Self { min: [f32::INFINITY; 2], max: [f32::NEG_INFINITY; 2] };
        points.into_iter().fold(empty, |bounds, point| Self {
            min: [bounds.min[0].min(point[0]), bounds.min[1].min(point[1])],
            max: [bounds.max[0].max(point[0]), bounds.max[1].max(point[1])],
        })
    }

    /// The width and the height.
    pub fn size(&self) -> [f32; 2] {
        [self.max[0] - self.min[0], self.max[1] - self.min[1]]
    }

    /// The middle.
    pub fn center(&self) -> [f32; 2] {
        [0.5 * (self.min[0] + self.max[0]), 0.5 * (self.min[1] + self.max[1])]
    }

    /// The area, 0 if it is inside out.
    pub fn area(&self) -> f32 {
        let [width, height] = self.size();
        width.max(0.0) * height.max(0.0)
    }

    /// The part in both of two rectangles.
    pub fn intersection(&self, other: &Self) -> Self {
        Self {
            min: [self.min[0].max(other.min[0]), self.min[1].max(other.min[1])],
            max: [self.max[0].min(other.max[0]), self.max[1].min(other.max[1])],
        }
    }

    /// The share of two rectangles that is in both, from 0 to 1.
    pub fn overlap(&self, other: &Self) -> f32 {
        let both = self.intersection(other).area();
        let either = self.area() + other.area() - both;
        if either > 0.0 { both / either } else { 0.0 }
    }

    /// Tells whether a point is inside.
    pub fn contains(&self, [x, y]: [f32; 2]) -> bool {
        (self.min[0]..=self.max[0]).contains(&x) && (self.min[1]..=self.max[1]).contains(&y)
    }
}

/// The landmarks of a face in an image.
///
/// Their order is that of MediaPipe's face mesh, and of [`canonical::VERTICES`].
#[derive(Clone, PartialEq)]
pub struct FaceLandmarks {
    /// The landmarks: x and y in uv, and z in widths of the image, about 0 in the middle of the head and less toward
    /// the camera.
    pub points: [[f32; 3]; LANDMARKS],
    /// The model's certainty that there is a face, from 0 to 1.
    pub presence: f32,
    /// The width of the image divided by its height.
    pub aspect: f32,
}

/// `Debug` leaves the landmarks out, so that no log has them by accident.
impl fmt::Debug for FaceLandmarks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { points: _, presence, aspect } = self;
        let mut fields = f.debug_struct("FaceLandmarks");
        fields.field("presence", presence).field("aspect", aspect).finish_non_exhaustive()
    }
}

impl FaceLandmarks {
    /// A landmark in uv.
    pub fn uv(&self, index: usize) -> [f32; 2] {
        let [x, y, _] = self.points[index];
        [x, y]
    }

    /// A landmark in widths of the image, so that all three directions have the same unit.
    pub fn in_widths(&self, index: usize) -> [f32; 3] {
        let [x, y, z] = self.points[index];
        [x, y / self.aspect, z]
    }

    /// The rectangle around all landmarks, in uv.
    pub fn bounds(&self) -> Bounds {
        Bounds::of(self.points.iter().map(|&[x, y, _]| [x, y]))
    }

    /// Tells whether every number can be used.
    fn is_finite(&self) -> bool {
        self.points.as_flattened().iter().all(|value| value.is_finite()) && self.aspect.is_normal()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_overlap() {
        let unit = Bounds::of([[0.0, 0.0], [1.0, 1.0]]);
        let half = Bounds::of([[0.5, 0.0], [1.5, 1.0]]);
        assert!((unit.overlap(&half) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(unit.overlap(&unit), 1.0);
        assert_eq!(unit.overlap(&Bounds::of([[2.0, 0.0], [3.0, 1.0]])), 0.0);
        let empty = Bounds::of([]);
        assert_eq!((empty.area(), empty.overlap(&unit)), (0.0, 0.0));
        assert!(unit.contains([0.5, 1.0]) && !unit.contains([0.5, 1.1]) && !empty.contains([0.0; 2]));
        assert_eq!(half.center(), [1.0, 0.5]);
    }
}
