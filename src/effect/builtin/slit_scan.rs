//! A picture taken line by line.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Has a line go over the picture and leave behind it what it saw, as a photocopier does: what moves is bent, and may be
/// seen twice.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct SlitScan {
    /// The time that the line takes for the whole picture, in seconds; 0 leaves the picture as it is.
    #[reflect(@Parameter::new(0.0, 20.0).unit("s"))]
    pub duration: f32,
    /// Where the line goes, in degrees clockwise from the right.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub angle: f32,
    /// The line, whose alpha says how well it is seen.
    pub line_color: EffectColor,
}

impl Default for SlitScan {
    fn default() -> Self {
        Self { duration: 4.0, angle: 90.0, line_color: EffectColor(Srgba::new(1.0, 1.0, 1.0, 0.6)) }
    }
}

impl Effect for SlitScan {
    const KIND: EffectKind = EffectKind::Temporal;

    fn shader() -> EffectShader {
        EffectShader::Wgsl(include_str!("../../../shaders/effects/slit_scan.wgsl"))
    }
}
