//! Shows what changed since the last frame.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows the difference of each pixel to the source's frame before: black where nothing moves.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct FrameDifference {
    /// The factor by which differences are amplified.
    #[reflect(@Parameter::new(1.0, 16.0))]
    pub gain: f32,
    /// The strength, 0 (no effect) to 1 (full effect).
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
