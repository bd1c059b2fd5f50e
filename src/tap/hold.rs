//! Frames that wait for the work on them.

use std::time::Duration;

use bevy::prelude::*;

use crate::track::HoldsFramesOf;

/// Lets a tap hold the frames of its track, or not.
pub(crate) fn hold_frames(commands: &mut Commands, tap: Entity, track: Entity, holds: bool) {
    let Ok(mut tap) = commands.get_entity(tap) else { return };
    if holds {
        tap.try_insert_if_new(HoldsFramesOf(track));
    } else {
        tap.try_remove::<HoldsFramesOf>();
    }
}

/// Whether work within this budget is ever done: in a browser a budget of zero ends it.
pub(crate) fn has_time(budget: Duration) -> bool {
    !(cfg!(target_family = "wasm") && budget.is_zero())
}
