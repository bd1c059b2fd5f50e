//! Changes the saturation.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Changes the saturation: CSS's `saturate()`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Saturate {
    /// The factor, at least 0: 0 is grayscale, 1 has no effect.
    #[reflect(@Parameter::new(0.0, 3.0))]
    pub amount: f32,
}

impl Default for Saturate {
    fn default() -> Self {
        Self { amount: 1.0 }
    }
}

impl Effect for Saturate {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/saturate.wgsl"))
    }
}
