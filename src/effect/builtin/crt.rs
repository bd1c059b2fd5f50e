//! Imitates a cathode-ray tube.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Imitates a cathode-ray tube: curved glass, scan lines, and a mask of red, green and blue.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Crt {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The curvature of the glass; 0 is flat.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub curvature: f32,
    /// The distance between lines, in pixels of the output, at least 2.
    #[reflect(@Parameter::new(2.0, 16.0).unit("px"))]
    pub spacing: f32,
    /// The darkness of the mask between the dots of each color.
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
