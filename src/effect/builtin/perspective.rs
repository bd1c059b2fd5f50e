//! Seen from straight in front.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectKind, EffectShader, Parameter};

/// Shows what lies between four places of the picture as the whole of it, as if seen from straight in front:
/// a page, a screen, a board.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct Perspective {
    /// What is seen in the upper left corner, in the picture from its upper left (0, 0) to its lower right
    /// (1, 1).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub upper_left: Vec2,
    /// What is seen in the upper right corner.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub upper_right: Vec2,
    /// What is seen in the lower right corner.
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub lower_right: Vec2,
    /// What is seen in the lower left corner.
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
