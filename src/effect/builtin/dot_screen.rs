//! Printed in black.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Prints the picture in black through a screen of dots, each pixel for itself; [`Halftone`](super::Halftone)
/// draws whole dots, and takes a pass for it.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct DotScreen {
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// From dot to dot, in pixels of the output, at least 2.
    #[reflect(@Parameter::new(2.0, 64.0).unit("px"))]
    pub size: f32,
    /// How far the rows of dots are turned, in degrees clockwise.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub angle: f32,
    /// How soft the edges of the dots are; 0 is hard.
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
