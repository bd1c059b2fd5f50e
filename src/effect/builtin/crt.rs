//! A tube.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows the picture on a tube: a bent glass, bright lines, and a mask of red, green and blue.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Crt {
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// How much the glass is bent; 0 is flat.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub curvature: f32,
    /// From line to line, in pixels of the output, at least 2.
    #[reflect(@Parameter::new(2.0, 16.0).unit("px"))]
    pub spacing: f32,
    /// How dark the mask is between the dots of each color.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub mask: f32,
}

impl Default for Crt {
    fn default() -> Self {
        Self { amount: 1.0, curvature: 0.15, spacing: 4.0, mask: 0.35 }
    }
}

impl Effect for Crt {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/crt.wgsl"))
    }
}
