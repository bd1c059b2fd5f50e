//! Something that stands before something.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Lets what is opaque cast a shadow on what is transparent: CSS's `drop-shadow()`. Use it after a key or a
/// [`Mask`](super::Mask), and before a [`Background`](super::Background); the camera's own picture has no place for it.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct DropShadow {
    /// The shadow's color. Its alpha is how dark it is: with 0 the picture stays as it is.
    pub color: EffectColor,
    /// Where it lies, in pixels of the output to the right and down.
    #[reflect(@Parameter::new(-64.0, 64.0).unit("px"))]
    pub offset: Vec2,
    /// How soft it is: the standard deviation of its blur, in pixels of the output; 0 to 32, and more is taken as 32.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub std_deviation: f32,
}

impl Default for DropShadow {
    fn default() -> Self {
        Self { color: Color::srgba(0.0, 0.0, 0.0, 0.6).into(), offset: Vec2::splat(8.0), std_deviation: 6.0 }
    }
}

impl Effect for DropShadow {
    const KIND: EffectKind = EffectKind::Spatial { passes: 2 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/drop_shadow.wgsl"))
    }
}
