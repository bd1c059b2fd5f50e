//! Reduces the levels of each channel.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Reduces red, green and blue to a few levels.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Posterize {
    /// Number of levels of each of red, green and blue, at least 2.
    #[reflect(@Parameter::new(2.0, 32.0))]
    pub levels: u32,
}

impl Default for Posterize {
    fn default() -> Self {
        Self { levels: 5 }
    }
}

impl Effect for Posterize {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/posterize.wgsl"))
    }
}
