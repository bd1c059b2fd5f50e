//! Moves markers to where they are seen.

use bevy::{prelude::*, transform::TransformSystems};

use super::{Marker, MarkerBoard, MarkerPose, MarkerTracker, tracker_of};
use crate::placement::{Placement, Posed};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        place.before(TransformSystems::Propagate).run_if(any_with_component::<MarkerPose>),
    );
}

/// Moves visible markers and boards to their poses in front of the camera.
fn place(
    mut placement: Placement,
    placed: Query<(Entity, &MarkerPose, AnyOf<(&Marker, &MarkerBoard)>)>,
    trackers: Query<&MarkerTracker>,
) {
    placement.place(placed.iter().filter_map(|(entity, pose, kind)| {
        let tracker = tracker_of(kind)?;
        let camera = trackers.get(tracker).ok().and_then(|tracker| tracker.camera);
        Some(Posed { entity, pose: pose.pose, tracker, camera })
    }));
}
