//! Adds dark horizontal lines.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Adds dark horizontal lines, as on an old screen.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Scanlines {
    /// The darkness of the lines, 0 (no effect) to 1 (black).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The distance between lines, in pixels of the output, at least 2.
    #[reflect(@Parameter::new(2.0, 32.0).unit("px"))]
    pub spacing: f32,
}

impl Default for Scanlines {
    fn default() -> Self {
        Self { amount: 0.4, spacing: 4.0 }
    }
}

impl Effect for Scanlines {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/scanlines.wgsl"))
    }
}
