//! Repeats a half or a quarter mirrored.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, shader_value::shader_value};

/// Repeats a half or a quarter of the frame mirrored over the rest.
#[derive(Clone, Debug, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Mirror {
    /// The part that is shown, and its copies.
    pub mode: MirrorMode,
}

/// The part of the frame that a [`Mirror`] repeats.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum MirrorMode {
    /// The left half is repeated on the right.
    #[default]
    LeftToRight,
    /// The right half is repeated on the left.
    RightToLeft,
    /// The upper half is repeated below.
    TopToBottom,
    /// The lower half is repeated above.
    BottomToTop,
    /// The upper left quarter is repeated in all four.
    Quad,
}

shader_value!(MirrorMode as u32, |choice| *choice as u32);

impl Effect for Mirror {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/mirror.wgsl"))
    }
}
