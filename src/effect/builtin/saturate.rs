//! Stronger or paler colors.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Strengthens colors or lets them fade: CSS's `saturate()`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Saturate {
    /// The factor, at least 0: 0 is without color, 1 the picture as it is.
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
