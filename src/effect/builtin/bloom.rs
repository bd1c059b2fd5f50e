//! Makes bright areas glow.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Makes bright areas glow over their surroundings.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Bloom {
    /// The strength; 0 has no effect.
    #[reflect(@Parameter::new(0.0, 4.0))]
    pub amount: f32,
    /// The luma from which pixels glow.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub threshold: f32,
    /// The radius, in pixels of the output: 0 to 32; more is treated as 32.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub radius: f32,
}

impl Default for Bloom {
    fn default() -> Self {
        Self { amount: 1.0, threshold: 0.6, radius: 14.0 }
    }
}

impl Effect for Bloom {
    const KIND: EffectKind = EffectKind::Spatial { passes: 2 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/bloom.wgsl"))
    }
}
