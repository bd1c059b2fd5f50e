//! Repeats a slice around a point.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Repeats a slice of the frame around a point, every second one mirrored.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Kaleidoscope {
    /// The center, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
    /// Number of pairs of slices around the center, at least 1.
    #[reflect(@Parameter::new(1.0, 32.0))]
    pub segments: u32,
    /// The direction of the slice, in degrees clockwise from the right.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub angle: f32,
}

impl Default for Kaleidoscope {
    fn default() -> Self {
        Self { center: Vec2::splat(0.5), segments: 6, angle: 0.0 }
    }
}

impl Effect for Kaleidoscope {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/kaleidoscope.wgsl"))
    }
}
