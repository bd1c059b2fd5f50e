//! The source that a track takes its frames from.

use std::sync::Arc;

use bevy::prelude::*;

use super::{Source, SyntheticSource, default};

/// Where tracks without a [`TrackSource`] of their own take their frames from: the machine's cameras, unless the
/// app says otherwise.
#[derive(Resource, Clone, Debug)]
pub struct DefaultSource(pub Arc<dyn Source>);

impl Default for DefaultSource {
    fn default() -> Self {
        Self(default::source())
    }
}

/// The source that a track takes its frames from: a component beside [`VideoTrack`](crate::track::VideoTrack). A track
/// without one uses the machine's own cameras. Tracks can share a device where they share its source: clone this.
#[derive(Component, Clone, Debug)]
pub struct TrackSource(pub Arc<dyn Source>);

impl TrackSource {
    /// Frames from this source.
    pub fn new(source: impl Source) -> Self {
        Self(Arc::new(source))
    }

    /// Frames from a [`SyntheticSource`] with its defaults: a moving test picture.
    pub fn synthetic() -> Self {
        Self::new(SyntheticSource::new())
    }
}
