//! Smooths like an oil painting.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Smooths areas and keeps edges, as an oil painting does: the filter of Kuwahara and others (1976). Each pixel becomes
/// the mean of its lowest-variance quadrant.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Kuwahara {
    /// The radius of the quadrants, in pixels of the output: 0 (no effect) to 8; more is
    /// treated as 8.
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
