//! Draws the frame in crossed strokes.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Draws the frame with a pen: strokes where it is dim, crossed strokes where it is darker.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Crosshatch {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The distance between strokes, in pixels of the output, at least 2.
    #[reflect(@Parameter::new(2.0, 32.0).unit("px"))]
    pub spacing: f32,
    /// The width of a stroke, in pixels of the output.
    #[reflect(@Parameter::new(0.5, 8.0).unit("px"))]
    pub width: f32,
    /// The color of the ink.
    pub ink: EffectColor,
    /// The color of the paper.
    pub paper: EffectColor,
}

impl Default for Crosshatch {
    fn default() -> Self {
        Self {
            amount: 1.0,
            spacing: 6.0,
            width: 1.2,
            ink: EffectColor::rgb(0.08, 0.08, 0.14),
            paper: EffectColor::rgb(0.97, 0.95, 0.9),
        }
    }
}

impl Effect for Crosshatch {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/crosshatch.wgsl"))
    }
}
