//! Where heads and eyes are in the frame, for effects.

use std::fmt;

use bevy::{prelude::*, render::render_resource::ShaderType};

use super::{FaceDetection, MAX_FACES};

/// Landmarks: the top of the forehead, and the chin.
const AXIS: [usize; 2] = [10, 152];

/// Landmarks: the outer and the inner corner of the person's left eye, and of the right one.
const EYES: [[usize; 2]; 2] = [[263, 362], [33, 133]];

/// The parts of the face's height that a head has above the forehead and below the chin: hair, and a beard.
const BEYOND_FACE: [f32; 2] = [0.5, 0.15];

/// The width of a head divided by that of its face as it is seen, with the ears.
const WIDER: f32 = 1.55;

/// The least width of a head divided by its height: that of a profile.
const LEAST_WIDTH: f32 = 0.8;

/// The radius of the surroundings of an eye divided by the distance of its corners.
const EYE_RADIUS: f32 = 1.1;

/// Where the faces of a frame are, as a parameter of effects that [`FaceTracking`](super::FaceTracking) sets. By
/// default the frame counts as one that isn't searched.
#[derive(Clone, Copy, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default, Clone, PartialEq)]
pub struct FaceShapes {
    /// The number of faces.
    count: u32,
    /// The number of those that are in view, which are the first. The others were lost just now.
    in_view: u32,
    /// 1 if the frame was searched and all its faces are in the list, else 0.
    searched: u32,
    /// The width of the frame divided by its height.
    aspect: f32,
    list: [FaceShape; MAX_FACES],
}

impl fmt::Debug for FaceShapes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { count, in_view, searched, aspect: _, list: _ } = self;
        let mut fields = formatter.debug_struct("FaceShapes");
        fields.field("count", count).field("in_view", in_view).field("searched", searched);
        fields.finish_non_exhaustive()
    }
}

impl FaceShapes {
    /// The shapes in a frame of this aspect ratio that was searched. Faces beyond the most that there can be are left
    /// out. A frame with as many as can be followed may have others, so it counts as one that isn't searched.
    pub(super) fn new(
        aspect: f32,
        in_view: impl IntoIterator<Item = FaceShape>,
        lost: impl IntoIterator<Item = FaceShape>,
    ) -> Self {
        let mut shapes = Self { searched: 1, aspect, ..Self::default() };
        for shape in in_view {
            shapes.push(shape);
        }
        shapes.in_view = shapes.count;
        for shape in lost {
            shapes.push(shape);
        }
        if shapes.in_view as usize == MAX_FACES {
            shapes.searched = 0;
        }
        shapes
    }

    fn push(&mut self, shape: FaceShape) {
        let Some(place) = self.list.get_mut(self.count as usize) else {
            self.searched = 0;
            return;
        };
        *place = shape;
        self.count += 1;
    }
}

/// An ellipse around a head, and circles around its eyes. Lengths are in heights of the frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default, Clone, PartialEq)]
pub(super) struct FaceShape {
    /// The middle of the head in uv, and half of its width and height.
    ellipse: Vec4,
    /// The direction across the head, to the right of the image if it is upright.
    across: Vec2,
    /// The radii of the left and the right eye.
    eye_radii: Vec2,
    /// The middle of the left and of the right eye, in uv.
    eyes: Vec4,
}

impl FaceShape {
    /// The shape of a face in a frame of this aspect ratio. `None` if the landmarks aren't those of a face.
    pub fn of(face: &FaceDetection, aspect: f32) -> Option<Self> {
        let landmarks = &face.landmarks;
        // In heights of the frame.
        let stretch = Vec2::new(aspect, 1.0);
        let place = |index: usize| Some(landmarks.get(index)?.truncate() * stretch);
        let [top, chin] = [place(AXIS[0])?, place(AXIS[1])?];
        let up = (top - chin).try_normalize().unwrap_or(Vec2::NEG_Y);
        let across = Vec2::new(-up.y, up.x);
        let mut bounds = Rect::EMPTY;
        for landmark in landmarks.iter() {
            let place = landmark.truncate() * stretch;
            bounds = bounds.union_point(Vec2::new(place.dot(across), place.dot(up)));
        }
        let [above, below] = BEYOND_FACE;
        let height = bounds.height();
        let (low, high) = (bounds.min.y - below * height, bounds.max.y + above * height);
        let half_height = 0.5 * (high - low);
        let half_width = (0.5 * WIDER * bounds.width()).max(LEAST_WIDTH * half_height);
        let middle = across * bounds.center().x + up * 0.5 * (low + high);
        let [left, right] =
            [eye(place(EYES[0][0])?, place(EYES[0][1])?), eye(place(EYES[1][0])?, place(EYES[1][1])?)];
        let shape = Self {
            ellipse: (middle / stretch).extend(half_width).extend(half_height),
            across,
            eye_radii: Vec2::new(left.1, right.1),
            eyes: Vec4::from(((left.0 / stretch), (right.0 / stretch))),
        };
        let is_finite = shape.ellipse.is_finite() && shape.eyes.is_finite() && shape.eye_radii.is_finite();
        (is_finite && half_width > 0.0 && half_height > 0.0).then_some(shape)
    }
}

/// The middle and the radius of an eye by its corners.
fn eye(outer: Vec2, inner: Vec2) -> (Vec2, f32) {
    (0.5 * (outer + inner), EYE_RADIUS * outer.distance(inner))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bevy::platform::time::Instant;

    use super::*;

    /// The face of the portrait, which is 512 x 512 pixels large, in another frame: turned about a point, and scaled.
    fn face(aspect: f32, turn: f32) -> FaceDetection {
        let text = include_str!("../../crates/people/tests/data/landmarks_astronaut.txt");
        let turn = Vec2::from_angle(turn);
        let landmarks: Arc<[Vec3]> = text
            .lines()
            .map(|line| {
                let mut numbers = line.split(' ').map(|number| number.parse::<f32>().expect("a number"));
                let mut next = || numbers.next().expect("three numbers");
                let place = Vec2::new(next(), next()) - Vec2::new(0.44, 0.22);
                let place = turn.rotate(place) + Vec2::new(0.5 * aspect, 0.5);
                Vec3::new(place.x / aspect, place.y, next())
            })
            .collect();
        FaceDetection {
            id: 1,
            bounds: Rect::default(),
            landmarks,
            surface: Arc::default(),
            expressions: default(),
            pose: None,
            captured: Instant::now(),
        }
    }

    #[test]
    fn the_ellipse_covers_all_landmarks_however_the_head_is_turned() {
        for aspect in [1.0, 16.0 / 9.0, 0.5] {
            for turn in [0.0, 0.5, -1.0, 3.0] {
                let face = face(aspect, turn);
                let shape = FaceShape::of(&face, aspect).expect("a face");
                let middle = shape.ellipse.truncate().truncate();
                for landmark in face.landmarks.iter() {
                    let away = (landmark.truncate() - middle) * Vec2::new(aspect, 1.0);
                    let down = Vec2::new(-shape.across.y, shape.across.x);
                    let place = Vec2::new(away.dot(shape.across), away.dot(down));
                    let place = place / Vec2::new(shape.ellipse.z, shape.ellipse.w);
                    assert!(place.length() < 0.95, "{place} at {aspect}, {turn}");
                }
                assert!(shape.across.angle_to(Vec2::from_angle(turn)).abs() < 0.15);
            }
        }
    }

    #[test]
    fn the_left_eye_is_on_the_right_of_the_image() {
        let shape = FaceShape::of(&face(1.0, 0.0), 1.0).expect("a face");
        assert!(shape.eyes.x > shape.eyes.z + shape.eye_radii.y);
        assert!(
            shape.eye_radii.cmpgt(Vec2::splat(0.01)).all() && shape.eye_radii.cmplt(Vec2::splat(0.1)).all()
        );
    }

    #[test]
    fn landmarks_that_are_no_face_have_no_shape() {
        let broken = |landmarks: Vec<Vec3>| FaceDetection { landmarks: landmarks.into(), ..face(1.0, 0.0) };
        for landmarks in [vec![], vec![Vec3::ZERO; 468], vec![Vec3::NAN; 468], vec![Vec3::ONE; 20]] {
            assert_eq!(FaceShape::of(&broken(landmarks), 1.0), None);
        }
    }

    #[test]
    fn faces_that_were_lost_come_last_and_too_many_are_left_out() {
        let shape = FaceShape { across: Vec2::X, ..default() };
        let shapes = FaceShapes::new(1.5, [shape; 2], [shape]);
        assert_eq!((shapes.count, shapes.in_view, shapes.searched), (3, 2, 1));
        let many = FaceShapes::new(1.5, [shape; MAX_FACES + 3], [shape; 3]);
        assert_eq!((many.count, many.in_view, many.searched), (16, 16, 0));
        let full = FaceShapes::new(1.5, [shape; MAX_FACES - 1], [shape]);
        assert_eq!((full.count, full.in_view, full.searched), (16, 15, 1));
        let crowd = FaceShapes::new(1.5, [shape; MAX_FACES], []);
        assert_eq!(crowd.searched, 0, "there may be others");
        let crowd = FaceShapes::new(1.5, [shape; MAX_FACES - 1], [shape; 2]);
        assert_eq!((crowd.count, crowd.searched), (16, 0), "one is left out");
        assert_eq!(FaceShapes::default().searched, 0);
    }
}
