//! Markers, boards and trackers that can't work are reported when they are inserted or changed.

use bevy::prelude::*;

use super::{Marker, MarkerBoard, MarkerFailed, MarkerTracker, board::unknown_id};
use crate::{error::MediaError, image_input::HasFrames, systems::ViewfinderSystems};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        (
            check_markers.run_if(any_match_filter::<Changed<Marker>>),
            check_boards.run_if(any_match_filter::<Changed<MarkerBoard>>),
            check_trackers.run_if(any_match_filter::<Changed<MarkerTracker>>),
        )
            .in_set(ViewfinderSystems::Request),
    );
}

fn check_markers(
    mut commands: Commands,
    markers: Query<(Entity, &Marker), Changed<Marker>>,
    trackers: Query<(), With<MarkerTracker>>,
) {
    for (entity, marker) in &markers {
        if let Err(error) = marker.check().and_then(|()| check_tracker(marker.tracker, &trackers)) {
            commands.trigger(MarkerFailed { entity, error });
        }
    }
}

fn check_boards(
    mut commands: Commands,
    boards: Query<(Entity, &MarkerBoard), Changed<MarkerBoard>>,
    trackers: Query<(), With<MarkerTracker>>,
) {
    for (entity, board) in &boards {
        let checked = board.prepare(0).and_then(|_| check_tracker(board.tracker, &trackers));
        if let Err(error) = checked {
            commands.trigger(MarkerFailed { entity, error });
        }
    }
}

fn check_trackers(
    mut commands: Commands,
    trackers: Query<(Entity, &MarkerTracker), Changed<MarkerTracker>>,
    tracks: Query<(), HasFrames>,
) {
    for (entity, tracker) in &trackers {
        let checked = if !tracks.contains(entity) {
            Err(MediaError::not_found(
                "a tracker searches the frames of a track on its own entity, and there is none; insert it beside a `VideoTrack` or an `EffectInput`",
            ))
        } else {
            tracker.spawn_size.map_or(Ok(()), check_size)
        };
        if let Err(error) = checked {
            commands.trigger(MarkerFailed { entity, error });
        }
    }
}

fn check_tracker(tracker: Entity, trackers: &Query<(), With<MarkerTracker>>) -> Result<(), MediaError> {
    if trackers.contains(tracker) {
        return Ok(());
    }
    Err(MediaError::not_found(format!(
        "a marker names its tracker, and {tracker} is none; give it the entity of a `MarkerTracker`"
    )))
}

fn check_size(size: f32) -> Result<(), MediaError> {
    if size.is_finite() && size > 0.0 {
        return Ok(());
    }
    Err(MediaError::type_error(format!(
        "a marker can't be {size} wide: give the side of its dark square in meters"
    )))
}

impl Marker {
    /// Tells whether there can be such a marker.
    pub(super) fn check(&self) -> Result<(), MediaError> {
        check_size(self.size)?;
        if self.id as usize >= self.family.codes().len() {
            return Err(unknown_id(&self.family, self.id));
        }
        Ok(())
    }
}
