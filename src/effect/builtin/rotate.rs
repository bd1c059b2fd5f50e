//! Rotates around the center.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Rotates the frame around its center. Beyond its edges it is mirrored.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Rotate {
    /// The angle, in degrees clockwise.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub angle: f32,
    /// The scale, above 0.
    #[reflect(@Parameter::new(0.1, 10.0))]
    pub zoom: f32,
}

impl Default for Rotate {
    fn default() -> Self {
        Self { angle: 15.0, zoom: 1.0 }
    }
}

impl Effect for Rotate {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/rotate.wgsl"))
    }
}
