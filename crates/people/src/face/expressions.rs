//! An open mouth, closed eyes and a smile as numbers.

use super::weak_perspective::WeakPerspective;
use super::{FaceLandmarks, canonical};
use crate::linear::{Vector, apply, length, scale, subtract, transpose};

/// The outer corners of the eyes, whose distance is the unit of the mouth.
const EYE_CORNERS: [usize; 2] = [33, 263];

/// The corners of the person's right eye, and its pairs of points on the upper and the lower lid.
const RIGHT_EYE: ([usize; 2], [[usize; 2]; 3]) = ([33, 133], [[160, 144], [159, 145], [158, 153]]);

/// The same of the left eye.
const LEFT_EYE: ([usize; 2], [[usize; 2]; 3]) = ([263, 362], [[387, 373], [386, 374], [385, 380]]);

/// The insides of the upper and the lower lip, in their middle.
const LIPS: [usize; 2] = [13, 14];

/// The corners of the mouth.
const MOUTH_CORNERS: [usize; 2] = [61, 291];

/// The middle of the upper lip's edge, which a smile hardly moves.
const UPPER_LIP: usize = 0;

/// The expression of a face, as numbers from 0 to 1. Left and right are the person's own.
///
/// They depend on neither the size of the face nor the pose of the head, as far as the landmarks are right: those of a profile
/// are poor on the far side.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Expressions {
    /// How far the mouth is open.
    pub mouth_open: f32,
    /// How far the left eye is closed.
    pub left_eye_closed: f32,
    /// How far the right eye is closed.
    pub right_eye_closed: f32,
    /// How much the face smiles: the corners of the mouth go up and apart.
    pub smile: f32,
}

impl Expressions {
    /// The expression by the landmarks. All numbers are 0 if they aren't those of a face.
    pub fn of(landmarks: &FaceLandmarks) -> Self {
        let in_widths = |index: usize| landmarks.in_widths(index).map(f64::from);
        let pairs = canonical::pose_points().map(|(index, weight, point)| {
            let [x, y, _] = in_widths(index);
            (weight, point, [x, y])
        });
        let Some(view) = WeakPerspective::fit(pairs) else {
            return Self::default();
        };
        // The head's own axes: x to the right, y up, z out of the face.
        let back = transpose(&view.rotation);
        let place = |index: usize| apply(&back, in_widths(index));
        let distance = |[a, b]: [usize; 2]| length(subtract(place(a), place(b)));
        let unit = distance(EYE_CORNERS);
        if !unit.is_finite() || unit <= 0.0 {
            return Self::default();
        }
        let closed = |(corners, lids): ([usize; 2], [[usize; 2]; 3])| {
            let gap = lids.iter().map(|&pair| height(place(pair[0]), place(pair[1]))).sum::<f64>() / 3.0;
            1.0 - ramp(gap / distance(corners), 0.08, 0.24)
        };
        let corners = MOUTH_CORNERS.map(place);
        let lift = {
            let middle = scale([corners[0][0] + corners[1][0], corners[0][1] + corners[1][1], 0.0], 0.5);
            (middle[1] - place(UPPER_LIP)[1]) / unit
        };
        let width = length(subtract(corners[0], corners[1])) / unit;
        Self {
            mouth_open: ramp(height(place(LIPS[0]), place(LIPS[1])) / unit, 0.06, 0.4),
            left_eye_closed: closed(LEFT_EYE),
            right_eye_closed: closed(RIGHT_EYE),
            smile: ramp(lift + 0.5 * width, SMILE[0], SMILE[1]),
        }
    }
}

/// How far a point is above another, without the depth, in which the model is least certain. 0 if it is below.
fn height(upper: Vector, lower: Vector) -> f64 {
    (upper[1] - lower[1]).max(0.0)
}

/// The lift of the mouth's corners and half its width without a smile, and with a broad one.
const SMILE: [f64; 2] = [0.19, 0.37];

/// 0 up to a number, 1 from another one on, and a straight line between them.
fn ramp(value: f64, low: f64, high: f64) -> f32 {
    ((value - low) / (high - low)).clamp(0.0, 1.0) as f32
}
