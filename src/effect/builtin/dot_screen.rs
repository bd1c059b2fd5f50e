//! Prints black dots, pixel by pixel.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Prints the frame in black through a screen of dots, each pixel by itself. [`Halftone`](super::Halftone) draws whole
/// dots, and needs a pass for it.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct DotScreen {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The distance between dots, in pixels of the output, at least 2.
    #[reflect(@Parameter::new(2.0, 64.0).unit("px"))]
    pub size: f32,
    /// The rotation of the rows of dots, in degrees clockwise.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub angle: f32,
    /// The softness of the edges of dots; 0 is hard.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub softness: f32,
}

impl Default for DotScreen {
    fn default() -> Self {
        Self { amount: 1.0, size: 6.0, angle: 45.0, softness: 0.2 }
    }
}

impl Effect for DotScreen {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/dot_screen.wgsl"))
    }
}
