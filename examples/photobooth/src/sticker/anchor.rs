//! The similarity between a frame and the line of a face's eyes: it keeps a sticker's place, size and angle on a face.

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;

/// Landmarks: the outer corners of the person's right eye and left eye. In a frame that isn't mirrored the right eye of
/// an upright face is on the left.
const CORNERS: [usize; 2] = [33, 263];

/// The height of the hair above the landmarks, divided by the distance of the corners.
const HAIR: f32 = 0.5;

/// The shortest distance of the corners, in widths of the frame.
const SHORTEST: f32 = 1e-3;

/// A place, a size and an angle: of a sticker in the frame, or relative to a face.
///
/// Relative to a face, lengths are in distances of the eyes' outer corners. The origin is between the eyes, x is along
/// the line of the corners, to the right of a frame that isn't mirrored, and y is down the face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// The middle. In the frame from 0 to 1 across it, from the top left.
    pub at: Vec2,
    /// The width. In the frame as part of the frame's.
    pub width: f32,
    /// The angle in radians, clockwise.
    pub turn: f32,
}

/// The face or the place that a sticker sticks to.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Hold {
    /// Its place in the frame.
    #[default]
    Nothing,
    /// A finger or the mouse.
    Hand,
    /// It was dropped, and sticks to the face that it lies on, once faces are known.
    Dropped,
    /// It was taken from the tray, and goes to a face, once there is one without a sticker like it.
    Taken,
    /// A face.
    Face(Worn),
}

/// A sticker's place on a face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worn {
    /// The id of the face.
    pub face: u64,
    /// The largest id of all faces when this one was seen last: a face that comes back has a larger one.
    pub newest: u64,
    /// The place relative to the face.
    pub place: Placement,
}

impl Hold {
    /// The same, with a sticker that has become larger by this factor.
    pub fn scaled(self, factor: f32) -> Self {
        match self {
            Self::Face(worn) => {
                let place = Placement { width: worn.place.width * factor, ..worn.place };
                Self::Face(Worn { place, ..worn })
            }
            other => other,
        }
    }
}

/// A face in a frame: where it is, and the line between the outer corners of its eyes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// The id of the face.
    pub face: u64,
    /// False if the face is where it was when it was last seen.
    pub is_seen: bool,
    /// The rectangle around the face and its hair, from 0 to 1 across the frame.
    pub bounds: Rect,
    /// The width of the frame divided by its height.
    pub aspect: f32,
    /// Between the eyes, in widths of the frame.
    middle: Vec2,
    /// From the right eye to the left one, in widths of the frame.
    line: Vec2,
}

impl Anchor {
    /// The faces of a frame. Those without landmarks are left out.
    pub fn all(detections: &FaceDetections) -> Vec<Self> {
        let aspect = detections.size.x as f32 / detections.size.y.max(1) as f32;
        let faces = detections.faces.iter().filter_map(|face| {
            let [right, left] =
                CORNERS.map(|corner| face.landmarks.get(corner).map(|place| place.truncate()));
            let is_seen = Some(face.captured) == detections.captured;
            Self::new(face.id, is_seen, face.bounds, [right?, left?], aspect)
        });
        faces.collect()
    }

    /// A face whose eyes have these outer corners, the person's right one first. `None` if they are at one place.
    pub fn new(face: u64, is_seen: bool, bounds: Rect, corners: [Vec2; 2], aspect: f32) -> Option<Self> {
        let [right, left] = corners.map(|corner| corner / Vec2::new(1.0, aspect));
        let (middle, line) = ((right + left) / 2.0, left - right);
        let is_line = line.length() > SHORTEST && line.is_finite() && middle.is_finite();
        // Up the face, in parts of the frame.
        let up = -line.perp() * HAIR * Vec2::new(1.0, aspect);
        let hair = Rect { min: bounds.min + up, max: bounds.max + up };
        is_line.then_some(Self { face, is_seen, bounds: bounds.union(hair), aspect, middle, line })
    }

    /// Between the eyes, from 0 to 1 across the frame.
    pub fn middle(&self) -> Vec2 {
        self.middle * Vec2::new(1.0, self.aspect)
    }

    /// A place in the frame, relative to the face.
    pub fn on_face(&self, place: Placement) -> Placement {
        let away = place.at / Vec2::new(1.0, self.aspect) - self.middle;
        let (length, angle) = (self.line.length(), self.line.to_angle());
        Placement {
            at: Vec2::from_angle(-angle).rotate(away) / length,
            width: place.width / length,
            turn: place.turn - angle,
        }
    }

    /// A place that is relative to the face, in the frame.
    pub fn in_frame(&self, place: Placement) -> Placement {
        let at = self.middle + self.line.rotate(place.at);
        Placement {
            at: at * Vec2::new(1.0, self.aspect),
            width: place.width * self.line.length(),
            turn: place.turn + self.line.to_angle(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::f32::consts::FRAC_PI_2;

    use super::*;

    const WIDE: f32 = 16.0 / 9.0;

    fn face(right: Vec2, left: Vec2) -> Anchor {
        let bounds = Rect::from_center_half_size((right + left) / 2.0, Vec2::splat(0.1));
        Anchor::new(1, true, bounds, [right, left], WIDE).expect("a line")
    }

    #[track_caller]
    fn assert_near(one: Placement, other: Placement) {
        let apart =
            one.at.distance(other.at) + (one.width - other.width).abs() + (one.turn - other.turn).abs();
        assert!(apart < 1e-4, "{one:?} isn't {other:?}");
    }

    #[test]
    fn a_place_follows_a_face_that_moves_comes_closer_and_turns() {
        let before = face(Vec2::new(0.4, 0.5), Vec2::new(0.5, 0.5));
        // One distance of the eyes' corners to the right, and as wide as that.
        let place = Placement { at: Vec2::new(0.55, 0.5), width: 0.1, turn: 0.2 };
        let on_face = before.on_face(place);
        assert_near(on_face, Placement { at: Vec2::X, width: 1.0, turn: 0.2 });
        assert_near(before.in_frame(on_face), place);
        let moved = face(Vec2::new(0.2, 0.3), Vec2::new(0.3, 0.3));
        assert_near(moved.in_frame(on_face), Placement { at: Vec2::new(0.35, 0.3), ..place });
        let closer = face(Vec2::new(0.35, 0.5), Vec2::new(0.55, 0.5));
        assert_near(closer.in_frame(on_face), Placement { at: Vec2::new(0.65, 0.5), width: 0.2, turn: 0.2 });
        // Turned by a right angle, clockwise: what was to the right is below. Pixels are squares.
        let half = 0.05 * WIDE;
        let turned = face(Vec2::new(0.45, 0.5 - half), Vec2::new(0.45, 0.5 + half));
        let expected = Placement { at: Vec2::new(0.45, 0.5 + 2.0 * half), width: 0.1, turn: 0.2 + FRAC_PI_2 };
        assert_near(turned.in_frame(on_face), expected);
    }

    #[test]
    fn hair_is_part_of_a_face_however_the_head_is_turned() {
        let upright = face(Vec2::new(0.4, 0.5), Vec2::new(0.5, 0.5));
        assert!(upright.bounds.min.y < 0.32 && (upright.bounds.max.y - 0.6).abs() < 1e-4, "{upright:?}");
        let upside_down = face(Vec2::new(0.5, 0.5), Vec2::new(0.4, 0.5));
        assert!(upside_down.bounds.max.y > 0.68 && (upside_down.bounds.min.y - 0.4).abs() < 1e-4);
    }

    #[test]
    fn corners_at_one_place_are_no_face() {
        let at = Vec2::splat(0.5);
        for corners in [[at, at], [at, Vec2::NAN], [Vec2::INFINITY, at]] {
            assert_eq!(Anchor::new(1, true, Rect::default(), corners, 1.0), None, "{corners:?}");
        }
    }

    #[test]
    fn only_stickers_on_faces_are_scaled_there() {
        let place = Placement { at: Vec2::ZERO, width: 0.5, turn: 0.0 };
        let worn = Worn { face: 1, newest: 1, place };
        let larger = Worn { place: Placement { width: 1.0, ..place }, ..worn };
        assert_eq!(Hold::Face(worn).scaled(2.0), Hold::Face(larger));
        assert_eq!(Hold::Taken.scaled(2.0), Hold::Taken);
    }
}
