//! Shows an image in a small window.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectImage, EffectKind, EffectShader, Parameter};

/// Shows an image, which may be another track's, in a small window with round corners, a border and a shadow.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct PictureInPicture {
    /// The image.
    pub image: EffectImage,
    /// The position of its center, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub position: Vec2,
    /// The width of the image; 1 is the frame's width. The height follows from the image's shape.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub size: f32,
    /// The roundness of its corners: 0 (square) to 1 (the shorter sides are half circles).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub roundness: f32,
    /// The width of its border, in pixels of the output; 0 is none.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub border: f32,
    /// The color of the border.
    pub border_color: EffectColor,
    /// The darkness of its shadow, 0 (none) to 1 (black).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub shadow: f32,
    /// The radius of the shadow, in pixels of the output.
    #[reflect(@Parameter::new(0.0, 64.0).unit("px"))]
    pub shadow_radius: f32,
    /// The opacity, 0 (no effect) to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub opacity: f32,
}

impl Default for PictureInPicture {
    fn default() -> Self {
        Self {
            image: default(),
            position: Vec2::new(0.78, 0.76),
            size: 0.36,
            roundness: 0.15,
            border: 2.0,
            border_color: EffectColor::rgb(1.0, 1.0, 1.0),
            shadow: 0.5,
            shadow_radius: 12.0,
            opacity: 1.0,
        }
    }
}

impl Effect for PictureInPicture {
    const KIND: EffectKind = EffectKind::Composite;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/picture_in_picture.wgsl"))
    }
}
