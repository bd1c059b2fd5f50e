//! Multiplies all values.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Multiplies red, green and blue: CSS's `brightness()`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Brightness {
    /// The factor, at least 0: 0 is black, 1 has no effect, 2 doubles.
    #[reflect(@Parameter::new(0.0, 3.0))]
    pub amount: f32,
}

impl Default for Brightness {
    fn default() -> Self {
        Self { amount: 1.0 }
    }
}

impl Effect for Brightness {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/brightness.wgsl"))
    }
}
