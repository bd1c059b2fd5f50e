//! Adds color fringes towards the corners.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Scales red up and blue down, as a simple lens does: colors get fringes towards the corners.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct ChromaticAberration {
    /// The shift of red and of blue in the corners, in pixels of the output; 0 has no effect.
    #[reflect(@Parameter::new(0.0, 64.0).unit("px"))]
    pub offset: f32,
    /// The center of the lens, from the upper left corner (0, 0) to the lower right (1, 1).
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
