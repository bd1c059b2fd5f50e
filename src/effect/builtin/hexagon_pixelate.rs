//! Pixelates in hexagons.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Pixelates in hexagons. Each has the color at its center.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct HexagonPixelate {
    /// The width of a hexagon between two flat sides, in pixels of the output; 1 or less has no effect.
    #[reflect(@Parameter::new(1.0, 128.0).unit("px"))]
    pub size: f32,
}

impl Default for HexagonPixelate {
    fn default() -> Self {
        Self { size: 16.0 }
    }
}

impl Effect for HexagonPixelate {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/hexagon_pixelate.wgsl"))
    }
}
