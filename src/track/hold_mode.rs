//! Tracks whose devices keep their mode.

use bevy::prelude::*;

/// Keeps the device in its mode while this component is on a live track: a [photo](crate::photo::TakePhoto) is then the
/// track's frame. For a track whose frames must not stop for a photo. While a track is recorded, its device keeps its
/// mode without this component.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Component, Default)]
pub struct HoldMode;

/// Keeps the device of this track in its mode while this component is on an entity: on that of a reader of its frames.
#[derive(Component, Debug)]
#[relationship(relationship_target = ModeHolders)]
pub(crate) struct HoldsModeOf(pub Entity);

/// The entities that keep the device of this track in its mode.
#[derive(Component, Debug)]
#[relationship_target(relationship = HoldsModeOf)]
pub(crate) struct ModeHolders(Vec<Entity>);
