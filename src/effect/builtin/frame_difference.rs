//! Only what changes.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows how much each pixel differs from what it was at the camera's frame before: black where nothing moves.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct FrameDifference {
    /// By how much differences are made brighter.
    #[reflect(@Parameter::new(1.0, 16.0))]
    pub gain: f32,
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for FrameDifference {
    fn default() -> Self {
        Self { gain: 4.0, amount: 1.0 }
    }
}

impl Effect for FrameDifference {
    const KIND: EffectKind = EffectKind::Temporal;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/frame_difference.wgsl"))
    }
}
