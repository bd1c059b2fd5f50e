//! Corrects perspective by four corners.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Stretches the area between four points over the whole frame: a page, a screen or a board as seen from the front.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Perspective {
    /// The point that moves to the upper left corner, from the upper left of the frame (0, 0) to its lower right
    /// (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub upper_left: Vec2,
    /// The point that moves to the upper right corner.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub upper_right: Vec2,
    /// The point that moves to the lower right corner.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub lower_right: Vec2,
    /// The point that moves to the lower left corner.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub lower_left: Vec2,
}

impl Default for Perspective {
    fn default() -> Self {
        Self {
            upper_left: Vec2::new(0.0, 0.0),
            upper_right: Vec2::new(1.0, 0.0),
            lower_right: Vec2::new(1.0, 1.0),
            lower_left: Vec2::new(0.0, 1.0),
        }
    }
}

impl Effect for Perspective {
    const KIND: EffectKind = EffectKind::Warp;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/perspective.wgsl"))
    }
}
