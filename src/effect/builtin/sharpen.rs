//! Crisp.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Sharpens the picture.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Sharpen {
    /// How much each pixel is moved away from the mean of its neighbors; 0 is the picture as it is.
    #[reflect(@Parameter::new(0.0, 4.0))]
    pub amount: f32,
}

impl Default for Sharpen {
    fn default() -> Self {
        Self { amount: 1.0 }
    }
}

impl Effect for Sharpen {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/sharpen.wgsl"))
    }
}
