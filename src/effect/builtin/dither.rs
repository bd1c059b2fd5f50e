//! Few colors, many dots.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows the picture with few levels of red, green and blue, and those between by a pattern of dots: ordered
/// dithering with Bayer's matrix of 8 by 8.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Dither {
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// How many levels each of red, green and blue has, at least 2.
    #[reflect(@Parameter::new(2.0, 16.0))]
    pub levels: u32,
    /// The side of a dot, in pixels of the output, at least 1.
    #[reflect(@Parameter::new(1.0, 16.0).unit("px"))]
    pub size: f32,
}

impl Default for Dither {
    fn default() -> Self {
        Self { amount: 1.0, levels: 2, size: 2.0 }
    }
}

impl Effect for Dither {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/dither.wgsl"))
    }
}
