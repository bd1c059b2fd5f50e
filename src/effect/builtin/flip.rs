//! Left as right, or upside down.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, shader_value::shader_value};

/// Shows the picture as in a mirror on the wall, or upside down.
#[derive(Clone, Debug, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Flip {
    /// What changes places.
    pub axis: FlipAxis,
}

/// What a [`Flip`] exchanges.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum FlipAxis {
    /// Left and right, as in a mirror on the wall.
    #[default]
    Horizontal,
    /// Above and below.
    Vertical,
    /// Both: the picture stands on its head.
    Both,
}

shader_value!(FlipAxis as u32, |choice| *choice as u32);

impl Effect for Flip {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/flip.wgsl"))
    }
}
