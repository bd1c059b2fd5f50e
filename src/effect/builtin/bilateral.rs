//! Blurs areas and keeps edges.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Blurs pixels of similar color and keeps edges: the filter of Tomasi and Manduchi, "Bilateral Filtering for Gray and
/// Color Images" (1998).
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Bilateral {
    /// The standard deviation by distance, in pixels of the output: 0 (no effect) to 5; more is
    /// treated as 5.
    #[reflect(@Parameter::new(0.0, 5.0).unit("px"))]
    pub std_deviation: f32,
    /// The standard deviation by difference of color, as a distance of red, green and blue: colors further apart
    /// are hardly blended.
    #[reflect(@Parameter::new(0.01, 1.0))]
    pub similarity: f32,
}

impl Default for Bilateral {
    fn default() -> Self {
        Self { std_deviation: 3.0, similarity: 0.1 }
    }
}

impl Effect for Bilateral {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/bilateral.wgsl"))
    }
}
