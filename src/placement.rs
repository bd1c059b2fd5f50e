//! Moves what trackers find to where it is in front of a Bevy camera.

use bevy::{
    ecs::{entity::EntityHashMap, system::SystemParam},
    math::{Affine3A, Isometry3d},
    prelude::*,
};

#[cfg(feature = "ar")]
use crate::background::CameraBackground;

/// The pose of an entity.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posed {
    /// The entity.
    pub entity: Entity,
    /// The pose relative to the camera, which looks along -z.
    pub pose: Isometry3d,
    /// The entity of the tracker, which has the frames.
    pub tracker: Entity,
    /// The Bevy camera that the tracker names.
    pub camera: Option<Entity>,
}

/// Moves entities in front of cameras, before transforms are propagated.
///
/// The camera is the one that the tracker names, or else the one with a background of the tracker's frames, or else one
/// at the origin of the world.
#[derive(SystemParam)]
pub(crate) struct Placement<'w, 's> {
    worlds: ParamSet<'w, 's, (TransformHelper<'w, 's>, Query<'w, 's, &'static mut Transform>)>,
    parents: Query<'w, 's, &'static ChildOf>,
    #[cfg(feature = "ar")]
    backgrounds: Query<'w, 's, (Entity, &'static CameraBackground)>,
    places: Local<'s, EntityHashMap<Isometry3d>>,
}

impl Placement<'_, '_> {
    /// Moves entities to their poses, wherever their cameras are now. Their scales stay.
    pub fn place(&mut self, all: impl IntoIterator<Item = Posed>) {
        let Self { worlds, parents, places, .. } = self;
        #[cfg(feature = "ar")]
        let backgrounds = &self.backgrounds;
        #[cfg(feature = "ar")]
        let behind = |tracker| {
            let background = backgrounds.iter().find(|(_, background)| background.track == tracker);
            background.map(|(camera, _)| camera)
        };
        #[cfg(not(feature = "ar"))]
        let behind = |_| None;
        let helper = worlds.p0();
        let global = |entity: Entity| helper.compute_global_transform(entity).ok();
        for Posed { entity, pose, tracker, camera } in all {
            let camera = camera.or_else(|| behind(tracker));
            let parent = parents.get(entity).ok().map(ChildOf::parent);
            let place = if parent.is_some() && parent == camera {
                pose
            } else {
                let camera =
                    camera.and_then(global).map_or(Isometry3d::IDENTITY, |camera| camera.to_isometry());
                let parent = parent.and_then(global).map(|parent| parent.affine());
                let world = camera * pose;
                match parent {
                    None => world,
                    Some(parent) => {
                        let local = parent.inverse() * Affine3A::from(world);
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
}
