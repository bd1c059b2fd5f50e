//! Distorts like a fisheye lens.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Distorts the frame like a fisheye lens: the center is enlarged, the corners stay.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Fisheye {
    /// The strength, 0 (no effect) to 1 (150° from corner to corner).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for Fisheye {
    fn default() -> Self {
        Self { amount: 0.8 }
    }
}

impl Effect for Fisheye {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/fisheye.wgsl"))
    }
}
