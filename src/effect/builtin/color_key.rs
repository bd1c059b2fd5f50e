//! Makes one color transparent.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Makes pixels of nearly one color transparent. For a green screen, [`ChromaKey`](super::ChromaKey) is better, because it
/// ignores shadows.
///
/// The numbers are those of OBS Studio divided by 1000: distances between colors as red, green and blue, in
/// which white is 1.73 from black.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct ColorKey {
    /// The color.
    pub key_color: EffectColor,
    /// The largest distance from it that is transparent.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub similarity: f32,
    /// The further distance at which pixels are opaque; 0 is a hard edge.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub smoothness: f32,
}

impl Default for ColorKey {
    fn default() -> Self {
        Self { key_color: EffectColor::rgb(0.0, 1.0, 0.0), similarity: 0.4, smoothness: 0.05 }
    }
}

impl Effect for ColorKey {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/color_key.wgsl"))
    }
}
