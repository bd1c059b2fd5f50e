//! Sways from side to side.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shifts rows from side to side in moving waves.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Wave {
    /// The amplitude, as a fraction of the height; 0 has no effect.
    #[reflect(@Parameter::new(0.0, 0.2))]
    pub amplitude: f32,
    /// The wavelength, as a fraction of the height, above 0.
    #[reflect(@Parameter::new(0.02, 2.0))]
    pub wavelength: f32,
    /// Number of waves per second; below 0 they move up.
    #[reflect(@Parameter::new(-10.0, 10.0).unit("Hz"))]
    pub speed: f32,
}

impl Default for Wave {
    fn default() -> Self {
        Self { amplitude: 0.03, wavelength: 0.4, speed: 0.5 }
    }
}

impl Effect for Wave {
    const KIND: EffectKind = EffectKind::Warp;
    const ANIMATED: bool = true;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/wave.wgsl"))
    }
}
