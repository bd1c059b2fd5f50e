//! Leaves fading trails.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Leaves earlier frames visible while they fade.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Trails {
    /// The part that leaves trails.
    pub mode: TrailsMode,
    /// The time in which trails fade by half; 0 has no effect.
    #[reflect(@Parameter::new(0.0, 5.0).unit("s"))]
    pub half_life: f32,
}

/// The part that leaves [`Trails`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum TrailsMode {
    /// Bright pixels: lights draw lines, as in a long exposure (ffmpeg's `lagfun`).
    #[default]
    Light,
    /// All pixels: moving things leave a ghost image.
    Ghosts,
}

shader_value!(TrailsMode as u32, |choice| *choice as u32);

impl Default for Trails {
    fn default() -> Self {
        Self { mode: TrailsMode::Light, half_life: 0.5 }
    }
}

impl Effect for Trails {
    const KIND: EffectKind = EffectKind::Temporal;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/trails.wgsl"))
    }
}
