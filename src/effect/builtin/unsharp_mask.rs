//! Sharpens by a Gaussian blur.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Sharpens by the difference to a Gaussian blur. [`Sharpen`](super::Sharpen) is faster and has no radius.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct UnsharpMask {
    /// The factor of the difference; 0 has no effect.
    #[reflect(@Parameter::new(0.0, 5.0))]
    pub amount: f32,
    /// The standard deviation of the blur, in pixels of the output: 0 to 32; more is treated as 32.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub std_deviation: f32,
    /// The difference in luma up to which nothing is added, so that noise isn't sharpened.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub threshold: f32,
}

impl Default for UnsharpMask {
    fn default() -> Self {
        Self { amount: 1.0, std_deviation: 2.0, threshold: 0.0 }
    }
}

impl Effect for UnsharpMask {
    const KIND: EffectKind = EffectKind::Spatial { passes: 2 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/unsharp_mask.wgsl"))
    }
}
