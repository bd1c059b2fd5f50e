//! Sharpens by the nearest pixels.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Sharpens by the difference to the nearest pixels.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Sharpen {
    /// The factor of the difference between a pixel and the mean of its neighbors; 0 has no effect.
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
