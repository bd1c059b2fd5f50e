//! More light or less.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows the picture as if the camera had let more light in or less: a factor on linear light.
#[derive(Clone, Debug, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Exposure {
    /// How many times the light is doubled; below 0, halved; 0 is the picture as it is.
    #[reflect(@Parameter::new(-4.0, 4.0).unit("EV"))]
    pub stops: f32,
}

impl Effect for Exposure {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/exposure.wgsl"))
    }
}
