//! Magnifies a circular area.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Magnifies a circular area, strongest at its center.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Bulge {
    /// The center, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
    /// The radius, as a fraction of the height.
    #[reflect(@Parameter::new(0.0, 2.0))]
    pub radius: f32,
    /// The strength, 0 (no effect) to 1 (the center is magnified four times).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for Bulge {
    fn default() -> Self {
        Self { center: Vec2::splat(0.5), radius: 0.45, amount: 0.8 }
    }
}

impl Effect for Bulge {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/bulge.wgsl"))
    }
}
