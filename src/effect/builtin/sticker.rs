//! Something stuck on the picture.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectImage, EffectKind, EffectShader, Parameter, blend_mode::BlendMode};

/// Puts an image on the picture: a hat, a logo, or (with a size of 1) a frame around all of it.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Sticker {
    /// The image, with transparent parts where the picture is to be seen.
    pub image: EffectImage,
    /// Where its middle is, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub position: Vec2,
    /// How wide it is; 1 is the picture's width. Its height follows from its own shape.
    #[reflect(@Parameter::new(0.0, 2.0))]
    pub size: f32,
    /// How far it is turned, clockwise.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub rotation: f32,
    /// How much of it is seen, 0 (the picture as it is) to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub opacity: f32,
    /// How it is laid on the picture.
    pub blend_mode: BlendMode,
}

impl Default for Sticker {
    fn default() -> Self {
        Self {
            image: default(),
            position: Vec2::splat(0.5),
            size: 0.4,
            rotation: 0.0,
            opacity: 1.0,
            blend_mode: BlendMode::Normal,
        }
    }
}

impl Effect for Sticker {
    const KIND: EffectKind = EffectKind::Compose;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/sticker.wgsl"))
    }
}
