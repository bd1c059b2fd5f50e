//! Darkens the corners.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Darkens the frame towards its corners, in a circle whatever its shape.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Vignette {
    /// The darkness of the corners, 0 (no effect) to 1 (black).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The radius where darkening starts, from the center (0) to the corners (1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub radius: f32,
    /// The distance from there to the darkest place, in the same unit.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub softness: f32,
}

impl Default for Vignette {
    fn default() -> Self {
        Self { amount: 0.7, radius: 0.4, softness: 0.6 }
    }
}

impl Effect for Vignette {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/vignette.wgsl"))
    }
}
