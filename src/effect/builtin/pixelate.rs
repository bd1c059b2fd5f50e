//! Pixelates in squares.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Pixelates in squares. Each has the color at its center.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Pixelate {
    /// The size of a square, in pixels of the output; 1 or less has no effect.
    #[reflect(@Parameter::new(1.0, 128.0).unit("px"))]
    pub size: f32,
}

impl Default for Pixelate {
    fn default() -> Self {
        Self { size: 12.0 }
    }
}

impl Effect for Pixelate {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/pixelate.wgsl"))
    }
}
