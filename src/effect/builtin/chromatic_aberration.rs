//! A cheap lens.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows red larger and blue smaller than green, as a cheap lens does: colors fringe towards the corners.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct ChromaticAberration {
    /// How far red and blue are each shifted in the corners, in pixels of the output; 0 leaves the picture as
    /// it is.
    #[reflect(@Parameter::new(0.0, 64.0).unit("px"))]
    pub offset: f32,
    /// The middle of the lens, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
}

impl Default for ChromaticAberration {
    fn default() -> Self {
        Self { offset: 6.0, center: Vec2::splat(0.5) }
    }
}

impl Effect for ChromaticAberration {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/chromatic_aberration.wgsl"))
    }
}
