//! Makes pixels black or white.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Makes pixels white above a luma, and black below it.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Threshold {
    /// The luma between black and white, 0 to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub level: f32,
    /// The width of the transition, in luma; 0 is a hard edge.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub softness: f32,
}

impl Default for Threshold {
    fn default() -> Self {
        Self { level: 0.5, softness: 0.05 }
    }
}

impl Effect for Threshold {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/threshold.wgsl"))
    }
}
