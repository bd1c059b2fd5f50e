//! Lighter or darker.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Multiplies the picture's values: CSS's `brightness()`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Brightness {
    /// The factor, at least 0: 0 is black, 1 the picture as it is, 2 twice as bright.
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
