//! The source of a track's frames.

use std::sync::Arc;

use bevy::prelude::*;

use super::{Source, SyntheticSource, default};

/// The source of tracks without a [`TrackSource`]: the machine's devices, unless the app replaces it.
#[derive(Resource, Clone, Debug, Reflect)]
#[reflect(opaque, Resource, Clone, Debug, Default)]
pub struct DefaultSource(pub Arc<dyn Source>);

impl Default for DefaultSource {
    fn default() -> Self {
        Self(default::source())
    }
}

/// The source of a track's frames: a component on the entity of a [`VideoTrack`](crate::track::VideoTrack). A track
/// without one uses the [`DefaultSource`]. Tracks share a device if their components are clones of each other.
#[derive(Component, Clone, Debug, Reflect)]
#[reflect(opaque, Component, Clone, Debug)]
pub struct TrackSource(pub Arc<dyn Source>);

impl TrackSource {
    /// Frames from this source.
    pub fn new(source: impl Source) -> Self {
        Self(Arc::new(source))
    }

    /// Frames from a [`SyntheticSource`] with its defaults: a moving test image.
    pub fn synthetic() -> Self {
        Self::new(SyntheticSource::new())
    }
}
