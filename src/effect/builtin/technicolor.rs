//! Imitates early color film.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Imitates the dyes of early color film.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Technicolor {
    /// The film.
    pub process: TechnicolorProcess,
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

/// The film of a [`Technicolor`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum TechnicolorProcess {
    /// Three strips, 1932 to 1955: one for each of red, green and blue; strong, pure colors.
    #[default]
    ThreeStrip,
    /// Two strips, in the 1920s: one for red, one for green and blue; mostly skin tones and teal.
    TwoStrip,
}

shader_value!(TechnicolorProcess as u32, |choice| *choice as u32);

impl Default for Technicolor {
    fn default() -> Self {
        Self { process: TechnicolorProcess::ThreeStrip, amount: 1.0 }
    }
}

impl Effect for Technicolor {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/technicolor.wgsl"))
    }
}
