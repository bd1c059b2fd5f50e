//! A plain blur.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Blurs the picture by the mean of a square: rougher than [`GaussianBlur`](super::GaussianBlur), and
/// quicker.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct BoxBlur {
    /// From the square's middle to its sides, in pixels of the output: 0 (the picture as it is) to 64; more
    /// is taken as 64.
    #[reflect(@Parameter::new(0.0, 64.0).unit("px"))]
    pub radius: f32,
}

impl Default for BoxBlur {
    fn default() -> Self {
        Self { radius: 4.0 }
    }
}

impl Effect for BoxBlur {
    const KIND: EffectKind = EffectKind::Spatial { passes: 2 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/box_blur.wgsl"))
    }
}
