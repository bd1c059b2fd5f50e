//! Boards: several markers on one object.

use crate::FiducialError;
use crate::calibration::{PointPair, View};
use crate::detector::Detection;
use crate::linear::Vector;
use crate::pose::{Pose, marker_corners};

/// A marker on a board.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoardMarker {
    /// The id.
    pub id: u32,
    /// The pose on the board.
    pub pose: Pose,
    /// The side of the dark square, in the unit of the board.
    pub size: f64,
}

impl BoardMarker {
    /// The corners on the board: top left, top right, bottom right, bottom left.
    pub fn corners(&self) -> [[f64; 3]; 4] {
        marker_corners(self.size).map(|corner| self.pose.transform(corner))
    }
}

/// Several markers of one family at fixed places of an object, which need not be flat.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    family: usize,
    markers: Vec<BoardMarker>,
}

impl Board {
    /// A board of markers of the family with this index in [`Detector::families`](crate::Detector::families).
    ///
    /// # Errors
    /// [`FiducialError::Pose`] if there are no markers, if an id is there twice, or if a number isn't finite or a size
    /// isn't above 0.
    pub fn new(family: usize, markers: Vec<BoardMarker>) -> Result<Self, FiducialError> {
        let fail = |reason: String| Err(FiducialError::Pose(reason));
        if markers.is_empty() {
            return fail("a board without markers has no pose".into());
        }
        let mut ids: Vec<_> = markers.iter().map(|marker| marker.id).collect();
        ids.sort_unstable();
        if let Some(pair) = ids.windows(2).find(|pair| pair[0] == pair[1]) {
            return fail(format!("id {} is on the board twice: take another one", pair[0]));
        }
        let is_good = |marker: &BoardMarker| {
            marker.size > 0.0 && marker.corners().as_flattened().iter().all(|value| value.is_finite())
        };
        if let Some(marker) = markers.iter().find(|marker| !is_good(marker)) {
            return fail(format!("the size or the pose of id {} on the board isn't usable", marker.id));
        }
        Ok(Self { family, markers })
    }

    /// A flat board of rows of markers, with ascending ids from the top left to the right. The origin is in the middle.
    ///
    /// `size` is the side of a dark square, and `gap` the distance between two.
    ///
    /// # Errors
    /// As [`Board::new`].
    pub fn grid(
        family: usize,
        columns: u32,
        rows: u32,
        size: f64,
        gap: f64,
        first_id: u32,
    ) -> Result<Self, FiducialError> {
        let count = columns.checked_mul(rows).filter(|&count| count <= 10_000);
        let Some(count) = count.filter(|&count| first_id.checked_add(count).is_some()) else {
            return Err(FiducialError::Pose(format!("a board of {columns}x{rows} markers is too large")));
        };
        let place = |k: u32, count: u32| (f64::from(k) - 0.5 * (f64::from(count) - 1.0)) * (size + gap);
        let marker = |k: u32| {
            let translation = [place(k % columns, columns), -place(k / columns, rows), 0.0];
            BoardMarker { id: first_id + k, pose: Pose { translation, ..Pose::IDENTITY }, size }
        };
        Self::new(family, (0..count).map(marker).collect())
    }

    /// The markers.
    pub fn markers(&self) -> &[BoardMarker] {
        &self.markers
    }

    /// The markers of the board that were found.
    pub fn find<'a>(
        &'a self,
        detections: &'a [Detection],
    ) -> impl Iterator<Item = (&'a BoardMarker, &'a Detection)> + Clone {
        detections.iter().filter(|detection| detection.family == self.family).filter_map(|detection| {
            self.markers.iter().find(|marker| marker.id == detection.id).map(|marker| (marker, detection))
        })
    }

    /// The corners that were found, for a calibration. `None` if the board isn't flat at z = 0, or if nothing was
    /// found.
    pub fn view(&self, detections: &[Detection]) -> Option<View> {
        let flat = |corner: Vector| (corner[2].abs() <= 1e-9).then_some([corner[0], corner[1]]);
        let mut points = Vec::new();
        for (marker, detection) in self.find(detections) {
            for (corner, image) in marker.corners().into_iter().zip(detection.corners) {
                points.push(PointPair { object: flat(corner)?, image });
            }
        }
        (!points.is_empty()).then_some(View { points })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grids_are_centered() {
        let board = Board::grid(0, 3, 2, 0.1, 0.02, 7).unwrap();
        let ids: Vec<_> = board.markers().iter().map(|marker| marker.id).collect();
        assert_eq!(ids, [7, 8, 9, 10, 11, 12]);
        let [x, y, z] = board.markers()[0].corners()[0];
        assert!((x + 0.17).abs() < 1e-12 && (y - 0.11).abs() < 1e-12 && z == 0.0);
    }

    #[test]
    fn unusable_boards_are_errors() {
        assert!(Board::grid(0, 0, 2, 0.1, 0.02, 0).is_err());
        assert!(Board::grid(0, u32::MAX, u32::MAX, 0.1, 0.02, 0).is_err());
        assert!(Board::grid(0, 2, 2, 0.1, 0.02, u32::MAX).is_err());
        assert!(Board::grid(0, 2, 2, 0.0, 0.02, 0).is_err());
        assert!(Board::grid(0, 2, 2, f64::NAN, 0.02, 0).is_err());
        let marker = BoardMarker { id: 1, pose: Pose::IDENTITY, size: 0.1 };
        assert!(Board::new(0, vec![marker, marker]).is_err());
    }
}
