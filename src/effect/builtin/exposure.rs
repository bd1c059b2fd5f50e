//! Changes the exposure in stops.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Multiplies linear light, as a longer or shorter exposure does.
#[derive(Clone, Debug, Default, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Exposure {
    /// The change in stops: each doubles the light, or halves it below 0; 0 has no effect.
    #[reflect(@Parameter::new(-4.0, 4.0).unit("EV"))]
    pub stops: f32,
}

impl Effect for Exposure {
    const KIND: EffectKind = EffectKind::Color;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/exposure.wgsl"))
    }
}
