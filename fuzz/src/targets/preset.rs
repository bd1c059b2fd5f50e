//! Presets of effects.

use std::sync::OnceLock;

use bevy::prelude::*;
use bevy_viewfinder::{BuiltinEffectsPlugin, effect::EffectRegistry, error::ErrorName};

use super::Outcome;

/// The built-in effects. Without an asset server, images and look-up tables are named errors.
fn registry() -> &'static EffectRegistry {
    static REGISTRY: OnceLock<EffectRegistry> = OnceLock::new();
    REGISTRY.get_or_init(|| {
        let mut app = App::new();
        app.add_plugins(BuiltinEffectsPlugin);
        app.world().resource::<EffectRegistry>().clone()
    })
}

pub(super) fn run(data: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(data) else { return Outcome::Refused };
    match registry().read_preset(text) {
        Ok(stack) => {
            let written = stack.write_preset().expect("all that was read can be written");
            let again = registry().read_preset(&written).expect("our own text");
            assert_eq!(again.len(), stack.len());
            assert_eq!(again.write_preset().as_ref(), Ok(&written));
            Outcome::accepted(!stack.is_empty())
        }
        Err(error) => {
            assert_eq!(error.name, ErrorName::Type, "{error}");
            // The fault has its line and column, and an effect came before it.
            let place = error.message.strip_prefix("a preset can't be read at ").expect("the place");
            assert!(place.starts_with(|first: char| first.is_ascii_digit()), "{error}");
            Outcome::accepted(error.message.contains(" of "))
        }
    }
}
