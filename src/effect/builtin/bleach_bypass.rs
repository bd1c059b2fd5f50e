//! Silver left in the film.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Lays the picture in black and white over itself, as film looks when its silver isn't bleached out: hard
/// contrast, pale colors.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct BleachBypass {
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for BleachBypass {
    fn default() -> Self {
        Self { amount: 1.0 }
    }
}

impl Effect for BleachBypass {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/bleach_bypass.wgsl"))
    }
}
