//! Enlarges a part of the frame.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Enlarges a part of the frame to the size of the whole: a digital zoom. The part is always within the frame.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct CropZoom {
    /// The center of the part, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
    /// The magnification, at least 1 (no effect).
    #[reflect(@Parameter::new(1.0, 16.0))]
    pub zoom: f32,
}

impl Default for CropZoom {
    fn default() -> Self {
        Self { center: Vec2::splat(0.5), zoom: 2.0 }
    }
}

impl Effect for CropZoom {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/crop_zoom.wgsl"))
    }
}
