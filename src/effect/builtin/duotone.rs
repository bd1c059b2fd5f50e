//! Maps luma to two colors.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Maps luma to a blend of two colors: one for black, one for white.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Duotone {
    /// The color of black.
    pub shadows: EffectColor,
    /// The color of white.
    pub highlights: EffectColor,
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for Duotone {
    fn default() -> Self {
        Self {
            shadows: EffectColor::rgb(0.11, 0.05, 0.38),
            highlights: EffectColor::rgb(1.0, 0.8, 0.45),
            amount: 1.0,
        }
    }
}

impl Effect for Duotone {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/duotone.wgsl"))
    }
}
