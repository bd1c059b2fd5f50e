//! Blurs by the mean of a square.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Blurs by the mean of a square: less smooth and faster than [`GaussianBlur`](super::GaussianBlur).
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct BoxBlur {
    /// The distance from the square's center to its sides, in pixels of the output: 0 (no effect) to 64; more
    /// is treated as 64.
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
