//! Moves the entities of faces to where the heads are.

use bevy::{prelude::*, transform::TransformSystems};

use super::{Face, FacePose, FaceTracking};
use crate::placement::{Placement, Posed};

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        place.before(TransformSystems::Propagate).run_if(any_with_component::<FacePose>),
    );
}

/// Moves faces to their poses in front of the camera.
fn place(mut placement: Placement, faces: Query<(Entity, &Face, &FacePose)>, trackers: Query<&FaceTracking>) {
    placement.place(faces.iter().map(|(entity, face, pose)| {
        let camera = trackers.get(face.tracker).ok().and_then(|tracking| tracking.camera);
        Posed { entity, pose: pose.pose, tracker: face.tracker, camera }
    }));
}
