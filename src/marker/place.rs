//! Moves markers to where they are seen.

use bevy::{ecs::entity::EntityHashMap, math::Isometry3d, prelude::*, transform::TransformSystems};

use super::{Marker, MarkerBoard, MarkerPose, MarkerTracker, tracker_of};
use crate::background::CameraBackground;

pub(super) fn plugin(app: &mut App) {
    app.add_systems(
        PostUpdate,
        place.before(TransformSystems::Propagate).run_if(any_with_component::<MarkerPose>),
    );
}

/// Something with a pose, and its tracker.
type Placed =
    (Entity, &'static MarkerPose, AnyOf<(&'static Marker, &'static MarkerBoard)>, Option<&'static ChildOf>);

/// Moves visible markers and boards to their poses in front of the camera, wherever it is now.
fn place(
    mut worlds: ParamSet<(TransformHelper, Query<&mut Transform>)>,
    placed: Query<Placed>,
    trackers: Query<&MarkerTracker>,
    backgrounds: Query<(Entity, &CameraBackground)>,
    mut places: Local<EntityHashMap<Isometry3d>>,
) {
    let helper = worlds.p0();
    let global = |entity: Entity| helper.compute_global_transform(entity).ok();
    for (entity, pose, kind, parent) in &placed {
        let Some(tracker) = tracker_of(kind) else { continue };
        let named = trackers.get(tracker).ok().and_then(|tracker| tracker.camera);
        let behind = || backgrounds.iter().find(|(_, background)| background.track == tracker);
        let camera = named.or_else(|| behind().map(|(camera, _)| camera));
        let parent = parent.map(ChildOf::parent);
        let place = if parent.is_some() && parent == camera {
            pose.pose
        } else {
            let camera = camera.and_then(global).map_or(Isometry3d::IDENTITY, |camera| camera.to_isometry());
            let parent = parent.and_then(global).map(|parent| parent.affine());
            let world = camera * pose.pose;
            match parent {
                None => world,
                Some(parent) => {
                    let local = parent.inverse() * bevy::math::Affine3A::from(world);
                    let (_, rotation, translation) = local.to_scale_rotation_translation();
                    Isometry3d::new(translation, rotation)
                }
            }
        };
        places.insert(entity, place);
    }
    let mut transforms = worlds.p1();
    for (entity, place) in places.drain() {
        if let Ok(mut transform) = transforms.get_mut(entity) {
            let next = Transform {
                translation: place.translation.into(),
                rotation: place.rotation,
                scale: transform.scale,
            };
            transform.set_if_neq(next);
        }
    }
}
