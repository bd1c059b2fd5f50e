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
/// They depend on neither the size of the face nor the pose of the head, as far as the landmarks are right: those of a
/// profile are poor on the far side.
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
        let pairs = canonical::rigid_points().map(|(index, point)| {
            let [x, y, _] = in_widths(index);
            (point, [x, y])
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
            1.0 - ramp(gap / distance(corners), 0.08, 0.22)
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
const SMILE: [f64; 2] = [0.19, 0.34];

/// 0 up to a number, 1 from another one on, and a straight line between them.
fn ramp(value: f64, low: f64, high: f64) -> f32 {
    ((value - low) / (high - low)).clamp(0.0, 1.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::{HeadAngles, LANDMARKS};

    /// A face from far away, turned, with its vertices moved.
    fn seen(angles: HeadAngles, change: impl Fn(&mut [[f64; 3]; LANDMARKS])) -> FaceLandmarks {
        let mut vertices = canonical::VERTICES.map(|vertex| vertex.map(f64::from));
        change(&mut vertices);
        let rotation = angles.rotation();
        let points = vertices.map(|vertex| {
            let [x, y, z] = apply(&rotation, vertex);
            [0.5 + 1.5 * x as f32, (0.4 + 1.5 * y as f32) * 1.6, 1.5 * z as f32]
        });
        FaceLandmarks { points, presence: 1.0, aspect: 1.6 }
    }

    const TURNS: [HeadAngles; 4] = [
        HeadAngles { yaw: 0.0, pitch: 0.0, roll: 0.0 },
        HeadAngles { yaw: 0.6, pitch: 0.2, roll: 0.0 },
        HeadAngles { yaw: -0.3, pitch: -0.4, roll: 1.5 },
        HeadAngles { yaw: 0.1, pitch: 0.0, roll: 3.1 },
    ];

    /// The numbers for five steps of a movement.
    fn steps(
        angles: HeadAngles,
        number: impl Fn(&Expressions) -> f32,
        change: impl Fn(&mut [[f64; 3]; LANDMARKS], f64),
    ) -> Vec<f32> {
        let step = |step: u8| seen(angles, |vertices| change(vertices, 0.25 * f64::from(step)));
        (0..5).map(|k| number(&Expressions::of(&step(k)))).collect()
    }

    fn assert_rising(numbers: &[f32]) {
        assert!(numbers[0] < 0.1 && numbers[4] > 0.7, "{numbers:?}");
        assert!(
            numbers.is_sorted() && numbers.windows(2).all(|pair| pair[0] + 0.05 < pair[1]),
            "{numbers:?}"
        );
    }

    #[test]
    fn an_opening_mouth_rises() {
        for angles in TURNS {
            let open = |vertices: &mut [[f64; 3]; LANDMARKS], amount: f64| {
                vertices[LIPS[1]][1] -= 0.03 * amount;
                vertices[17][1] -= 0.03 * amount;
                vertices[152][1] -= 0.03 * amount;
            };
            assert_rising(&steps(angles, |expressions| expressions.mouth_open, open));
            let smiles = steps(angles, |expressions| expressions.smile, open);
            assert!(smiles.iter().all(|smile| *smile < 0.1), "an open mouth is no smile: {smiles:?}");
        }
    }

    #[test]
    fn closing_eyes_rise() {
        for angles in TURNS {
            for ((_, lids), is_left) in [(LEFT_EYE, true), (RIGHT_EYE, false)] {
                let close = |vertices: &mut [[f64; 3]; LANDMARKS], amount: f64| {
                    for [upper, lower] in lids {
                        vertices[upper][1] += 0.8 * amount * (vertices[lower][1] - vertices[upper][1]);
                    }
                };
                let number = |expressions: &Expressions| {
                    let both = [expressions.right_eye_closed, expressions.left_eye_closed];
                    assert!(both[usize::from(!is_left)] < 0.1, "the other eye is open");
                    both[usize::from(is_left)]
                };
                assert_rising(&steps(angles, number, close));
            }
        }
    }

    #[test]
    fn a_growing_smile_rises() {
        for angles in TURNS {
            let smile = |vertices: &mut [[f64; 3]; LANDMARKS], amount: f64| {
                for (corner, side) in MOUTH_CORNERS.into_iter().zip([-1.0, 1.0]) {
                    vertices[corner][0] += side * 0.006 * amount;
                    vertices[corner][1] += 0.008 * amount;
                }
            };
            assert_rising(&steps(angles, |expressions| expressions.smile, smile));
        }
    }

    #[test]
    fn points_that_are_no_face_have_no_expression() {
        let mut landmarks = seen(TURNS[0], |_| {});
        landmarks.points[33] = [f32::NAN; 3];
        assert_eq!(Expressions::of(&landmarks), Expressions::default());
        let point = FaceLandmarks { points: [[0.25; 3]; LANDMARKS], presence: 1.0, aspect: 1.0 };
        let Expressions { mouth_open, left_eye_closed, right_eye_closed, smile } = Expressions::of(&point);
        for number in [mouth_open, left_eye_closed, right_eye_closed, smile] {
            assert!((0.0..=1.0).contains(&number), "{number}");
        }
    }
}
