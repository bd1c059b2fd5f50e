//! The recordings of a recorder that aren't complete.

use bevy::prelude::*;

use super::platform::Session;

/// The recordings of a recorder: those that come to their end, and at last the one that its state is about.
#[derive(Component, Debug, Default)]
pub(super) struct Recordings(pub Vec<Running>);

#[derive(Debug)]
pub(super) struct Running {
    pub session: Session,
    /// The stop was requested.
    pub is_stopping: bool,
}

impl Recordings {
    /// The recording that the recorder's state is about, unless it is inactive.
    pub fn current(&mut self) -> Option<&mut Running> {
        self.0.last_mut().filter(|running| !running.is_stopping)
    }
}
