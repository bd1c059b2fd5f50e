//! Changes the opacity.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Multiplies alpha: CSS's `opacity()`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Opacity {
    /// The factor of alpha, 0 (invisible) to 1 (no effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for Opacity {
    fn default() -> Self {
        Self { amount: 1.0 }
    }
}

impl Effect for Opacity {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/opacity.wgsl"))
    }
}
