//! The ready-made effects, one small file each.

mod choice;
mod mirror;
mod sepia;

use bevy::prelude::*;

pub use mirror::{Mirror, MirrorMode};
pub use sepia::Sepia;

use super::EffectPlugin;

/// Makes all ready-made effects known to the app.
#[derive(Debug, Default)]
pub struct EffectSetPlugin;

impl Plugin for EffectSetPlugin {
    fn build(&self, app: &mut App) {
        app.add_plugins((EffectPlugin::<Mirror>::default(), EffectPlugin::<Sepia>::default()));
    }
}
