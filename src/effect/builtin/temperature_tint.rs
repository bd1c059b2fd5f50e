//! Warmer or colder.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Balances white: warmer or colder, greener or pinker. Brightness stays.
#[derive(Clone, Debug, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct TemperatureTint {
    /// -1 (cold, blue) to 1 (warm, orange); 0 is the picture as it is.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub temperature: f32,
    /// -1 (green) to 1 (magenta); 0 is the picture as it is.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub tint: f32,
}

impl Effect for TemperatureTint {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/temperature_tint.wgsl"))
    }
}
