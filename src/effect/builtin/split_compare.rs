//! Compares before and after at a line.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Shows the source's frame on one side of a line, and the result of the effects before this one on the other.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct SplitCompare {
    /// The position of the line, from 0 (all is after the effects) to 1 (all is before them).
    #[reflect(@Parameter::new(0.0, 1.0))]
    pub position: f32,
    /// The direction from before to after, in degrees clockwise from the right.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub angle: f32,
    /// The width of the line, in pixels of the output.
    #[reflect(@Parameter::new(0.0, 32.0).unit("px"))]
    pub line_width: f32,
    /// The color of the line.
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
