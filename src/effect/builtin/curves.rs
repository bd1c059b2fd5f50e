//! A curve from what is to what shall be.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Bends the tones of the picture along a smooth curve through five points: the curves of picture editors.
///
/// The points are a quarter of the range apart; between them runs the natural cubic spline. One of these for
/// each channel in a stack bends them each for itself.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Curves {
    /// What is bent.
    pub channel: CurvesChannel,
    /// What 0 becomes.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub black: f32,
    /// What 0.25 becomes.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub shadows: f32,
    /// What 0.5 becomes.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub midtones: f32,
    /// What 0.75 becomes.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub highlights: f32,
    /// What 1 becomes.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub white: f32,
}

/// What [`Curves`] bend.
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
