//! Prints dots of ink.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Prints the frame as dots of ink, larger where it is dark, as a newspaper does.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Halftone {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The distance between dots, in pixels of the output, at least 3.
    #[reflect(@Parameter::new(3.0, 64.0).unit("px"))]
    pub size: f32,
    /// The rotation of the rows of dots, in degrees.
    #[reflect(@Parameter::new(0.0, 90.0).unit("°"))]
    pub angle: f32,
    /// The color of the dots.
    pub ink: EffectColor,
    /// The color of the paper.
    pub paper: EffectColor,
}

impl Default for Halftone {
    fn default() -> Self {
        Self {
            amount: 1.0,
            size: 6.0,
            angle: 30.0,
            ink: EffectColor::rgb(0.08, 0.08, 0.14),
            paper: EffectColor::rgb(0.97, 0.95, 0.9),
        }
    }
}

impl Effect for Halftone {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/halftone.wgsl"))
    }
}
