//! Thin lines where things end.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Draws the edges of the picture as lines one pixel thin: the detector of Canny, "A Computational Approach
/// to Edge Detection" (1986).
///
/// Its steps are passes: two for a Gaussian blur, how steep luma is and in which direction (Sobel), only the steepest
/// across an edge, and then four that go on along weak edges from strong ones, 8 pixels far in all.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Canny {
    /// The standard deviation of the blur, in pixels of the output: 0 to 4; more is taken as 4.
    #[reflect(@Parameter::new(0.0, 4.0).unit("px"))]
    pub std_deviation: f32,
    /// How steep a weak edge is at least; it is drawn if a strong one goes on in it. 1 is an edge from black
    /// to white.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub low: f32,
    /// How steep a strong edge is at least; it is always drawn.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub high: f32,
    /// The color of the lines.
    pub color: EffectColor,
    /// The color of what is between them.
    pub background: EffectColor,
}

impl Default for Canny {
    fn default() -> Self {
        Self {
            std_deviation: 1.4,
            low: 0.05,
            high: 0.12,
            color: EffectColor::rgb(1.0, 1.0, 1.0),
            background: EffectColor::rgb(0.0, 0.0, 0.0),
        }
    }
}

impl Effect for Canny {
    const KIND: EffectKind = EffectKind::Spatial { passes: 8 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/canny.wgsl"))
    }
}
