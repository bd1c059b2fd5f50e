//! A stencil.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectImage, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Cuts a shape out of the picture: where an image is dark, or transparent, so becomes the picture. The image is
/// stretched over all of it.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Mask {
    /// The image.
    pub image: EffectImage,
    /// What of it counts.
    pub channel: MaskChannel,
    /// How much of the cut is made, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// 0 cuts off what is dark or transparent in the image, 1 what is bright or opaque.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub inversion: f32,
}

/// What of an image a [`Mask`] goes by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum MaskChannel {
    /// How bright it is.
    #[default]
    Luma,
    /// How opaque it is.
    Alpha,
}

shader_value!(MaskChannel as u32, |choice| *choice as u32);

impl Default for Mask {
    fn default() -> Self {
        Self { image: default(), channel: MaskChannel::Luma, amount: 1.0, inversion: 0.0 }
    }
}

impl Effect for Mask {
    const KIND: EffectKind = EffectKind::Compose;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/mask.wgsl"))
    }
}
