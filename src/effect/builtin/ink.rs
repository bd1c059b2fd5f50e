//! Draws the frame in ink.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Draws lines and dark areas in ink: the extended difference of Gaussians of Winnemöller, "XDoG: Advanced Image
/// Stylization with eXtended Difference-of-Gaussians" (2011).
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Ink {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The width of lines: the standard deviation of the narrower Gaussian in pixels of the output, 0.1
    /// to 3.75.
    #[reflect(@Parameter::new(0.1, 3.75).unit("px"))]
    pub std_deviation: f32,
    /// The weight of lines; 0 draws only dark areas.
    #[reflect(@Parameter::new(0.0, 40.0))]
    pub strength: f32,
    /// The brightness above which the paper is blank.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub threshold: f32,
    /// The softness of edges; 0 is hard.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub softness: f32,
    /// The color of the ink.
    pub ink: EffectColor,
    /// The color of the paper.
    pub paper: EffectColor,
}

impl Default for Ink {
    fn default() -> Self {
        Self {
            amount: 1.0,
            std_deviation: 1.0,
            strength: 12.0,
            threshold: 0.5,
            softness: 0.25,
            ink: EffectColor::rgb(0.08, 0.08, 0.14),
            paper: EffectColor::rgb(0.97, 0.95, 0.9),
        }
    }
}

impl Effect for Ink {
    const KIND: EffectKind = EffectKind::Spatial { passes: 2 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/ink.wgsl"))
    }
}
