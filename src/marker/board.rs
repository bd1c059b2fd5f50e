//! Boards: several markers on one object.

use bevy::{math::Isometry3d, prelude::*};
use viewfinder_fiducial as fiducial;

use super::{family::MarkerFamily, plan::fiducial_pose};
use crate::error::MediaError;

/// Several markers of one family at fixed places of an object, which a [`MarkerTracker`](super::MarkerTracker) searches
/// for as one. It is visible while at least one of its markers is, and its pose is more exact the more of them are.
///
/// ```
/// # use bevy::prelude::*;
/// # use bevy_viewfinder::marker::*;
/// # fn setup(tracker: Entity, mut commands: Commands) {
/// // Markers of 4 cm, 1 cm apart, with the ids 0 to 34.
/// commands.spawn(MarkerBoard::grid(tracker, UVec2::new(7, 5), 0.04, 0.01));
/// # }
/// ```
#[derive(Component, Clone, Debug, PartialEq, Reflect)]
#[reflect(Component)]
#[require(Transform, Visibility::Hidden)]
#[non_exhaustive]
pub struct MarkerBoard {
    /// The entity of the [`MarkerTracker`](super::MarkerTracker).
    #[entities]
    pub tracker: Entity,
    /// The family of all markers.
    pub family: MarkerFamily,
    /// The markers.
    pub markers: Vec<BoardMarker>,
}

/// A marker of a [`MarkerBoard`].
#[derive(Clone, Copy, Debug, PartialEq, Reflect)]
#[reflect(Clone, PartialEq)]
pub struct BoardMarker {
    /// The id in the family.
    pub id: u32,
    /// The pose on the board, whose axes are those of a [`Marker`](super::Marker).
    pub pose: Isometry3d,
    /// The side of the dark square, usually in meters.
    pub size: f32,
}

impl MarkerBoard {
    /// A board of these markers of the family tag36h11.
    pub fn new(tracker: Entity, markers: Vec<BoardMarker>) -> Self {
        Self { tracker, family: MarkerFamily::default(), markers }
    }

    /// A flat board of columns and rows of markers of the family tag36h11, with ascending ids from the top left to the
    /// right, beginning with 0. The origin is in the middle.
    ///
    /// `size` is the side of a dark square, and `gap` the distance between two. A board of more than 10,000 markers
    /// has none.
    pub fn grid(tracker: Entity, columns_and_rows: UVec2, size: f32, gap: f32) -> Self {
        let UVec2 { x: columns, y: rows } = columns_and_rows;
        let count = columns.checked_mul(rows).filter(|count| *count <= 10_000).unwrap_or(0);
        let place = |index: u32, count: u32| (index as f32 - 0.5 * (count as f32 - 1.0)) * (size + gap);
        let markers = (0..count).map(|id| {
            let (column, row) = (id % columns, id / columns);
            let pose = Isometry3d::from_xyz(place(column, columns), -place(row, rows), 0.0);
            BoardMarker { id, pose, size }
        });
        Self::new(tracker, markers.collect())
    }

    /// Sets the family.
    #[must_use]
    pub fn family(self, family: impl Into<MarkerFamily>) -> Self {
        Self { family: family.into(), ..self }
    }

    /// The board for the search. `family` is the index of its family there.
    pub(super) fn prepare(&self, family: usize) -> Result<fiducial::Board, MediaError> {
        if let Some(marker) =
            self.markers.iter().find(|marker| marker.id as usize >= self.family.codes().len())
        {
            return Err(unknown_id(&self.family, marker.id));
        }
        let markers = self.markers.iter().map(|marker| fiducial::BoardMarker {
            id: marker.id,
            pose: fiducial_pose(marker.pose),
            size: f64::from(marker.size),
        });
        fiducial::Board::new(family, markers.collect())
            .map_err(|error| MediaError::type_error(error.to_string()))
    }
}

/// The error for an id that a family doesn't have.
pub(super) fn unknown_id(family: &MarkerFamily, id: u32) -> MediaError {
    let count = family.codes().len();
    MediaError::type_error(format!(
        "the family {} has the ids 0 to {}, and not {id}",
        family.name(),
        count - 1
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorName;

    #[test]
    fn a_grid_is_centered_and_read_from_the_top_left() {
        let board = MarkerBoard::grid(Entity::PLACEHOLDER, UVec2::new(3, 2), 0.1, 0.02);
        assert_eq!(board.markers.len(), 6);
        let first = board.markers[0].pose.translation;
        assert!((first.x + 0.12).abs() < 1e-6 && (first.y - 0.06).abs() < 1e-6, "{first}");
        assert!(board.prepare(0).is_ok());
    }

    #[test]
    fn boards_that_cannot_be_are_named() {
        let board = |size: UVec2, side| MarkerBoard::grid(Entity::PLACEHOLDER, size, side, 0.01);
        for bad in [
            board(UVec2::ZERO, 0.1),
            board(UVec2::MAX, 0.1),
            board(UVec2::ONE, 0.0),
            board(UVec2::ONE, f32::NAN),
            board(UVec2::new(588, 1), 0.1),
        ] {
            assert_eq!(bad.prepare(0).expect_err("it can't be searched for").name, ErrorName::Type);
        }
    }
}
