//! A honeycomb.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows the picture in hexagons, each of the color that is in its middle.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct HexagonPixelate {
    /// From one flat side of a hexagon to the other, in pixels of the output; 1 or less leaves the picture as
    /// it is.
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
