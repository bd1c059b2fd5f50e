//! Noise that averages out.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Averages each pixel over the camera's frames where nothing moves, so that the noise of a dark room goes and what is
/// drawn stays sharp. What moves is left as it is.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct TemporalDenoise {
    /// How much of the average is taken, 0 (the picture as it is) to 1 (as much as is sensible).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub strength: f32,
    /// By how much a pixel may differ from its average and still be the same but for noise, 0 to 1.
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
