//! Maps luma to a palette.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Maps luma to a palette, as a thermal camera does.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct FalseColor {
    /// The palette.
    pub palette: FalseColorPalette,
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

/// The palette of a [`FalseColor`], from dark to bright.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum FalseColorPalette {
    /// Black, violet, red, orange, yellow, white: hot iron.
    #[default]
    Thermal,
    /// Blue, cyan, green, yellow, red.
    Rainbow,
    /// Violet, blue, green, yellow: perceptually uniform, with color vision deficiencies too.
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
