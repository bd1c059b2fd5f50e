//! Reduces noise within a frame.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Reduces noise and keeps detail: the non-local means of Buades, Coll and Morel (2005), with patches of 3 by 3 pixels and
/// a search area of 5 by 5.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Denoise {
    /// The difference up to which patches are averaged, about the standard deviation of the noise; 0 has no
    /// effect.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub strength: f32,
}

impl Default for Denoise {
    fn default() -> Self {
        Self { strength: 0.1 }
    }
}

impl Effect for Denoise {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/denoise.wgsl"))
    }
}
