//! Effects that can't be shown.

use bevy::prelude::*;

/// An effect of a track can't be shown: its shader doesn't compile, nobody added its [`EffectPlugin`](super::EffectPlugin), or its picture
/// can't be read. The effect is skipped and the picture goes on; once the shader is mended, so does the effect.
#[derive(EntityEvent, Clone, Debug)]
pub struct EffectFailed {
    /// The track.
    pub entity: Entity,
    /// The effect's name.
    pub effect: String,
    /// What is wrong and where, as the compiler says it.
    pub message: String,
}
