//! Stronger or paler colours.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Strengthens colours or lets them fade: CSS's `saturate()`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Saturation {
    /// The factor, at least 0: 0 is without colour, 1 the picture as it is.
    #[reflect(@Parameter::new(0.0, 3.0))]
    pub amount: f32,
}

impl Default for Saturation {
    fn default() -> Self {
        Self { amount: 1.0 }
    }
}

impl Effect for Saturation {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/saturation.wgsl"))
    }
}
