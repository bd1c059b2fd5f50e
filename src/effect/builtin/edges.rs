//! Draws edges as lines.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Draws edges as lines: Sobel's operator on luma.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Edges {
    /// The opacity of the drawing, 0 (no effect) to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The brightness of the lines; 1 draws an edge from black to white in the full color of lines.
    #[reflect(@Parameter::new(0.0, 10.0))]
    pub strength: f32,
    /// The gradient up to which nothing is drawn, to leave out noise.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub threshold: f32,
    /// The color of the lines.
    pub color: EffectColor,
    /// The color of the paper.
    pub background: EffectColor,
}

impl Default for Edges {
    fn default() -> Self {
        Self {
            amount: 1.0,
            strength: 2.0,
            threshold: 0.1,
            color: EffectColor::rgb(1.0, 1.0, 1.0),
            background: EffectColor::rgb(0.03, 0.04, 0.09),
        }
    }
}

impl Effect for Edges {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/edges.wgsl"))
    }
}
