//! Brightens or darkens middle tones.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Brightens or darkens middle tones. Black and white stay.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Gamma {
    /// Values are raised to the power of 1 / gamma: above 1 is brighter, 1 has no effect.
    #[reflect(@Parameter::new(0.2, 5.0))]
    pub gamma: f32,
}

impl Default for Gamma {
    fn default() -> Self {
        Self { gamma: 1.0 }
    }
}

impl Effect for Gamma {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/gamma.wgsl"))
    }
}
