//! Through a fisheye lens.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows the picture as through a fisheye lens, or a door's peephole: the corners stay, the middle swells.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Fisheye {
    /// How strong the lens is, 0 (the picture as it is) to 1 (150° from corner to corner).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for Fisheye {
    fn default() -> Self {
        Self { amount: 0.8 }
    }
}

impl Effect for Fisheye {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/fisheye.wgsl"))
    }
}
