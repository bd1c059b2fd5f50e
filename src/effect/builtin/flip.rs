//! Mirrors horizontally or vertically.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, shader_value::shader_value};

/// Mirrors the frame horizontally, vertically, or both.
#[derive(Clone, Debug, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Flip {
    /// The axis.
    pub axis: FlipAxis,
}

/// The axis of a [`Flip`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum FlipAxis {
    /// Left and right are exchanged.
    #[default]
    Horizontal,
    /// Top and bottom are exchanged.
    Vertical,
    /// Both: a rotation by 180 degrees.
    Both,
}

shader_value!(FlipAxis as u32, |choice| *choice as u32);

impl Effect for Flip {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/flip.wgsl"))
    }
}
