//! Shows an image behind transparent pixels.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectImage, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Shows an image behind transparent pixels, for example after a [`ChromaKey`](super::ChromaKey) or a
/// [`Mask`](super::Mask). The image may be another track's.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Background {
    /// The image.
    pub image: EffectImage,
    /// How the image is fitted to the frame.
    pub fit: BackgroundFit,
    /// The scale of the fitted image.
    #[reflect(@Parameter::new(0.1, 4.0))]
    pub zoom: f32,
}

/// How the image of a [`Background`] is fitted to the frame: CSS's `background-size`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum BackgroundFit {
    /// Covers the frame; the rest of the image is cut off.
    #[default]
    Cover,
    /// Shows the whole image; the rest of the frame stays transparent.
    Contain,
    /// Stretches the image to the frame's shape.
    Stretch,
    /// Repeats the image from the upper left corner, pixel by pixel.
    Tile,
}

shader_value!(BackgroundFit as u32, |choice| *choice as u32);

impl Default for Background {
    fn default() -> Self {
        Self { image: default(), fit: BackgroundFit::Cover, zoom: 1.0 }
    }
}

impl Effect for Background {
    const KIND: EffectKind = EffectKind::Composite;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/background.wgsl"))
    }
}
