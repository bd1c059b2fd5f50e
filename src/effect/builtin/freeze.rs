//! Time that stands still.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Holds the picture: for good, or for a while, as stop motion does. What is held is the last picture that was seen before
/// the amount rose above 0, or else the first.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Freeze {
    /// How much of the held picture is seen over the moving one: 0 (the picture as it is; the next one is held) to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// After how many seconds another picture is held; 0 for never.
    #[reflect(@Parameter::new(0.0, 10.0).unit("s"))]
    pub interval: f32,
}

impl Default for Freeze {
    fn default() -> Self {
        Self { amount: 1.0, interval: 0.0 }
    }
}

impl Effect for Freeze {
    const KIND: EffectKind = EffectKind::Temporal;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/freeze.wgsl"))
    }
}
