//! Twists a circular area.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Twists a circular area around its center.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Swirl {
    /// The center, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
    /// The radius, as a fraction of the height.
    #[reflect(@Parameter::new(0.0, 2.0))]
    pub radius: f32,
    /// The rotation of the center, in degrees clockwise; 0 has no effect.
    #[reflect(@Parameter::new(-720.0, 720.0).unit("°"))]
    pub angle: f32,
}

impl Default for Swirl {
    fn default() -> Self {
        Self { center: Vec2::splat(0.5), radius: 0.45, angle: 100.0 }
    }
}

impl Effect for Swirl {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/swirl.wgsl"))
    }
}
