//! Shows an image on top.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectImage, EffectKind, EffectShader, Parameter, blend_mode::BlendMode};

/// Shows an image on top of the frame: a hat, a logo, or (at a size of 1) a border around all of it.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Sticker {
    /// The image, transparent where the frame shows through.
    pub image: EffectImage,
    /// The position of its center, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub position: Vec2,
    /// The width of the image; 1 is the frame's width. The height follows from the image's shape.
    #[reflect(@Parameter::new(0.0, 2.0))]
    pub size: f32,
    /// The rotation, clockwise.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub rotation: f32,
    /// The opacity, 0 (no effect) to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub opacity: f32,
    /// The blend mode.
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
    const KIND: EffectKind = EffectKind::Composite;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/sticker.wgsl"))
    }
}
