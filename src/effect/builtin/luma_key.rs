//! Makes dark or bright pixels transparent.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Makes pixels of too low or too high luma transparent. The parameters are those of OBS Studio's luma key, for BT.709's
/// luma.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct LumaKey {
    /// The luma below which pixels are transparent.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub min: f32,
    /// The distance above it from which pixels are opaque; 0 is a hard edge.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub min_smoothness: f32,
    /// The luma above which pixels are transparent.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub max: f32,
    /// The distance below it from which pixels are opaque; 0 is a hard edge.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub max_smoothness: f32,
}

impl Default for LumaKey {
    fn default() -> Self {
        Self { min: 0.2, min_smoothness: 0.1, max: 1.0, max_smoothness: 0.0 }
    }
}

impl Effect for LumaKey {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/luma_key.wgsl"))
    }
}
