//! One half seen twice.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, shader_value::shader_value};

/// Shows a half of the picture twice, the second time as in a mirror that stands in the middle.
#[derive(Clone, Debug, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Mirror {
    /// Where the picture is taken from, and where it is mirrored to.
    pub mode: MirrorMode,
}

/// Which part of the picture a [`Mirror`] shows, and where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum MirrorMode {
    /// The left half is seen on the right too.
    #[default]
    LeftToRight,
    /// The right half is seen on the left too.
    RightToLeft,
    /// The upper half is seen below too.
    TopToBottom,
    /// The lower half is seen above too.
    BottomToTop,
    /// The upper left quarter is seen in all four.
    Quad,
}

shader_value!(MirrorMode as u32, |choice| *choice as u32);

impl Effect for Mirror {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/mirror.wgsl"))
    }
}
