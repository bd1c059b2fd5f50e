//! Two inks.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Prints the picture in two colors: one for what is dark, one for what is bright, and their blends between.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Duotone {
    /// The color of black.
    pub shadows: EffectColor,
    /// The color of white.
    pub highlights: EffectColor,
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
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
