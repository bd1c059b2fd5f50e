//! Light that spills over.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Lets what is bright shine over what is around it.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Bloom {
    /// How strong the shine is; 0 leaves the picture as it is.
    #[reflect(@Parameter::new(0.0, 4.0))]
    pub amount: f32,
    /// How bright what shines must be.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub threshold: f32,
    /// How far it shines, in pixels of the output: 0 to 32; more is taken as 32.
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
