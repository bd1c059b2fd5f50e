//! Painted in oil.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Flattens areas and keeps their edges, as a painter does: the filter of Kuwahara and others (1976). Each
/// pixel becomes the mean of that of the four squares that it is a corner of whose colors vary least.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Kuwahara {
    /// The side of the squares less one, in pixels of the output: 0 (the picture as it is) to 8; more is
    /// taken as 8.
    #[reflect(@Parameter::new(0.0, 8.0).unit("px"))]
    pub radius: u32,
}

impl Default for Kuwahara {
    fn default() -> Self {
        Self { radius: 4 }
    }
}

impl Effect for Kuwahara {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/kuwahara.wgsl"))
    }
}
