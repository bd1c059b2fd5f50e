//! Without color.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Takes the colors away: CSS's `grayscale()`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Grayscale {
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for Grayscale {
    fn default() -> Self {
        Self { amount: 1.0 }
    }
}

impl Effect for Grayscale {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/grayscale.wgsl"))
    }
}
