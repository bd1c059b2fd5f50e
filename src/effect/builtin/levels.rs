//! Black, white and what is between.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Stretches what lies between two values over the whole range, bends its middle, and fits the result between
/// two others: the levels of picture editors.
///
/// Each of red, green and blue becomes `((value - in_black) / (in_white - in_black))^(1 / gamma)`, and from
/// there 0 becomes `out_black` and 1 `out_white`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Levels {
    /// What becomes black; all that is darker does too.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub in_black: f32,
    /// What becomes white; all that is brighter does too.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub in_white: f32,
    /// How bright the middle is, above 0; 1 leaves it.
    #[reflect(@Parameter::new(0.1, 10.0))]
    pub gamma: f32,
    /// What black becomes.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub out_black: f32,
    /// What white becomes.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub out_white: f32,
}

impl Default for Levels {
    fn default() -> Self {
        Self { in_black: 0.1, in_white: 0.9, gamma: 1.0, out_black: 0.0, out_white: 1.0 }
    }
}

impl Effect for Levels {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/levels.wgsl"))
    }
}
