//! Blurs beside a sharp strip.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Blurs the frame beside a sharp strip, so that things look like miniatures.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct TiltShift {
    /// The position of the center of the strip, from the upper edge (0) to the lower (1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub position: f32,
    /// The rotation of the strip, in degrees clockwise.
    #[reflect(@Parameter::new(-90.0, 90.0).unit("°"))]
    pub angle: f32,
    /// The width of the strip, as a fraction of the height.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub width: f32,
    /// The width of the transition to the full blur, as a fraction of the height.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub softness: f32,
    /// The standard deviation of the full blur in pixels of the output: 0 (no effect) to 32; more
    /// is treated as 32.
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
