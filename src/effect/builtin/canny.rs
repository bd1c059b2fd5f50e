//! Draws edges as thin lines.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Draws edges as lines one pixel wide: the detector of Canny, "A Computational Approach to Edge Detection" (1986).
///
/// Its steps are passes: two for a Gaussian blur, the gradient of luma (Sobel), non-maximum
/// suppression, and four of hysteresis, which follow weak edges from strong ones over 8 pixels in all.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Canny {
    /// The standard deviation of the blur, in pixels of the output: 0 to 4; more is treated as 4.
    #[reflect(@Parameter::new(0.0, 4.0).unit("px"))]
    pub std_deviation: f32,
    /// The least gradient of a weak edge, which is drawn if it continues a strong one. 1 is an edge from black
    /// to white.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub low: f32,
    /// The least gradient of a strong edge, which is always drawn.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub high: f32,
    /// The color of the lines.
    pub color: EffectColor,
    /// The color between the lines.
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
