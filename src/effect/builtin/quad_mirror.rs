//! Shows the frame four times, mirrored.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, shader_value::shader_value};

/// Shows the frame, or a quarter of it, four times, mirrored to the right and downwards, so that there is no seam.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct QuadMirror {
    /// The part that is repeated.
    pub part: QuadMirrorPart,
}

/// The part that a [`QuadMirror`] repeats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum QuadMirrorPart {
    /// The whole frame, at half its size.
    #[default]
    Whole,
    /// The quarter at the upper left.
    UpperLeft,
    /// The quarter at the upper right.
    UpperRight,
    /// The quarter at the lower left.
    LowerLeft,
    /// The quarter at the lower right.
    LowerRight,
}

shader_value!(QuadMirrorPart as u32, |choice| *choice as u32);

impl Default for QuadMirror {
    fn default() -> Self {
        Self { part: QuadMirrorPart::Whole }
    }
}

impl Effect for QuadMirror {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/quad_mirror.wgsl"))
    }
}
