//! A stone in a pond.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Sends rings out from a point, as a stone that fell into a pond.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Ripple {
    /// The middle of it, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
    /// How far the picture is pushed, as a part of the height; 0 is the picture as it is.
    #[reflect(@Parameter::new(0.0, 0.1))]
    pub amplitude: f32,
    /// From ring to ring, as a part of the height, above 0.
    #[reflect(@Parameter::new(0.02, 1.0))]
    pub wavelength: f32,
    /// How many rings go by in a second; below 0 they come in.
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
