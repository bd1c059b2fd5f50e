//! Whether a track shows black in place of its frames.

use bevy::ecs::query::QueryData;

use super::{Muted, TrackEnabled, WhileMuted};
use crate::report::MuteReason;

/// The parts of a track that decide whether it shows black in place of its frames.
#[derive(QueryData)]
pub(crate) struct Hidden {
    enabled: Option<&'static TrackEnabled>,
    muted: Option<&'static Muted>,
    while_muted: Option<&'static WhileMuted>,
}

impl HiddenItem<'_, '_> {
    /// Whether it is disabled, or muted in a way that hides its last frame.
    pub fn is_hidden(&self) -> bool {
        let is_muted = self.muted.is_some_and(|muted| match muted.reason {
            MuteReason::Source => true,
            MuteReason::Silence | MuteReason::Photo => self.while_muted == Some(&WhileMuted::Black),
        });
        is_muted || self.enabled.is_some_and(|enabled| !enabled.0)
    }
}
