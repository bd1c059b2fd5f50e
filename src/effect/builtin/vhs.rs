//! Imitates an old video tape.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Imitates an old video tape: smeared colors, trembling lines, snow, and a torn lower edge.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Vhs {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The length of smeared colors, in pixels of the output, 0 to 32; more is treated as 32.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub bleed: f32,
    /// The amplitude of trembling lines, in pixels of the output.
    #[reflect(@Parameter::new(0.0, 16.0).unit("px"))]
    pub jitter: f32,
    /// The amount of snow.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub noise: f32,
}

impl Default for Vhs {
    fn default() -> Self {
        Self { amount: 1.0, bleed: 8.0, jitter: 1.5, noise: 0.3 }
    }
}

impl Effect for Vhs {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };
    const ANIMATED: bool = true;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/vhs.wgsl"))
    }
}
