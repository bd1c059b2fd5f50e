//! Draws the frame in letters.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Draws the frame as letters on a terminal, denser ones where it is bright.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Ascii {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The height of a letter, including the gap below it, in pixels of the output, at least 4. At 8 each dot of a
    /// letter is a pixel.
    #[reflect(@Parameter::new(4.0, 64.0).unit("px"))]
    pub size: f32,
    /// How much of the frame's colors the letters have, 0 (all have the color `ink`) to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub color: f32,
    /// The color of the letters.
    pub ink: EffectColor,
    /// The color between the letters.
    pub paper: EffectColor,
}

impl Default for Ascii {
    fn default() -> Self {
        Self {
            amount: 1.0,
            size: 8.0,
            color: 1.0,
            ink: EffectColor::rgb(0.2, 1.0, 0.4),
            paper: EffectColor::rgb(0.02, 0.03, 0.02),
        }
    }
}

impl Effect for Ascii {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/ascii.wgsl"))
    }
}
