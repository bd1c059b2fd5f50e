//! Makes a green screen transparent.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Makes pixels of the color of a green screen transparent.
///
/// Only chroma counts, so soft shadows on the screen become transparent too. The numbers are those of OBS Studio divided
/// by 1000, and mean the same: distances in the plane of BT.709's Cb and Cr, in which the key green is about 0.52
/// from gray. Unlike OBS, each pixel counts for itself and not with its neighbors; a [`BoxBlur`](super::BoxBlur) of
/// a fraction of a pixel before it comes near to that.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct ChromaKey {
    /// The screen's color.
    pub key_color: EffectColor,
    /// The largest distance of chroma from the key that is transparent. Stay below the key's own distance from gray,
    /// which is shorter for a dull key, or all dull colors become transparent.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub similarity: f32,
    /// The further distance at which pixels are opaque; 0 is a hard edge.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub smoothness: f32,
    /// The further distance over which remaining pixels lose their color, to remove the reflection of the screen; 0 is none.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub spill: f32,
}

impl Default for ChromaKey {
    fn default() -> Self {
        Self { key_color: EffectColor::rgb(0.0, 1.0, 0.0), similarity: 0.4, smoothness: 0.08, spill: 0.1 }
    }
}

impl Effect for ChromaKey {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/chroma_key.wgsl"))
    }
}
