//! Maps tones along a curve.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Maps tones along a smooth curve through five points, as in image editors.
///
/// The points are a quarter of the range apart; between them runs the natural cubic spline. A stack can
/// have one for each channel.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Curves {
    /// The channels that are mapped.
    pub channel: CurvesChannel,
    /// The output for 0.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub black: f32,
    /// The output for 0.25.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub shadows: f32,
    /// The output for 0.5.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub midtones: f32,
    /// The output for 0.75.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub highlights: f32,
    /// The output for 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub white: f32,
}

/// The channels that [`Curves`] map.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum CurvesChannel {
    /// Red, green and blue alike.
    #[default]
    All,
    /// Red alone.
    Red,
    /// Green alone.
    Green,
    /// Blue alone.
    Blue,
}

shader_value!(CurvesChannel as u32, |choice| *choice as u32);

impl Default for Curves {
    fn default() -> Self {
        Self {
            channel: CurvesChannel::All,
            black: 0.0,
            shadows: 0.17,
            midtones: 0.5,
            highlights: 0.83,
            white: 1.0,
        }
    }
}

impl Effect for Curves {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/curves.wgsl"))
    }
}
