//! Maps black, white and the middle tones.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Maps an input range to an output range with a gamma, as the levels of image editors.
///
/// Each of red, green and blue becomes `((value - in_black) / (in_white - in_black))^(1 / gamma)`, and from
/// there 0 becomes `out_black` and 1 `out_white`.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Levels {
    /// The greatest input that becomes `out_black`.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub in_black: f32,
    /// The least input that becomes `out_white`.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub in_white: f32,
    /// The gamma of middle tones, above 0; 1 has no effect.
    #[reflect(@Parameter::new(0.1, 10.0))]
    pub gamma: f32,
    /// The output for black.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub out_black: f32,
    /// The output for white.
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
