//! Reduces noise over several frames.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Averages each pixel over the source's frames where nothing moves: noise is reduced, detail stays. Moving areas stay as
/// they are.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct TemporalDenoise {
    /// The weight of the average, 0 (no effect) to 1 (the strongest).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub strength: f32,
    /// The difference from the average, 0 to 1, up to which a pixel counts as noise.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub threshold: f32,
}

impl Default for TemporalDenoise {
    fn default() -> Self {
        Self { strength: 0.85, threshold: 0.1 }
    }
}

impl Effect for TemporalDenoise {
    const KIND: EffectKind = EffectKind::Temporal;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/temporal_denoise.wgsl"))
    }
}
