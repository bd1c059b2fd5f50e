//! Out of focus.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Blurs the picture: CSS's `blur()`.
///
/// The picture goes on beyond its edges as it is there (CSS's `blur()` of an element lets them fade out).
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct GaussianBlur {
    /// The standard deviation, in pixels of the output: 0 (the picture as it is) to 32; more is taken as 32.
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
