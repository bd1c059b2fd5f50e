//! The rules by which stickers come to faces, follow them, and leave them.

use bevy::prelude::*;

use super::{
    ON_FACES, Sticker, Stickers,
    anchor::{Anchor, Hold, Placement, Worn},
    pictures,
};

impl Stickers {
    /// Moves the stickers that are on faces. One whose face is lost waits where it was, and goes to the next face that
    /// comes into view. `mirrored` is whether the mirror is, in which guests have placed the stickers.
    pub fn follow(&mut self, faces: &[Anchor], mirrored: bool) {
        let newest = newest(faces);
        self.change(mirrored, |sticker| {
            let Hold::Face(worn) = sticker.hold else { return sticker };
            let own = faces.iter().find(|face| face.face == worn.face);
            let newer = || nearest(seen(faces).filter(|face| face.face > worn.newest), sticker.at);
            let Some(face) = own.or_else(newer) else { return sticker };
            let newest = if face.is_seen { newest.max(worn.newest) } else { worn.newest };
            sticker.on(face, Worn { face: face.face, newest, ..worn })
        });
    }

    /// Brings stickers to faces. One that was dropped sticks to the face that it lies on, or else stays where it is.
    /// One that was taken from the tray goes to the next face that hasn't one like it.
    pub fn land(&mut self, faces: &[Anchor], mirrored: bool) {
        let newest = newest(faces);
        let worn = |sticker: &Sticker| match sticker.hold {
            Hold::Face(worn) => Some((sticker.picture, worn.face)),
            _ => None,
        };
        let mut all: Vec<(usize, u64)> = self.0.iter().filter_map(worn).collect();
        self.change(mirrored, |sticker| match sticker.hold {
            Hold::Dropped => {
                let face = nearest(seen(faces).filter(|face| sticker.lies_on(face)), sticker.at);
                sticker.stuck_to(face, newest)
            }
            Hold::Taken => {
                let without = seen(faces).filter(|face| !all.contains(&(sticker.picture, face.face)));
                let place = ON_FACES.get(sticker.picture).copied().flatten();
                let (Some(face), Some(place)) = (nearest(without, sticker.at), place) else { return sticker };
                all.push((sticker.picture, face.face));
                sticker.on(face, Worn { face: face.face, newest, place })
            }
            Hold::Nothing | Hold::Hand | Hold::Face(_) => sticker,
        });
    }

    /// Changes each sticker as it is in the frame, which isn't mirrored.
    fn change(&mut self, mirrored: bool, mut change: impl FnMut(Sticker) -> Sticker) {
        let turned = |sticker: Sticker| if mirrored { sticker.mirrored() } else { sticker };
        for sticker in &mut self.0 {
            let next = change(turned(*sticker));
            // Rounding must not move those that stay.
            if next != turned(*sticker) {
                *sticker = turned(next);
            }
        }
    }
}

/// The faces that are in view.
fn seen(faces: &[Anchor]) -> impl Iterator<Item = &Anchor> {
    faces.iter().filter(|face| face.is_seen)
}

/// The largest id of the faces in view.
fn newest(faces: &[Anchor]) -> u64 {
    seen(faces).map(|face| face.face).max().unwrap_or_default()
}

/// The face whose eyes are nearest to a place.
fn nearest<'a>(faces: impl Iterator<Item = &'a Anchor>, at: Vec2) -> Option<&'a Anchor> {
    let away = |face: &Anchor| face.middle().distance(at);
    faces.min_by(|one, other| away(one).total_cmp(&away(other)))
}

/// A sticker in a frame that isn't mirrored.
impl Sticker {
    fn placement(&self) -> Placement {
        Placement { at: self.at, width: self.width, turn: self.turn }
    }

    /// At a place on a face.
    fn on(self, face: &Anchor, worn: Worn) -> Self {
        let Placement { at, width, turn } = face.in_frame(worn.place);
        Self { at, width, turn, hold: Hold::Face(worn), ..self }
    }

    /// Where it is now, and from now on at this place of the face.
    fn stuck_to(self, face: Option<&Anchor>, newest: u64) -> Self {
        let worn = |face: &Anchor| {
            Hold::Face(Worn { face: face.face, newest, place: face.on_face(self.placement()) })
        };
        Self { hold: face.map_or(Hold::Nothing, worn), ..self }
    }

    /// Whether its picture, if it weren't turned, lies on a face.
    fn lies_on(&self, face: &Anchor) -> bool {
        let shape = pictures()
            .get(self.picture)
            .map_or(1.0, |picture| picture.height() as f32 / picture.width().max(1) as f32);
        let half = Vec2::new(1.0, shape * face.aspect) * self.width / 2.0;
        !Rect::from_center_half_size(self.at, half).intersect(face.bounds).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLASSES: usize = 0;
    const HEART: usize = 4;

    /// A face whose eyes are at this place: 0.1 apart, and 0.2 wide.
    fn face(id: u64, at: Vec2) -> Anchor {
        let half = Vec2::new(0.05, 0.0);
        let bounds = Rect::from_center_half_size(at, Vec2::splat(0.1));
        Anchor::new(id, true, bounds, [at - half, at + half], 1.0).expect("a face")
    }

    fn lost(id: u64, at: Vec2) -> Anchor {
        let mut face = face(id, at);
        face.is_seen = false;
        face
    }

    fn heart(at: Vec2, hold: Hold) -> Stickers {
        Stickers(vec![Sticker { picture: HEART, at, width: 0.05, turn: 0.0, hold }])
    }

    impl Stickers {
        fn step(&mut self, faces: &[Anchor], mirrored: bool) {
            self.follow(faces, mirrored);
            self.land(faces, mirrored);
        }
    }

    #[track_caller]
    fn assert_at(stickers: &Stickers, index: usize, x: f32, y: f32) {
        let at = stickers.0[index].at;
        assert!(at.distance(Vec2::new(x, y)) < 1e-4, "{at}");
    }

    /// The id of the face that each sticker is on, and 0 for none.
    fn faces_of(stickers: &Stickers) -> Vec<u64> {
        let of = |sticker: &Sticker| match sticker.hold {
            Hold::Face(worn) => worn.face,
            _ => 0,
        };
        stickers.0.iter().map(of).collect()
    }

    #[test]
    fn a_sticker_that_is_dropped_on_a_face_follows_it() {
        let mut stickers = heart(Vec2::new(0.35, 0.45), Hold::Dropped);
        stickers.step(&[face(1, Vec2::new(0.8, 0.4)), face(2, Vec2::new(0.3, 0.4))], false);
        assert_eq!(faces_of(&stickers), [2]);
        assert_at(&stickers, 0, 0.35, 0.45);
        stickers.step(&[face(2, Vec2::new(0.5, 0.6)), face(1, Vec2::new(0.3, 0.4))], false);
        assert_at(&stickers, 0, 0.55, 0.65);
    }

    #[test]
    fn a_sticker_that_is_dropped_beside_faces_stays_there() {
        for (faces, hold) in [
            (vec![face(1, Vec2::new(0.8, 0.4))], Hold::Dropped),
            (vec![lost(1, Vec2::new(0.3, 0.4))], Hold::Dropped),
            (vec![], Hold::Dropped),
        ] {
            let mut stickers = heart(Vec2::new(0.3, 0.4), hold);
            stickers.step(&faces, false);
            assert_eq!(stickers, heart(Vec2::new(0.3, 0.4), Hold::Nothing));
        }
        for hold in [Hold::Nothing, Hold::Hand] {
            let mut stickers = heart(Vec2::new(0.3, 0.4), hold);
            stickers.step(&[face(1, Vec2::new(0.3, 0.4))], false);
            assert_eq!(stickers, heart(Vec2::new(0.3, 0.4), hold), "a hand and a free place come first");
        }
    }

    #[test]
    fn a_sticker_that_is_dragged_off_its_face_is_free() {
        let faces = [face(1, Vec2::new(0.3, 0.4))];
        let mut stickers = heart(Vec2::new(0.3, 0.4), Hold::Dropped);
        stickers.step(&faces, false);
        stickers.0[0] = stickers.0[0].dragged(Vec2::new(0.4, 0.0));
        stickers.step(&faces, false);
        assert_at(&stickers, 0, 0.7, 0.4);
        stickers.let_go();
        stickers.step(&faces, false);
        assert_eq!(faces_of(&stickers), [0]);
        assert!(!stickers.need_faces());
    }

    #[test]
    fn in_a_mirror_a_sticker_stays_on_its_side_of_the_face() {
        // The face is on the left of the frame, and on the right of the mirror.
        let mut stickers = heart(Vec2::new(0.75, 0.4), Hold::Dropped);
        stickers.0[0].turn = 0.3;
        stickers.step(&[face(1, Vec2::new(0.3, 0.4))], true);
        assert_eq!(faces_of(&stickers), [1]);
        stickers.step(&[face(1, Vec2::new(0.4, 0.5))], true);
        assert_at(&stickers, 0, 0.65, 0.5);
        assert!((stickers.0[0].turn - 0.3).abs() < 1e-4);
        // Without the mirror it is on the same cheek.
        stickers.step(&[face(1, Vec2::new(0.4, 0.5))], false);
        assert_at(&stickers, 0, 0.35, 0.5);
    }

    #[test]
    fn each_guest_gets_glasses() {
        let mut stickers = Stickers::default();
        for _ in 0..3 {
            assert!(stickers.add(GLASSES));
        }
        stickers.step(&[], false);
        assert!(stickers.need_faces(), "they wait for faces");
        stickers.step(&[face(4, Vec2::new(0.2, 0.4)), face(5, Vec2::new(0.6, 0.4))], false);
        assert_eq!(faces_of(&stickers), [5, 4, 0]);
        assert_at(&stickers, 0, 0.6, 0.4);
        assert!((stickers.0[0].width - 0.15).abs() < 1e-4);
        // The third waits for another guest. The stickers of each are their own.
        assert!(stickers.add(1));
        let three = [(5, 0.7), (4, 0.1), (6, 0.4)].map(|(id, x)| face(id, Vec2::new(x, 0.4)));
        stickers.step(&three, false);
        assert_eq!(faces_of(&stickers), [5, 4, 6, 5]);
        assert_at(&stickers, 1, 0.1, 0.4);
    }

    #[test]
    fn stickers_of_a_lost_face_wait_for_it() {
        let (left, right) = (Vec2::new(0.3, 0.4), Vec2::new(0.7, 0.4));
        let mut stickers = heart(left, Hold::Dropped);
        stickers.step(&[face(1, left), face(2, right)], false);
        stickers.step(&[face(1, left), face(3, right)], false);
        let before = stickers.clone();
        // It is kept for a moment, and then it is gone. The other guest's face isn't the one that was lost.
        stickers.step(&[lost(1, left), face(3, right)], false);
        stickers.step(&[face(3, right)], false);
        stickers.step(&[], false);
        assert_eq!(stickers, before);
        stickers.step(&[face(3, right), face(4, Vec2::new(0.5, 0.6))], false);
        assert_eq!(faces_of(&stickers), [4]);
        assert_at(&stickers, 0, 0.5, 0.6);
        // Found again while the lost one is still kept.
        stickers.step(&[lost(4, left), face(5, right), face(3, left)], false);
        assert_eq!(faces_of(&stickers), [4]);
        stickers.step(&[face(5, right), face(3, left)], false);
        assert_eq!(faces_of(&stickers), [5]);
    }

    #[test]
    fn a_hat_stays_on_its_face_if_it_is_dropped_where_it_was() {
        for picture in 0..4 {
            let mut stickers = Stickers::default();
            assert!(stickers.add(picture));
            let faces = [face(1, Vec2::new(0.5, 0.6))];
            stickers.step(&faces, false);
            stickers.0[0] = stickers.0[0].dragged(Vec2::ZERO);
            stickers.let_go();
            stickers.step(&faces, false);
            assert_eq!(faces_of(&stickers), [1], "{picture}");
        }
    }
}
