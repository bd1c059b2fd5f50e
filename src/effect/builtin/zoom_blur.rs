//! Blurs away from a point.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Blurs along lines away from a point, as a zooming camera does.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct ZoomBlur {
    /// The point, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
    /// The length of the blur, as a fraction of the distance from the point; 0 has no effect.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub strength: f32,
}

impl Default for ZoomBlur {
    fn default() -> Self {
        Self { center: Vec2::splat(0.5), strength: 0.2 }
    }
}

impl Effect for ZoomBlur {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/zoom_blur.wgsl"))
    }
}
