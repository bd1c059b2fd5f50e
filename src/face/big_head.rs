//! Magnifies heads.

use bevy::{prelude::*, render::render_resource::ShaderType};

use super::FaceShapes;
use crate::effect::{Effect, EffectKind, EffectShader, Parameter, Provided};

/// Magnifies the head of each face and its surroundings.
///
/// [`FaceTracking`](super::FaceTracking) begins and ends with the effect, unless the app has inserted its own. The
/// effect belongs before others that move pixels.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct BigHead {
    /// Where the faces are, which [`FaceTracking`](super::FaceTracking) sets.
    #[reflect(@Provided)]
    pub faces: FaceShapes,
    /// The strength.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
}

impl Default for BigHead {
    fn default() -> Self {
        Self { faces: default(), amount: 0.5 }
    }
}

impl Effect for BigHead {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(concat!(
            include_str!("../../shaders/face/shapes.wgsl"),
            include_str!("../../shaders/face/big_head.wgsl")
        ))
    }
}
