//! What has just been.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter, shader_value::shader_value};

/// Leaves what was seen a moment ago in the picture, where it fades.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Trails {
    /// What stays.
    pub mode: TrailsMode,
    /// How long it takes until half of it is gone; 0 is the picture as it is.
    #[reflect(@Parameter::new(0.0, 5.0).unit("s"))]
    pub half_life: f32,
}

/// What leaves [`Trails`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Reflect)]
#[reflect(Default)]
pub enum TrailsMode {
    /// What is bright: lights draw lines, as on photos that were exposed for long. (ffmpeg's `lagfun`.)
    #[default]
    Light,
    /// Everything: who moves is followed by their ghost.
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
