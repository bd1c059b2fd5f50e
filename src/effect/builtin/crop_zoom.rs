//! Closer.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows a part of the picture as large as the whole: a digital zoom. The part never reaches beyond the
/// picture.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct CropZoom {
    /// The middle of the part, from the upper left corner (0, 0) to the lower right (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub center: Vec2,
    /// How much larger it is shown, at least 1 (the picture as it is).
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
