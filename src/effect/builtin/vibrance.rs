//! Saturates pale colors.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Changes the saturation of pale colors, and less that of strong ones.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Vibrance {
    /// The strength; below 0 pale colors fade, 0 has no effect.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub amount: f32,
}

impl Default for Vibrance {
    fn default() -> Self {
        Self { amount: 0.6 }
    }
}

impl Effect for Vibrance {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/vibrance.wgsl"))
    }
}
