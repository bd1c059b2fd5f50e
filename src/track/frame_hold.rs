//! Tracks whose frames wait until they are processed.

use bevy::{platform::time::Instant, prelude::*};

/// Holds the frames of this track back until they are released, while this component is on an entity: on that of a
/// [`PixelTap`](crate::tap::PixelTap) before the effects, which still reads each frame as it arrives. What is found in
/// a frame is then shown together with it.
///
/// Of the frames that are released at the same time, the newest is shown. A frame that isn't released for two
/// seconds is shown nevertheless. The image of an [`EffectInput`](crate::image_input::EffectInput) isn't held.
#[derive(Component, Debug)]
#[relationship(relationship_target = FrameHolders)]
#[require(ReleasedFrames)]
pub(crate) struct HoldsFramesOf(pub Entity);

/// The capture time of the newest frame that is released, on the entity with [`HoldsFramesOf`]. `None` before the
/// first.
#[derive(Component, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReleasedFrames(pub Option<Instant>);

/// The entities that hold the frames of this track back.
#[derive(Component, Debug)]
#[relationship_target(relationship = HoldsFramesOf)]
pub(crate) struct FrameHolders(Vec<Entity>);
