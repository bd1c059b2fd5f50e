//! Adds animated grain.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Adds grain that changes 24 times a second.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct FilmGrain {
    /// The strength, 0 (no effect) to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The size of a grain, in pixels of the output, at least 1.
    #[reflect(@Parameter::new(1.0, 8.0).unit("px"))]
    pub size: f32,
}

impl Default for FilmGrain {
    fn default() -> Self {
        Self { amount: 0.2, size: 1.5 }
    }
}

impl Effect for FilmGrain {
    const KIND: EffectKind = EffectKind::Color;
    const ANIMATED: bool = true;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/film_grain.wgsl"))
    }
}
