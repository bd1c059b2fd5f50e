//! Shows the frame as a lit relief.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows the frame as a relief, lit from one side.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Emboss {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The direction of the light, in degrees clockwise from the right.
    #[reflect(@Parameter::new(0.0, 360.0).unit("°"))]
    pub angle: f32,
    /// The height of the relief; 0 is flat.
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
