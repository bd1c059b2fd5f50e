//! Shifts red and blue apart.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shifts red and blue in opposite directions.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct RgbSplit {
    /// The shift of each, in pixels of the output; 0 has no effect.
    #[reflect(@Parameter::new(0.0, 64.0).unit("px"))]
    pub offset: f32,
    /// The direction of red, in degrees clockwise from the right; blue moves the other way.
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
