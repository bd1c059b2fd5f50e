//! The views of the board.

use bevy::{platform::collections::HashSet, prelude::*};
use bevy_viewfinder::{
    intrinsics::{CalibrationView, PointPair},
    marker::MarkerDetection,
};

use super::board;

/// The number of views.
pub const VIEWS: usize = 14;

/// The columns and rows of the parts of the frame that the board should be seen in.
pub const PARTS: UVec2 = UVec2::new(8, 6);

/// The least number of markers in a view.
const LEAST_MARKERS: usize = 12;

/// The board is still if its corners move by less than this part of the frame from one frame to the next.
const STILL: f32 = 0.003;

/// A view is another one if the corners of the board moved by this part of the frame.
const ELSEWHERE: f32 = 0.06;

/// The views so far.
#[derive(Resource, Default)]
pub struct Collection {
    views: Vec<CalibrationView>,
    taken: Vec<Seen>,
    last: Option<Seen>,
    covered: HashSet<UVec2>,
    /// The size of the frames.
    size: UVec2,
}

/// The user's next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    ShowBoard,
    HoldStill,
    MoveOn,
}

/// The markers of the board in a frame, and their corners.
type Seen = Vec<(u32, [Vec2; 4])>;

impl Collection {
    pub fn views(&self) -> &[CalibrationView] {
        &self.views
    }

    /// Whether a part of the frame was seen with the board in it.
    pub fn is_covered(&self, part: UVec2) -> bool {
        self.covered.contains(&part)
    }

    /// Takes a view if enough of the board is visible, if it is still, and if it is elsewhere than in the others.
    pub fn consider(&mut self, markers: &[MarkerDetection], size: UVec2) -> Advice {
        if self.size != size {
            // The views of frames of another size are those of another camera.
            *self = Self { size, ..default() };
        }
        let seen: Seen = markers
            .iter()
            .filter(|marker| board::corners(marker.id).is_some())
            .map(|marker| (marker.id, marker.corners))
            .collect();
        let before = self.last.replace(seen.clone());
        if seen.len() < LEAST_MARKERS {
            return Advice::ShowBoard;
        }
        if self.taken.iter().any(|taken| motion(taken, &seen) < ELSEWHERE) {
            return Advice::MoveOn;
        }
        if before.is_none_or(|before| motion(&before, &seen) > STILL) {
            return Advice::HoldStill;
        }
        for corner in seen.iter().flat_map(|(_, corners)| corners) {
            self.covered.insert((*corner * PARTS.as_vec2()).as_uvec2().min(PARTS - 1));
        }
        let points = seen.iter().flat_map(|(id, corners)| {
            let on_board = board::corners(*id).into_iter().flatten();
            on_board.zip(corners).map(|(object, corner)| {
                let image = (corner.as_dvec2() * size.as_dvec2()).to_array();
                PointPair { object, image }
            })
        });
        self.views.push(CalibrationView { points: points.collect() });
        self.taken.push(seen);
        Advice::MoveOn
    }
}

/// The mean motion of the corners that both have, as a part of the frame. Infinite if there are none.
fn motion(a: &Seen, b: &Seen) -> f32 {
    let (mut sum, mut count) = (0.0, 0);
    for (id, corners) in a {
        let Some((_, others)) = b.iter().find(|(other, _)| other == id) else { continue };
        sum += corners.iter().zip(others).map(|(corner, other)| corner.distance(*other)).sum::<f32>();
        count += 4;
    }
    if count == 0 { f32::INFINITY } else { sum / count as f32 }
}
