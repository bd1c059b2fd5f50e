//! Before and after.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Shows the picture as the camera gave it on one side of a line, and as the effects before this one made it on the other.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct SplitCompare {
    /// Where the line is: from 0 (all of the picture after its effects) to 1 (all of it before them).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub position: f32,
    /// From where to where it goes from before to after, in degrees clockwise from the right.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub angle: f32,
    /// How wide the line is, in pixels of the output.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub line_width: f32,
    /// The line.
    pub line_color: EffectColor,
}

impl Default for SplitCompare {
    fn default() -> Self {
        Self { position: 0.5, angle: 0.0, line_width: 2.0, line_color: EffectColor::rgb(1.0, 1.0, 1.0) }
    }
}

impl Effect for SplitCompare {
    const KIND: EffectKind = EffectKind::WithSource;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/split_compare.wgsl"))
    }
}
