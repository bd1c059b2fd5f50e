//! A world of toys.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Keeps a strip of the picture sharp and blurs what is beside it, so that things look small.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct TiltShift {
    /// Where the middle of the strip is, from the upper edge (0) to the lower (1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub position: f32,
    /// How far the strip is turned, in degrees clockwise.
    #[reflect(@Parameter::new(-90.0, 90.0).unit("°"))]
    pub angle: f32,
    /// How broad the strip is, as a part of the picture's height.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub width: f32,
    /// How far it is from sharp to fully blurred, as a part of the height.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub softness: f32,
    /// The standard deviation of the full blur in pixels of the output: 0 (the picture as it is) to 32; more
    /// is taken as 32.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub std_deviation: f32,
}

impl Default for TiltShift {
    fn default() -> Self {
        Self { position: 0.55, angle: 0.0, width: 0.2, softness: 0.3, std_deviation: 6.0 }
    }
}

impl Effect for TiltShift {
    const KIND: EffectKind = EffectKind::Spatial { passes: 2 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/tilt_shift.wgsl"))
    }
}
