//! Colors out of register.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Moves red and blue apart, as a bad print or a bad cable does.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct RgbSplit {
    /// How far red and blue each move, in pixels of the output; 0 is the picture as it is.
    #[reflect(@Parameter::new(0.0, 64.0).unit("px"))]
    pub offset: f32,
    /// Which way red moves, in degrees clockwise from the right; blue moves the other way.
    #[reflect(@Parameter::new(0.0, 360.0).unit("°"))]
    pub angle: f32,
}

impl Default for RgbSplit {
    fn default() -> Self {
        Self { offset: 6.0, angle: 0.0 }
    }
}

impl Effect for RgbSplit {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/rgb_split.wgsl"))
    }
}
