//! A flag in the wind.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Lets the picture sway from side to side.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Wave {
    /// How far it sways, as a part of the height; 0 is the picture as it is.
    #[reflect(@Parameter::new(0.0, 0.2))]
    pub amplitude: f32,
    /// From wave to wave down the picture, as a part of the height, above 0.
    #[reflect(@Parameter::new(0.02, 2.0))]
    pub wavelength: f32,
    /// How many waves go by in a second; below 0 they go up.
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
