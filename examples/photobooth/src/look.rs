//! The looks: named stacks of effects.

use bevy_viewfinder::{effects::*, prelude::*};

/// A look.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    pub name: &'static str,
    effects: fn(EffectStack) -> EffectStack,
}

impl Look {
    /// Its effects.
    pub fn stack(&self) -> EffectStack {
        (self.effects)(EffectStack::new())
    }
}

/// All looks, in display order.
pub const LOOKS: [Look; 12] = [
    Look { name: "Natural", effects: |stack| stack },
    Look {
        name: "Noir",
        effects: |stack| {
            stack
                .with(Grayscale::default())
                .with(Contrast { amount: 1.35 })
                .with(FilmGrain { amount: 0.18, ..Default::default() })
                .with(Vignette::default())
        },
    },
    Look {
        name: "Vintage",
        effects: |stack| {
            stack
                .with(Sepia { amount: 0.55 })
                .with(TemperatureTint { temperature: 0.25, tint: 0.05 })
                .with(Contrast { amount: 0.88 })
                .with(FilmGrain { amount: 0.12, ..Default::default() })
                .with(Vignette { amount: 0.55, ..Default::default() })
        },
    },
    Look {
        name: "Comic",
        effects: |stack| {
            stack.with(Cartoon { outline: 1.6, ..Default::default() }).with(Vibrance { amount: 0.8 })
        },
    },
    Look { name: "Newsprint", effects: |stack| stack.with(Halftone::default()) },
    Look { name: "Duotone", effects: |stack| stack.with(Duotone::default()) },
    Look { name: "Thermal", effects: |stack| stack.with(FalseColor::default()) },
    Look { name: "Night", effects: |stack| stack.with(NightVision::default()) },
    Look {
        name: "Glitch",
        effects: |stack| {
            stack
                .with(DigitalGlitch::default())
                .with(RgbSplit::default())
                .with(Scanlines { amount: 0.25, ..Default::default() })
        },
    },
    Look { name: "Kaleido", effects: |stack| stack.with(Kaleidoscope::default()) },
    Look { name: "Twins", effects: |stack| stack.with(Mirror::default()) },
    Look { name: "Bulge", effects: |stack| stack.with(Bulge { radius: 0.6, ..Default::default() }) },
];

/// The index of the look with this name.
pub fn index_of(name: &str) -> Option<usize> {
    LOOKS.iter().position(|look| look.name == name)
}
