//! Blurs along a line.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Blurs along a line, as a moving camera does.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct MotionBlur {
    /// The length, in pixels of the output: 0 (no effect) to 64; more is treated as 64.
    #[reflect(@Parameter::new(0.0, 64.0).unit("px"))]
    pub distance: f32,
    /// The direction, in degrees clockwise from the right.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub angle: f32,
}

impl Default for MotionBlur {
    fn default() -> Self {
        Self { distance: 24.0, angle: 0.0 }
    }
}

impl Effect for MotionBlur {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/motion_blur.wgsl"))
    }
}
