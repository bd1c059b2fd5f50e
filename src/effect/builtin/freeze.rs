//! Holds a frame.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Holds a frame: permanently, or for a while, as in stop motion. It holds the last frame before the amount rose above 0,
/// or else the first.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Freeze {
    /// The opacity of the held frame: 0 (no effect; the next frame is held) to 1.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// The time after which another frame is held; 0 is never.
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
