//! Something behind the picture.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectImage, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Puts an image behind the picture, where that is transparent: after a [`ChromaKey`](super::ChromaKey) or a
/// [`Mask`](super::Mask), say. The image may be another track's, so that a video runs there.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Background {
    /// The image.
    pub image: EffectImage,
    /// How it is made as large as the picture.
    pub fit: BackgroundFit,
    /// How much larger than that it is.
    #[reflect(@Parameter::new(0.1, 4.0))]
    pub zoom: f32,
}

/// How the image of a [`Background`] is made as large as the picture: CSS's `background-size`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum BackgroundFit {
    /// It covers the picture, and what stands out is cut off.
    #[default]
    Cover,
    /// All of it is seen, and what is left beside it stays transparent.
    Contain,
    /// It takes the picture's shape.
    Stretch,
    /// It is repeated from the upper left corner, each of its pixels as large as one of the picture's.
    Tile,
}

shader_value!(BackgroundFit as u32, |choice| *choice as u32);

impl Default for Background {
    fn default() -> Self {
        Self { image: default(), fit: BackgroundFit::Cover, zoom: 1.0 }
    }
}

impl Effect for Background {
    const KIND: EffectKind = EffectKind::Compose;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/background.wgsl"))
    }
}
