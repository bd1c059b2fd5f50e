//! Rotates hues.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Rotates all hues around the color circle: CSS's `hue-rotate()`.
#[derive(Clone, Debug, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct HueRotate {
    /// The angle in degrees; 0 and 360 have no effect.
    #[reflect(@Parameter::new(0.0, 360.0).unit("°"))]
    pub angle: f32,
}

impl Effect for HueRotate {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/hue_rotate.wgsl"))
    }
}
