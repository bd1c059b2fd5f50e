//! Updates the frame along a moving line.

use bevy::{prelude::*, render::render_resource::ShaderType};

use crate::effect::{Effect, EffectColor, EffectKind, EffectShader, Parameter};

/// Moves a line over the frame and updates only the pixels below it, as a photocopier does. Moving things are bent, and may
/// appear twice.
#[derive(Clone, Debug, PartialEq, Reflect, ShaderType)]
#[reflect(Default)]
pub struct SlitScan {
    /// The time that the line takes for the whole frame, in seconds; 0 has no effect.
    #[reflect(@Parameter::new(0.0, 20.0).unit("s"))]
    pub duration: f32,
    /// The direction of the line, in degrees clockwise from the right.
    #[reflect(@Parameter::new(-180.0, 180.0).unit("°"))]
    pub angle: f32,
    /// The color of the line.
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
