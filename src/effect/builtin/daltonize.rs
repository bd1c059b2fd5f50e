//! With other eyes.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Shows how people see the picture whose eyes lack a kind of cone, or makes what they can't tell apart
/// different for them.
///
/// The simulation is that of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation
/// of Color Vision Deficiency" (2009): its matrices for a full deficiency, in linear light. The correction is
/// that of Fidaner, Lin and Ozguven, "Analysis of Color Blindness" (2005): what the simulation loses is put
/// into the channels that are still seen.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Daltonize {
    /// To see as they do, or to help them see.
    pub mode: DaltonizeMode,
    /// Which cones are at fault.
    pub deficiency: ColorDeficiency,
    /// From 0 (none: the picture as it is) to 1 (the cones are missing). Between them it is a mixture of
    /// both.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub severity: f32,
}

/// What a [`Daltonize`] does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum DaltonizeMode {
    /// Shows the picture as they see it.
    #[default]
    Simulate,
    /// Changes colors that they would mistake for each other.
    Correct,
}

shader_value!(DaltonizeMode as u32, |choice| *choice as u32);

/// Cones that a [`Daltonize`] is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum ColorDeficiency {
    /// Those for middle wavelengths: the most frequent, green weak or blind.
    #[default]
    Deutan,
    /// Those for long wavelengths: red weak or blind, and red looks dark.
    Protan,
    /// Those for short wavelengths: rare, blue weak or blind.
    Tritan,
}

shader_value!(ColorDeficiency as u32, |choice| *choice as u32);

impl Default for Daltonize {
    fn default() -> Self {
        Self { mode: DaltonizeMode::Simulate, deficiency: ColorDeficiency::Deutan, severity: 1.0 }
    }
}

impl Effect for Daltonize {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/daltonize.wgsl"))
    }
}
