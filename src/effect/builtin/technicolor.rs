//! The first films in color.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Colors the picture as the dyes of early color film did.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Technicolor {
    /// Which film.
    pub process: TechnicolorProcess,
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

/// The film of a [`Technicolor`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum TechnicolorProcess {
    /// The films of 1932 to 1955: each of red, green and blue has a strip of its own; strong, pure colors.
    #[default]
    ThreeStrip,
    /// The films of the 1920s: one strip for red and one for green and blue together; skin and teal, and
    /// little else.
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
