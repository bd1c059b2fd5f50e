//! Raises or lowers the contrast.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Moves values away from middle gray or towards it: CSS's `contrast()`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Contrast {
    /// The factor, at least 0: 0 is gray all over, 1 has no effect.
    #[reflect(@Parameter::new(0.0, 3.0))]
    pub amount: f32,
}

impl Default for Contrast {
    fn default() -> Self {
        Self { amount: 1.0 }
    }
}

impl Effect for Contrast {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/contrast.wgsl"))
    }
}
