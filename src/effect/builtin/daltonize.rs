//! Simulates or corrects color vision deficiency.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Simulates color vision deficiency, or corrects colors for people who have one.
///
/// The simulation is that of Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation
/// of Color Vision Deficiency" (2009): its matrices for a full deficiency, in linear light. The correction is
/// that of Fidaner, Lin and Ozguven, "Analysis of Color Blindness" (2005): what the simulation loses is added
/// to the channels that remain visible.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Daltonize {
    /// Whether it simulates or corrects.
    pub mode: DaltonizeMode,
    /// The deficiency.
    pub deficiency: ColorDeficiency,
    /// The severity, 0 (no effect) to 1 (the cones are missing), as a linear blend.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub severity: f32,
}

/// The mode of a [`Daltonize`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum DaltonizeMode {
    /// Shows colors as people with the deficiency see them.
    #[default]
    Simulate,
    /// Makes colors distinguishable for people with the deficiency.
    Correct,
}

shader_value!(DaltonizeMode as u32, |choice| *choice as u32);

/// The kind of color vision deficiency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum ColorDeficiency {
    /// The cones for middle wavelengths (green): the most frequent.
    #[default]
    Deutan,
    /// The cones for long wavelengths (red): red looks dark.
    Protan,
    /// The cones for short wavelengths (blue): rare.
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
