//! Removes specks.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Replaces each of red, green and blue by the median of its surroundings: specks are removed, edges stay.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Median {
    /// The distance from the center of the square to its sides, in pixels of the output: 0 (no effect) to 3;
    /// more is treated as 3.
    #[reflect(@Parameter::new(0.0, 3.0).unit("px"))]
    pub radius: u32,
}

impl Default for Median {
    fn default() -> Self {
        Self { radius: 2 }
    }
}

impl Effect for Median {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/median.wgsl"))
    }
}
