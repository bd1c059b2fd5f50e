//! Tracks that wait for another part of their request.

use bevy::prelude::*;

/// Holds a pending track back, for a request that it is only a part of. Without it, or once it is removed, the track
/// goes on by itself. It has no effect on a track that is live.
#[derive(Component, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeldBack {
    /// No device is requested.
    Start,
    /// The device is requested and opened, and the track stays pending.
    Live,
}
