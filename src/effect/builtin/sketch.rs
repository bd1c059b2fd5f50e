//! Draws the frame in pencil.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Draws the frame in pencil: lines where it is darker than its surroundings.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Sketch {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The standard deviation of the surroundings, in pixels of the output, 0 to 32;
    /// more is treated as 32.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub std_deviation: f32,
    /// The darkness of the pencil.
    #[reflect(@Parameter::new(0.0, 8.0))]
    pub strength: f32,
    /// How much of the frame's colors the lines have, 0 (gray) to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub color: f32,
}

impl Default for Sketch {
    fn default() -> Self {
        Self { amount: 1.0, std_deviation: 3.0, strength: 2.0, color: 0.0 }
    }
}

impl Effect for Sketch {
    const KIND: EffectKind = EffectKind::Spatial { passes: 2 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/sketch.wgsl"))
    }
}
