//! Imitates an image intensifier.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Imitates an image intensifier: green, bright, grainy and round.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct NightVision {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for NightVision {
    fn default() -> Self {
        Self { amount: 1.0 }
    }
}

impl Effect for NightVision {
    const KIND: EffectKind = EffectKind::Color;
    const ANIMATED: bool = true;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/night_vision.wgsl"))
    }
}
