//! Brighter or darker middle tones.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Brightens or darkens middle tones; black and white stay.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Gamma {
    /// The picture is raised to the power of 1 over this: above 1 is brighter, 1 is the picture as it is.
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
