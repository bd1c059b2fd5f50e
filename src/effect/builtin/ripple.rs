//! Adds circular waves.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Adds circular waves that move away from a point.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Ripple {
    /// The center, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
    /// The amplitude, as a fraction of the height; 0 has no effect.
    #[reflect(@Parameter::new(0.0, 0.1))]
    pub amplitude: f32,
    /// The wavelength, as a fraction of the height, above 0.
    #[reflect(@Parameter::new(0.02, 1.0))]
    pub wavelength: f32,
    /// Number of waves per second; below 0 they move inwards.
    #[reflect(@Parameter::new(-10.0, 10.0).unit("Hz"))]
    pub speed: f32,
}

impl Default for Ripple {
    fn default() -> Self {
        Self { center: Vec2::splat(0.5), amplitude: 0.015, wavelength: 0.12, speed: 1.0 }
    }
}

impl Effect for Ripple {
    const KIND: EffectKind = EffectKind::Warp;
    const ANIMATED: bool = true;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/ripple.wgsl"))
    }
}
