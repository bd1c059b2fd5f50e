//! Tracks that wait for another part of their request.

use std::sync::Arc;

use bevy::prelude::*;

use crate::source::Source;

/// Holds a pending track back, for a request that it is only a part of. Without it, or once it is removed, the track
/// goes on by itself. It has no effect on a track that is live.
#[derive(Component, Clone, Debug)]
pub(crate) enum HeldBack {
    /// No device is requested.
    Start,
    /// The device is requested and opened, and the track stays pending.
    Live {
        /// The source that it is requested from, if it requests the other parts too.
        source: Option<Arc<dyn Source>>,
    },
}

impl HeldBack {
    /// The source that requests all parts.
    pub fn source(&self) -> Option<&Arc<dyn Source>> {
        match self {
            Self::Start => None,
            Self::Live { source } => source.as_ref(),
        }
    }
}
