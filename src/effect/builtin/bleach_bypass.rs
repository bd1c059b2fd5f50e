//! Raises contrast and lowers saturation.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Overlays the frame with its grayscale, for high contrast and low saturation, as on film whose silver isn't bleached out.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct BleachBypass {
    /// The strength, 0 (no effect) to 1 (full effect).
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
