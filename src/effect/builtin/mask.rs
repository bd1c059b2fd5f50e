//! Cuts out a shape given by an image.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectImage, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Makes pixels transparent where an image, stretched over the frame, is dark or transparent.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Mask {
    /// The image.
    pub image: EffectImage,
    /// The channel of the image.
    pub channel: MaskChannel,
    /// The strength, 0 (no effect) to 1 (full effect).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// 0 hides where the image is dark or transparent, 1 where it is bright or opaque.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub inversion: f32,
}

/// The channel of the image of a [`Mask`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum MaskChannel {
    /// Its luma.
    #[default]
    Luma,
    /// Its alpha.
    Alpha,
}

shader_value!(MaskChannel as u32, |choice| *choice as u32);

impl Default for Mask {
    fn default() -> Self {
        Self { image: default(), channel: MaskChannel::Luma, amount: 1.0, inversion: 0.0 }
    }
}

impl Effect for Mask {
    const KIND: EffectKind = EffectKind::Composite;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/mask.wgsl"))
    }
}
