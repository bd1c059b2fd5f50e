//! A tape from the attic.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Plays the picture from an old video tape: colors that smear to the right, lines that tremble, snow, and a
/// torn lower edge.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Vhs {
    /// How much of it, 0 (the picture as it is) to 1 (all of it).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub amount: f32,
    /// How far colors smear, in pixels of the output, 0 to 32; more is taken as 32.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub bleed: f32,
    /// How far lines tremble, in pixels of the output.
    #[reflect(@Parameter::new(0.0, 16.0).unit("px"))]
    pub jitter: f32,
    /// How much snow there is.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub noise: f32,
}

impl Default for Vhs {
    fn default() -> Self {
        Self { amount: 1.0, bleed: 8.0, jitter: 1.5, noise: 0.3 }
    }
}

impl Effect for Vhs {
    const KIND: EffectKind = EffectKind::Spatial { passes: 1 };
    const ANIMATED: bool = true;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/vhs.wgsl"))
    }
}
