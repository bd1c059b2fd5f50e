//! Dark corners.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Darkens the picture towards its corners, in a circle whatever the picture's shape.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Vignette {
    /// How dark the corners get, 0 (the picture as it is) to 1 (black).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// Where it begins to darken, from the middle (0) to the corners (1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub radius: f32,
    /// How far it is from there to where it is darkest, in the same measure.
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
