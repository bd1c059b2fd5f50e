//! A dent.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Draws the picture together around a point.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Pinch {
    /// The middle of it, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
    /// How far it reaches, as a part of the height.
    #[reflect(@Parameter::new(0.0, 2.0))]
    pub radius: f32,
    /// How much, 0 (the picture as it is) to 1 (the middle is half as large).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for Pinch {
    fn default() -> Self {
        Self { center: Vec2::splat(0.5), radius: 0.45, amount: 0.8 }
    }
}

impl Effect for Pinch {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/pinch.wgsl"))
    }
}
