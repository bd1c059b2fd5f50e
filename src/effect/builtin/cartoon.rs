//! Flattens colors and draws dark outlines.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Flattens colors and draws dark outlines, as in a comic book.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Cartoon {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// Number of brightness levels, at least 2.
    #[reflect(@Parameter::new(2.0, 16.0))]
    pub levels: u32,
    /// The strength of the outlines; 0 is none.
    #[reflect(@Parameter::new(0.0, 4.0))]
    pub outline: f32,
}

impl Default for Cartoon {
    fn default() -> Self {
        Self { amount: 1.0, levels: 6, outline: 1.0 }
    }
}

impl Effect for Cartoon {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/cartoon.wgsl"))
    }
}
