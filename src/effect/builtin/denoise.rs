//! Without noise.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Takes the noise of a dark room out of the picture and leaves what is drawn in it: the non-local means of
/// Buades, Coll and Morel (2005), with patches of 3 by 3 pixels that are searched in 5 by 5.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Denoise {
    /// How different patches may be and still be the same but for noise, about the noise's standard
    /// deviation; 0 leaves the picture as it is.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub strength: f32,
}

impl Default for Denoise {
    fn default() -> Self {
        Self { strength: 0.1 }
    }
}

impl Effect for Denoise {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/denoise.wgsl"))
    }
}
