//! A whirlpool.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Stirs the picture around a point.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Swirl {
    /// The middle of it, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
    /// How far it reaches, as a part of the height.
    #[reflect(@Parameter::new(0.0, 2.0))]
    pub radius: f32,
    /// How far the middle is turned, in degrees clockwise; 0 is the picture as it is.
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
