//! The progress of downloads.

use std::mem;

use bevy::{ecs::entity::EntityHashMap, prelude::*};

/// The models that the `PersonSegmentation` and the `FaceTracking` on this entity wait for: it is there while they are
/// fetched in a browser, or while files of [`PeopleModels`](super::PeopleModels) are loaded.
///
/// It changes as bytes come. A file that is fetched once more begins at zero again.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Reflect)]
#[reflect(Component, Default, Clone, PartialEq)]
#[component(clone_behavior = Ignore)]
#[non_exhaustive]
pub struct ModelDownload {
    /// Bytes that have come, of all models together.
    pub received: u64,
    /// The bytes of all models. Zero for files of [`PeopleModels`](super::PeopleModels), whose length isn't known.
    pub total: u64,
}

impl ModelDownload {
    /// The part that has come, from 0 to 1. Zero if the length isn't known.
    pub fn fraction(&self) -> f32 {
        if self.total == 0 { 0.0 } else { (self.received as f64 / self.total as f64) as f32 }
    }
}

/// The models that entities have asked for in this frame.
#[derive(Resource, Debug, Default)]
pub(super) struct Asked(EntityHashMap<Sum>);

/// The models of an entity.
#[derive(Debug, Default)]
struct Sum {
    download: ModelDownload,
    is_waiting: bool,
}

impl Asked {
    /// An entity has a model.
    pub fn found(&mut self, entity: Entity, bytes: u64) {
        self.add(entity, ModelDownload { received: bytes, total: bytes });
    }

    /// An entity waits for a model.
    pub fn wait(&mut self, entity: Entity, part: ModelDownload) {
        self.add(entity, part).is_waiting = true;
    }

    fn add(&mut self, entity: Entity, part: ModelDownload) -> &mut Sum {
        let sum = self.0.entry(entity).or_default();
        sum.download.received += part.received;
        sum.download.total += part.total;
        sum
    }
}

/// Shows the downloads of this frame on the entities that wait for them.
pub(super) fn show(
    mut commands: Commands,
    mut asked: ResMut<Asked>,
    mut downloads: Query<(Entity, &mut ModelDownload)>,
) {
    let mut waiting = mem::take(&mut asked.bypass_change_detection().0);
    waiting.retain(|_, sum| sum.is_waiting);
    for (entity, mut download) in &mut downloads {
        match waiting.remove(&entity) {
            Some(sum) => _ = download.set_if_neq(sum.download),
            None => _ = commands.entity(entity).try_remove::<ModelDownload>(),
        }
    }
    for (entity, sum) in waiting {
        commands.entity(entity).try_insert(sum.download);
    }
}

#[cfg(test)]
mod tests {
    use bevy::ecs::system::RunSystemOnce;

    use super::*;

    fn shown(world: &mut World, entity: Entity) -> Option<ModelDownload> {
        world.run_system_once(show).expect("a system");
        world.get(entity).copied()
    }

    #[test]
    fn an_entity_shows_the_sum_of_its_models_while_one_is_coming() {
        let mut world = World::new();
        world.init_resource::<Asked>();
        let [entity, other] = [(); 2].map(|()| world.spawn_empty().id());
        let coming = |received| ModelDownload { received, total: 80 };
        for (received, fraction) in [(0, 0.2), (40, 0.6), (60, 0.8)] {
            let mut asked = world.resource_mut::<Asked>();
            asked.found(entity, 20);
            asked.wait(entity, coming(received));
            asked.found(other, 20);
            let sum = shown(&mut world, entity).expect("it waits");
            assert_eq!((sum.received, sum.total, sum.fraction()), (20 + received, 100, fraction));
            assert!(!world.entity(other).contains::<ModelDownload>(), "all of its models are there");
        }
        world.resource_mut::<Asked>().found(entity, 80);
        assert_eq!(shown(&mut world, entity), None);
        world.resource_mut::<Asked>().wait(entity, ModelDownload::default());
        assert_eq!(shown(&mut world, entity).map(|sum| sum.fraction()), Some(0.0), "of unknown length");
        assert_eq!(shown(&mut world, entity), None, "nobody asks any more");
    }
}
