//! Pressed into metal.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows the picture as a relief, lit from a side.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Emboss {
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// Where the light comes from, in degrees clockwise from the right.
    #[reflect(@Parameter::new(0.0, 360.0).unit("°"))]
    pub angle: f32,
    /// How high the relief is; 0 is flat.
    #[reflect(@Parameter::new(0.0, 10.0))]
    pub depth: f32,
}

impl Default for Emboss {
    fn default() -> Self {
        Self { amount: 1.0, angle: 225.0, depth: 2.0 }
    }
}

impl Effect for Emboss {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/emboss.wgsl"))
    }
}
