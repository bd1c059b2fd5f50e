//! Shifts bands and separates their colors.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shifts horizontal bands and separates their colors, as a bad connection does.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct DigitalGlitch {
    /// The number of shifted bands and their distance; 0 has no effect.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// Number of changes per second; 0 is a still pattern.
    #[reflect(@Parameter::new(0.0, 30.0).unit("Hz"))]
    pub speed: f32,
}

impl Default for DigitalGlitch {
    fn default() -> Self {
        Self { amount: 0.5, speed: 8.0 }
    }
}

impl Effect for DigitalGlitch {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };
    const ANIMATED: bool = true;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/digital_glitch.wgsl"))
    }
}
