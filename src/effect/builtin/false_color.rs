//! As a thermal camera sees.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Paints the picture by its brightness, as a thermal camera's picture is painted.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct FalseColor {
    /// Which colors, from dark to bright.
    pub palette: FalseColorPalette,
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

/// The colors of a [`FalseColor`], from dark to bright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum FalseColorPalette {
    /// Black, violet, red, orange, yellow, white: hot iron.
    #[default]
    Thermal,
    /// Blue, cyan, green, yellow, red.
    Rainbow,
    /// Violet, blue, green, yellow: even to every eye, color-blind ones too.
    Viridis,
}

shader_value!(FalseColorPalette as u32, |choice| *choice as u32);

impl Default for FalseColor {
    fn default() -> Self {
        Self { palette: FalseColorPalette::default(), amount: 1.0 }
    }
}

impl Effect for FalseColor {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/false_color.wgsl"))
    }
}
