//! Blurs by a Gaussian.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Blurs by a Gaussian: CSS's `blur()`.
///
/// Beyond its edges the frame continues with their colors. (CSS's `blur()` of an element fades them out.)
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct GaussianBlur {
    /// The standard deviation, in pixels of the output: 0 (no effect) to 32; more is treated as 32.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub std_deviation: f32,
}

impl Default for GaussianBlur {
    fn default() -> Self {
        Self { std_deviation: 4.0 }
    }
}

impl Effect for GaussianBlur {
    const KIND: EffectKind = EffectKind::Spatial { passes: 2 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/gaussian_blur.wgsl"))
    }
}
