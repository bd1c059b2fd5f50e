//! A bad connection.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Tears the picture to bands that jump aside, their colors apart, as bad connections do.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct DigitalGlitch {
    /// How many bands jump, and how far; 0 is the picture as it is.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// How often the picture tears anew, in a second; 0 is once and for all.
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
