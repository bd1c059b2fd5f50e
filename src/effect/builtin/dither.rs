//! Reduces levels with a dot pattern.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Reduces red, green and blue to a few levels, with a dot pattern for those between: ordered dithering with Bayer's
/// matrix of 8 by 8.
///
/// [`Dither::BANDS`] at the end of a stack that grades colors hides the bands of smooth gradients.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Dither {
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// Number of levels of each of red, green and blue, 2 to 256.
    #[reflect(@Parameter::new(2.0, 16.0))]
    pub levels: u32,
    /// The size of a dot, in pixels of the output, at least 1.
    #[reflect(@Parameter::new(1.0, 16.0).unit("px"))]
    pub size: f32,
}

impl Dither {
    /// The levels that the output has anyway. An effect computes finer ones, which are rounded at the end of its pass:
    /// a smooth gradient has bands then, and here a pattern that isn't seen. In the same pass it costs nothing.
    ///
    /// ```
    /// use bevy_viewfinder::{effects::*, prelude::*};
    ///
    /// let darker = Levels { out_white: 0.2, ..Default::default() };
    /// let stack = EffectStack::new().with(darker).with(Dither::BANDS);
    /// # assert_eq!(stack.len(), 2);
    /// ```
    pub const BANDS: Self = Self { amount: 1.0, levels: 256, size: 1.0 };
}

impl Default for Dither {
    fn default() -> Self {
        Self { amount: 1.0, levels: 2, size: 2.0 }
    }
}

impl Effect for Dither {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/dither.wgsl"))
    }
}
