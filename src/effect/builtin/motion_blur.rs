//! Too fast for the shutter.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Blurs the picture along a line, as if the camera moved while the shutter was open.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct MotionBlur {
    /// How far it moved, in pixels of the output: 0 (the picture as it is) to 64; more is taken as 64.
    #[reflect(@Parameter::new(0.0, 64.0).unit("px"))]
    pub distance: f32,
    /// In which direction, in degrees clockwise from the right.
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
