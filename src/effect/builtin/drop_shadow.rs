//! Casts a shadow of opaque pixels.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Casts a shadow of opaque pixels onto transparent ones: CSS's `drop-shadow()`. Use it after a key or a
/// [`Mask`](super::Mask), and before a [`Background`](super::Background). An opaque frame has no room for a shadow.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct DropShadow {
    /// The color of the shadow. Its alpha is the strength; 0 has no effect.
    pub color: EffectColor,
    /// The offset to the right and down, in pixels of the output.
    #[reflect(@Parameter::new(-64.0, 64.0).unit("px"))]
    pub offset: Vec2,
    /// The standard deviation of its blur, in pixels of the output; 0 to 32, and more is treated as 32.
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
