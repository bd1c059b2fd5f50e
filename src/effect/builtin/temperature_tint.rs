//! Changes the white balance.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Changes the white balance, between cold and warm and between green and magenta. Luma stays.
#[derive(Clone, Debug, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct TemperatureTint {
    /// The temperature, -1 (cold, blue) to 1 (warm, orange); 0 has no effect.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub temperature: f32,
    /// The tint, -1 (green) to 1 (magenta); 0 has no effect.
    #[reflect(@Parameter::new(-1.0, 1.0))]
    pub tint: f32,
}

impl Effect for TemperatureTint {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/temperature_tint.wgsl"))
    }
}
